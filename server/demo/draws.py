"""Two draws of the demo: units, published with one replacement; then people for these units."""

from contextlib import suppress

from server.access.rules import Actor
from server.demo.organisation import County
from server.draws import rhythm, service
from server.draws.choice import PEOPLE, UNITS, Choice, Order, Witness
from server.draws.models import Draw
from server.draws.publish import standing
from server.draws.rules import TooFewCandidates, snapshot_hash
from server.kernel.db import db, transaction
from server.kernel.ids import new_id
from server.org.models import Person
from server.org.queries import actor_of

PURPOSE = "十一月双随机抽查"
WITNESSES = (("孙监督", "今天窗外下着小雨"), ("钱监督", "银杏叶落了一半"))


def hold(county: County) -> None:
    """Make this week's seeds, and draw as the county's office would."""
    with transaction():
        rhythm.keep()
    with transaction():
        office = actor_of(db.session.get_one(Person, county.people["office"]))
        units = _draw(office, Choice(UNITS, county.regions["county"], False, "risk", 3, 3), 0)
        gone = units.result[0]["drawn"][1]
        service.replace(office, units.id, "units", gone, "正在停业装修，大门上锁")
        service.publish_draw(office, units.id)
        visited = tuple(standing(units)[0]["ids"])
        people = Choice(
            PEOPLE,
            county.regions["county"],
            False,
            "rested",
            1,
            1,
            most=len(visited),
            unit_ids=visited,
            after_id=units.id,
        )
        # Chance may have drawn a unit from which everybody stands aside.
        with suppress(TooFewCandidates):
            _draw(office, people, 1)


def _draw(office: Actor, choice: Choice, witness: int) -> Draw:
    expected = snapshot_hash(service.look(office, choice))
    said = Witness(*WITNESSES[witness])
    return service.make_draw(office, Order(new_id(), PURPOSE, said, expected, choice))
