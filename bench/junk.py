"""
What a flood of junk reports costs the staff: the same pushes with and without it, as a ratio.

`python -m bench.junk [--per-hour 10000] [--seconds 20] [--database sqlite|postgres]`

Half of the flood comes from one network, half from ever new ones. What is told: the median and the
slow tail of a push of ten answers, alone and beside it, and what the server said to the junk.
"""

import argparse
import http.client
import json
import secrets
import statistics
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from bench.phones import EXCHANGE, JSON, BenchPhone
from bench.run import Stage, _database
from server.kernel import ids

ROUNDS = 5


@dataclass
class Flood:
    """Sends junk at an even pace until it is told to stop."""

    port: int
    per_hour: int
    told: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Flood":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def _run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        pause, number = 3600 / self.per_hour, 0
        while not self._end.wait(pause):
            number += 1
            connection.request("POST", "/api/public/tips", _junk(number), _headers(number))
            answer = connection.getresponse()
            said = json.loads(answer.read())
            self.told[f"{answer.status} {said.get('code', '')}".strip()] += 1


def _headers(number: int) -> dict[str, str]:
    """A proxy's word for where it comes from: this machine is one, so it is believed."""
    net = "198.51.100" if number % 2 else f"10.{number // 200 % 200}.{number % 200}"
    here = f"{net}.{number % 250 + 1}"
    return {"Content-Type": "application/json", "X-Forwarded-For": here}


def _junk(number: int) -> bytes:
    text = secrets.token_hex(16)
    key = f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
    return json.dumps({"id": key, "tag": "0000001F", "words": f"垃圾信息 {number} {text}"}).encode()


def pushes(phone: BenchPhone, seconds: float) -> list[float]:
    """Push ten answers again and again; how long each took, in milliseconds."""
    inspection = ids.new_id()
    phone.send(phone.body([phone.start(inspection)]))
    took, until, number = [], time.perf_counter() + seconds, 0
    while time.perf_counter() < until:
        answers = [phone.answer(inspection, (number * 10 + n) % 60) for n in range(10)]
        body = phone.body(answers)
        begun = time.perf_counter()
        phone.connection.ask("POST", EXCHANGE, body, JSON)
        took.append((time.perf_counter() - begun) * 1000)
        number += 1
        time.sleep(0.05)
    return took


def tail(took: list[float]) -> float:
    """The slowest twentieth begins here."""
    return statistics.quantiles(took, n=20)[-1]


def measure(stage: Stage, per_hour: int, seconds: float) -> None:
    """Tell both, in turns, so that a busy minute of the machine strikes both alike."""
    (phone,) = stage.phones(1)
    pushes(phone, 2)
    alone: list[float] = []
    beside: list[float] = []
    told: Counter[str] = Counter()
    for _ in range(ROUNDS):
        alone += pushes(phone, seconds / ROUNDS)
        with Flood(stage.product.port, per_hour) as flood:
            beside += pushes(phone, seconds / ROUNDS)
        told += flood.told
    for name, of in (("median", statistics.median), ("p95", tail)):
        print(f"{name}: {of(beside):.1f} ms / {of(alone):.1f} ms = {of(beside) / of(alone):.2f}")
    print("junk:", ", ".join(f"{count} × {what}" for what, count in sorted(told.items())))


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--per-hour", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    given = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as name,
        _database(given.database) as (url, pid),
    ):
        stage = Stage(Path(name), url, 2, pid)
        try:
            measure(stage, given.per_hour, given.seconds)
        finally:
            stage.stop()


if __name__ == "__main__":
    main()
