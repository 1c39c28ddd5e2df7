"""Phones that push: envelopes as the app writes them, bodies built before the clock starts."""

import gzip
import json
import random
import time
from typing import Any

import orjson

from bench.wire import Connection
from server.kernel import ids

EXCHANGE = "/api/sync/v1/exchange"
JSON = ("Content-Type: application/json",)
PACKED = (*JSON, "Content-Encoding: gzip")
WORDS = [
    "通道", "堵塞", "灭火器", "过期", "疏散", "指示", "损坏", "配电",
    "柜门", "未锁", "杂物", "堆放", "喷淋", "压力", "不足", "应急",
    "照明", "故障", "电线", "老化", "裸露", "防火门", "常开", "闭门器",
    "脱落", "记录", "缺失", "培训", "未做", "整改",
]  # fmt: skip


class BenchPhone:
    """One client id and its numbers."""

    def __init__(self, port: int, world: dict[str, Any], number: int, seed: int = 7) -> None:
        self.world = world
        self.person = world["people"][number]
        self.connection = Connection(port, f"anxun_session={self.person['token']}")
        self.client = ids.new_id()
        self.mid = 0
        self.random = random.Random(seed + number)

    def envelope(self, name: str, args: dict[str, Any]) -> dict[str, Any]:
        self.mid += 1
        return {
            "id": ids.new_id(),
            "mid": self.mid,
            "name": name,
            "v": 1,
            "at": int(time.time() * 1000),
            "boot": "b-91",
            "mono": 512345 + self.mid,
            "tz": 480,
            "args": args,
            "blobs": [],
            "causes": [],
        }

    def start(self, inspection: str) -> dict[str, Any]:
        return self.envelope(
            "inspection.start",
            {
                "id": inspection,
                "unit_id": self.world["unit"],
                "checklist_key": self.world.get("checklist", "bench"),
                "definition": self.world["definition"],
                "mode": "spot",
                "targets": {},
                "started_at": int(time.time() * 1000),
                "member_ids": [],
            },
        )

    def answer(self, inspection: str, number: int) -> dict[str, Any]:
        """W1's mix: mostly results, some readings and notes."""
        fields: dict[str, Any]
        kind = (7 * number) % 60
        if kind < 40 or kind >= 53:
            fields = {"result": self.random.choices(["pass", "fail", "na"], [85, 10, 5])[0]}
        elif kind < 46:
            fields = {"r.m": round(self.random.uniform(0, 1000), 2)}
        else:
            length = 200 if kind == 52 else self.random.randint(20, 60)
            fields = {"r.t": "".join(self.random.choices(WORDS, k=length))[:length]}
        return self.envelope(
            "answer.set",
            {
                "inspection": inspection,
                "target": "",
                "item": f"g{number // 10}.q{number:02d}",
                "set": fields,
                "base": dict.fromkeys(fields, 0),
                "how": "tap",
            },
        )

    def record(self) -> list[dict[str, Any]]:
        """W1N: one inspection of sixty mutations: its start and 59 answers."""
        inspection = ids.new_id()
        return [self.start(inspection)] + [self.answer(inspection, n) for n in range(59)]

    def body(
        self,
        push: list[dict[str, Any]],
        pull: dict[str, Any] | None = None,
        *,
        packed: bool = False,
    ) -> bytes:
        request: dict[str, Any] = {
            "p": 1,
            "schema": 1,
            "app": "2026.11.1",
            "client": self.client,
            "sent_at": int(time.time() * 1000),
            "boot": "b-91",
            "tz": 480,
            "push": push,
        }
        if pull is not None:
            request["pull"] = pull
        data = json.dumps(request, separators=(",", ":"), ensure_ascii=False).encode()
        return gzip.compress(data, 6) if packed else data

    def send(self, body: bytes, *, packed: bool = False) -> dict[str, Any]:
        answer = self.connection.ask("POST", EXCHANGE, body, PACKED if packed else JSON)
        return dict(orjson.loads(answer.body))
