"""One history: three phones of two people and a server, step by step; every step has a name."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from server.kernel import ids
from tests.support.clock import MORNING
from tests.sync import invariants
from tests.sync.field_phone import FieldPhone
from tests.sync.history import DAY_MS, ITEMS, POISON, Server
from tests.sync.phone import EXCHANGE, compact

Step = dict[str, Any]
KEPT_DAYS = 7
#: beyond that the server may forget whom it knew
REACH_DAYS = 400


class World:
    """Plays steps; whatever they are, they are possible."""

    def __init__(self, server: Server) -> None:
        self.server = server
        server.begin(MORNING)
        self.inspections = list(server.inspections)
        self.owners = [0, 1, 1]
        self.regions = [0, 0]
        self.phones = [self._phone(person) for person in self.owners]
        self.written: list[set[str]] = [set(), set(), set()]
        self.order: dict[str, int] = {}
        self.old: list[tuple[int, bytes]] = []
        self.backup = server.file.with_name("backup.sqlite")
        self.has_backup = False
        self.days = 0
        self.pictures = 0
        self.unentitled: set[str] = set()
        self.given_up: set[str] = set()
        self.steps: list[Step] = []
        self.counts: Counter[str] = server.counts

    def _phone(self, person: int) -> FieldPhone:
        phone = self.server.phone(person)
        phone.carry = self._carry(person, "none")
        return phone

    def play(self, step: Step) -> None:
        """Do one step: `{"do": "write", …}`."""
        self.steps.append(step)
        given = {name: value for name, value in step.items() if name != "do"}
        self.counts["steps"] += 1
        self.counts[f"step {step['do']}"] += 1
        getattr(self, step["do"])(**given)

    def _note(self, n: int, mutation: str) -> None:
        self.written[n].add(mutation)
        self.order[mutation] = len(self.order)

    # what people do

    def write(self, n: int, visit: int, item: int, value: str | None, note: bool) -> None:
        """Answer an item."""
        fields: dict[str, Any] = {"note": f"{value}"} if note else {"result": value}
        inspection = self.inspections[visit % len(self.inspections)]
        self._note(n, self.phones[n].answer(inspection, ITEMS[item], **fields))

    def start(self) -> None:
        """Begin an inspection on one phone; its team knows of it before the server does."""
        args = {
            "id": ids.new_id(), "unit_id": self.server.units[0][0], "checklist_key": "ward",
            "definition": self.server.definition, "mode": "spot", "targets": {},
            "started_at": 1_795_000_000_000, "member_ids": [self.server.people[1]],
        }  # fmt: skip
        self.inspections.append(args["id"])
        self._note(0, self.phones[0].write("inspection.start", args))

    def poison(self, n: int, number: int) -> None:
        """Queue a command that crashes the server after half of its work."""
        name = f"毒{len(self.order)}"
        args = {"name": name, "unit": self.server.units[number % 2][0]}
        self._note(n, self.phones[n].write(POISON, args))

    def photograph(self, n: int, visit: int, item: int) -> None:
        """Take a photo for an item."""
        self.pictures += 1
        data = bytes((self.pictures * i + i // 7) % 256 for i in range(700))
        inspection = self.inspections[visit % len(self.inspections)]
        self._note(n, self.phones[n].take_photo(inspection, ITEMS[item], data))

    # the line

    def exchange(self, n: int, count: int, lose: bool, rows: int, skip: int) -> None:
        """One round trip; `skip` sends later commands first, `lose` drops the answer."""
        phone = self.phones[n]
        phone.max_rows = rows
        held_back, phone.outbox = phone.outbox[:skip], phone.outbox[skip:]
        self.old.append((n, compact(phone.request(count))))
        with self._watching(n, phone.outbox[:count]):
            status = phone.exchange(count, lose=lose)
        back = [e for e in held_back if e["id"] not in phone.acked]
        phone.outbox = sorted(back + phone.outbox, key=lambda e: e["mid"])
        if status == 409 and not lose:
            phone.reconcile()
        self.counts["answers lost"] += lose
        self.counts["requests out of order"] += bool(held_back)

    @contextmanager
    def _watching(self, n: int, sent: list[Step]) -> Iterator[None]:
        """Note which answers are decided while their author has no right to them."""
        if self.regions[self.owners[n]] == 0:
            yield
            return
        before = invariants.statuses(self.server)
        yield
        after = invariants.statuses(self.server)
        decided = {i for i, status in after.items() if status not in ("held", "parked")}
        answers = {e["id"] for e in sent if e["name"] == "answer.set"}
        self.unentitled |= answers & decided - before.keys()

    def late(self, which: int) -> None:
        """An old request arrives once more."""
        if self.old:
            n, body = self.old[which % len(self.old)]
            with self._watching(n, json.loads(body)["push"]):
                status, _, _ = self.server.sender(self.owners[n])(EXCHANGE, body, {})
            assert status in (0, 200, 403, 409), status
            self.counts["late duplicates"] += 1

    def kill(self, n: int, statement: int, count: int) -> None:
        """The worker dies at a statement of an exchange."""
        self.server.dies_in = statement
        phone = self.phones[n]
        self.old.append((n, compact(phone.request(count))))
        self.exchange(n, count, lose=False, rows=100, skip=0)

    def upload(self, n: int, fault: str, rounds: int) -> None:
        """Send photos over a line of some kind, not all of them to the end."""
        phone = self.phones[n]
        phone.carry = self._carry(self.owners[n], fault)
        phone.upload(rounds)
        phone.carry = self._carry(self.owners[n], "none")
        self.counts[f"uploads {fault}"] += 1

    def _carry(self, person: int, fault: str) -> Any:
        hits = 0

        def carry(method: str, path: str, headers: dict[str, str], body: bytes) -> Any:
            nonlocal hits
            hits += method == "PATCH"
            strikes = fault != "none" and method == "PATCH" and hits % 2 == 1
            if strikes and fault == "lose request":
                return None
            if strikes and fault == "cut":
                body = body[: len(body) // 2]
            if strikes and fault == "flip":
                body = bytes([body[0] ^ 1]) + body[1:]
            kind = {"content_type": "application/offset+octet-stream"} if body else {}
            answer = self.server.ask(person, method, path, headers=headers, data=body, **kind)
            if answer is None or (strikes and fault in ("cut", "lose answer")):
                return None
            return answer.status_code, dict(answer.headers)

        return carry

    # permission, places, versions, time

    def grant(self, n: int, region: int) -> None:
        """Move a person's role."""
        self.server.grant(n, region)
        self.regions[n] = region

    def department(self, act: str, number: int) -> None:
        """Change a row that many see."""
        self.server.department(act, number)

    def app(self, n: int, version: int) -> None:
        """Update or set back the app of a phone; its queue stays as it was written."""
        self.phones[n].version = version

    def deploy(self, version: int) -> None:
        """Update or set back the server."""
        self.server.upgrade(version)

    def clock(self, n: int, hours: int) -> None:
        """A phone's clock jumps."""
        self.phones[n].wrong_by_ms = hours * 3_600_000

    def server_clock(self, minutes: int) -> None:
        """The server's clock is put right."""
        self.server.clock.move(minutes=minutes)

    def age(self, days: int) -> None:
        """Days pass, with their nights; phones give back room."""
        if self.days + days < REACH_DAYS:
            self.days += days
            self.server.age(days)
            for phone in self.phones:
                self.given_up |= phone.forget_stored(KEPT_DAYS * DAY_MS)

    # what is lost and comes back

    def save(self) -> None:
        """Back the server up."""
        self.server.save(self.backup)
        self.regions_then = list(self.regions)
        self.has_backup = True

    def restore(self) -> None:
        """The server comes back as it was when it was saved."""
        if self.has_backup:
            self.server.restore(self.backup)
            self.regions = list(self.regions_then)
            self.unentitled &= invariants.statuses(self.server).keys()

    def lose_bytes(self, number: int) -> None:
        """The store of photos loses a file."""
        self.server.lose_bytes(number)

    def clone(self, source: int, onto: int) -> None:
        """A disk image goes to another phone of the same person."""
        if source != onto and self.owners[source] == self.owners[onto]:
            self._throw_away(onto)
            self.phones[onto] = self.phones[source].clone()
            self.written[onto] = set(self.written[source])

    def _throw_away(self, n: int) -> None:
        self.given_up |= {shot.sha256 for shot in self.phones[n].shots.values()}

    def evict(self, n: int) -> None:
        """The browser throws everything away."""
        self._throw_away(n)
        self.phones[n] = self._phone(self.owners[n])
        self.written[n] = set()

    def lose_cursors(self, n: int) -> None:
        """A phone has its rows and its queue but no cursors."""
        for scope in self.phones[n].scopes.values():
            scope.cursor = None

    # the end

    def come_to_rest(self) -> None:
        """The line is good, the server of today: everything is sent and fetched."""
        self.server.upgrade(2)
        for phone in self.phones:
            phone.sync()
            phone.upload()
        # The night would heal a wrong picture; until then nobody may be shown one.
        invariants.whole_pictures(self.server)
        self.server.night()
        for phone in (*self.phones, *self.phones):
            phone.sync()
            phone.upload()
        for phone in self.phones:
            phone.sync()

    def check(self) -> None:
        """Come to rest and look at all eight invariants."""
        self.come_to_rest()
        self.counts["invariants checked"] += invariants.check(self)
        self.counts["histories"] += 1


def replay(server: Server, steps: list[Step]) -> None:
    """Play a kept history and check what must hold after it."""
    world = World(server)
    for step in steps:
        world.play(step)
    world.check()


def kept(folder: Path) -> list[Path]:
    """Histories that once broke something."""
    return sorted(folder.glob("*.json"))
