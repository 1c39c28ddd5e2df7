"""
A checklist of a thousand items in an installation that is there, for benches in a browser.

`python -m bench.large FILE`, with the installation's environment: writes into FILE what a client
has to know to push as inspector1.
"""

import json
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bench.phones import BenchPhone
from bench.world import logged_in, publish
from server import create_app
from server.definitions.models import DefinitionPublication
from server.kernel import clock, ids
from server.kernel.db import db
from server.org.models import Person, Unit

ITEMS, SECTIONS = 1000, 10
BATCH = 100
UNIT, PERSON = "青禾县人民医院", "inspector1"
KEY = "bench-large"


def build() -> dict[str, Any]:
    """Add the checklist and a login; the unit, the definition's hash, the person's token."""
    with create_app().app_context():
        person = db.session.execute(select(Person).where(Person.username == PERSON)).scalar_one()
        unit = db.session.execute(select(Unit).where(Unit.name == UNIT)).scalar_one()
        digest = publish(KEY, {"zh": "千项大表", "en": "A thousand items"}, _sections())
        db.session.flush()
        kind, at = "checklist", clock.now()
        db.session.add(DefinitionPublication(hash=digest, kind=kind, key=KEY, source="desk", at=at))
        known = {
            "unit": unit.id,
            "checklist": KEY,
            "definition": digest,
            "people": [{"id": person.id, "token": logged_in(person)}],
        }
        db.session.commit()
        return known


def _sections() -> list[dict[str, Any]]:
    each = ITEMS // SECTIONS
    return [
        {
            "key": f"s{part}",
            "title": {"zh": f"第{part + 1}部分", "en": f"Part {part + 1}"},
            "items": [_item(number) for number in range(part * each, (part + 1) * each)],
        }
        for part in range(SECTIONS)
    ]


def item_key(number: int) -> str:
    """The key of an item by its place in the list."""
    return f"s{number * SECTIONS // ITEMS}.q{number:03d}"


def _item(number: int) -> dict[str, Any]:
    return {
        "key": item_key(number),
        "ask": {"zh": f"第{number + 1}问：通道、器材和标志是否完好？", "en": f"Item {number + 1}"},
        "answer": {"type": "pass-fail-na", "allow_na": True},
        "basis": [],
        "photo": {"rule": "never"},
        "weight": 1,
    }


def batches(phone: BenchPhone) -> list[list[dict[str, Any]]]:
    """The commands of one inspection with every item passed, as many a push as the app sends."""
    inspection = ids.new_id()
    commands = [phone.start(inspection)]
    for number in range(ITEMS):
        args = {"inspection": inspection, "target": "", "item": item_key(number), "how": "rest"}
        set_to = {"set": {"result": "pass"}, "base": {"result": 0}}
        commands.append(phone.envelope("answer.set", {**args, **set_to}))
    return [commands[at : at + BATCH] for at in range(0, len(commands), BATCH)]


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(build()))
