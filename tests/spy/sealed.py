"""A sealed visit with everything that can be done about it before the team arrives."""

from datetime import timedelta
from typing import Any

from server.kernel import clock
from tests.factories import draws
from tests.spy.world import Scene
from tests.support.clock import FrozenClock
from tests.visits.device import Device

TITLE, NOTE = "雨夜行动", "从急诊后门进，不找陪同"
WORDS = (TITLE, NOTE)


class Sealed:
    """The visit, and the devices of those who know of it."""

    def __init__(self, scene: Scene, visit_id: str) -> None:
        self.id = visit_id
        login = scene.actors.login
        self.scene = scene
        self.planner = login(scene.planner)
        self.leader, self.member = Device(login(scene.leader)), Device(login(scene.member))
        self.leader.register()
        self.member.register()
        for device in (self.leader, self.member):
            device.phone.sync()

    def body(self) -> dict[str, Any]:
        world, now = self.scene.actors.world, clock.now()
        return {
            "id": self.id,
            "unit_id": world.hospital.id,
            "title": TITLE,
            "checklist_keys": ["ward"],
            "note": NOTE,
            "leader_id": self.scene.leader.id,
            "member_ids": [self.scene.member.id],
            "opens_at": clock.to_ms(now + timedelta(minutes=10)),
            "ends_at": clock.to_ms(now + timedelta(hours=9)),
        }

    def draw(self) -> None:
        """Who goes where is drawn, and one of the drawn is replaced."""
        choice = draws.choice(self.scene.actors.world, sealed=True, count=1, reserve=1)
        made = draws.drawn(self.planner, choice)
        assert made.status_code == 200, made.json
        out = made.json["result"][0]["drawn"][0]
        body = {"slot": "units", "out": out, "reason": "昨天刚去过"}
        path = f"/api/draws/{made.json['id']}"
        told = self.planner.post(f"{path}/replacements", json=body)
        assert told.status_code == 200, told.json

    def plan(self) -> None:
        """Write it half, plan, change, tell and print it, write again, and deliver the package."""
        self.draw()
        self.write("new")
        answer = self.planner.post("/api/visits", json=self.body())
        assert answer.status_code == 200, answer.json
        rev = answer.json["rev"]
        path = f"/api/visits/{self.id}"
        assert self.planner.patch(path, json={"rev": rev, "note": NOTE + "。"}).status_code == 200
        assert self.planner.get(f"{path}/plan.pdf").status_code == 200
        self.write(self.id)
        told = {"person_id": self.scene.knower.id}
        assert self.planner.post(f"{path}/knowers", json=told).status_code == 200
        for device in (self.leader, self.member):
            device.phone.sync()
            row = device.row(self.id)
            assert row is not None
            assert device.http.get(row["package_url"]).status_code == 200

    def write(self, subject: str) -> None:
        """A form is left half filled in."""
        content = {"unit_id": self.scene.actors.world.hospital.id, "note": NOTE, "title": TITLE}
        kept = self.planner.put(f"/api/visits/unsent/{subject}", json={"content": content})
        assert kept.status_code == 200, kept.json

    def open(self, time: FrozenClock) -> None:
        """The leader opens it in time, and the member learns where they go."""
        time.move(minutes=15)
        args = {"id": self.id, "opened_at": clock.now_ms(), "how": "time"}
        assert self.leader.push("visit.open", args)["status"] == "applied"
        self.member.phone.sync()
        row = self.member.row(self.id)
        assert row is not None
        assert row["plan"]["unit_id"] == self.scene.actors.world.hospital.id
        time.move(minutes=-15)

    def arrive(self, tag: str) -> None:
        """They stand at the door and scan a tag."""
        row = self.leader.row(self.id)
        assert row is not None
        args = {
            "id": self.id, "assignment_id": row["plan"]["assignment_id"],
            "arrived_at": clock.now_ms(), "proof": {"kind": "tag", "tag": tag}, "met": [],
        }  # fmt: skip
        assert self.leader.push("visit.arrive", args)["status"] == "applied"
