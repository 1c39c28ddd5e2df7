"""All that spies do: every door with every guess, and what phones exchange and send."""

from collections.abc import Iterator
from typing import Any

from tests.spy.doors import Door
from tests.spy.guesses import MISSING, Clues, addresses, arguments, bodies
from tests.spy.looking import Look
from tests.sync.phone import EXCHANGE, Phone, compact

#: doors that answer with what the spy sent or with the time, whatever there is to know: none yet
LEFT_OUT: dict[str, str] = {}


def looks(who: str, doors: list[Door], clues: Clues) -> Iterator[Look]:
    """Every request that a spy tries at every door."""
    for door in doors:
        if door.name in LEFT_OUT:
            continue
        for path in addresses(door, clues):
            if door.method == "GET":
                for given in arguments(door, clues):
                    yield Look(who, "GET", path, tuple(sorted(given.items())))
            else:
                for content in bodies(door, clues):
                    yield Look(who, door.method, path, json=content)


def exchanges(who: str, phone: Phone, clues: Clues) -> Iterator[Look]:
    """What a spy's phone asks: news, everything anew, and its word on what it should not know."""
    yield _exchange(who, phone.request())
    fresh = Phone(phone.send, client=MISSING)
    yield _exchange(who, fresh.request())
    for secret in (*clues.secrets, MISSING):
        for name, args in _commands(secret, clues):
            phone.write(name, args, id=MISSING)
            yield _exchange(who, phone.request())
            phone.outbox.clear()
            phone.mid -= 1


def _exchange(who: str, body: dict[str, Any]) -> Look:
    return Look(who, "POST", EXCHANGE, data=compact(body))


def _commands(secret: str, clues: Clues) -> list[tuple[str, dict[str, Any]]]:
    unit, at = clues.known["unit"], clues.now
    start = {
        "id": MISSING, "assignment_id": secret, "unit_id": unit, "checklist_key": "ward",
        "definition": clues.known["definition"], "mode": "surprise", "targets": {},
        "started_at": at, "member_ids": [],
    }  # fmt: skip
    arrive = {
        "id": secret, "assignment_id": secret, "arrived_at": at, "met": [],
        "proof": {"kind": "tag", "tag": clues.known["tag"]},
    }  # fmt: skip
    return [
        ("inspection.start", start),
        ("visit.open", {"id": secret, "opened_at": at, "how": "time"}),
        ("visit.arrive", arrive),
        ("problem.handle", {"id": secret, "act": "discard", "reason": "—"}),
        ("photo.remove", {"id": secret, "reason": "—"}),
    ]  # fmt: skip
