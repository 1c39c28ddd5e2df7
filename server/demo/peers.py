"""Neighbours of the demo county, and a round in which one of them is on its way."""

from datetime import timedelta
from typing import Any

from server.access.rules import Actor
from server.demo import organisation
from server.demo.organisation import County
from server.kernel import clock
from server.kernel.db import db, transaction
from server.kernel.ids import new_id
from server.org import service as org
from server.org.models import Person
from server.org.queries import actor_of
from server.peers import queries, service
from server.peers.models import PeerPairing

Data = dict[str, Any]
_SEEDS = 64


def settle(county: County, data: Data) -> None:
    """Make the neighbouring counties, a hospital in each, and their people."""
    with transaction():
        for region in data["regions"]:
            parent = county.regions[region["parent"]]
            new = org.NewRegion(region["code"], region["name"], region["level"], parent_id=parent)
            county.regions[region["key"]] = org.create_region(None, new).id
        for unit in data["units"]:
            made = org.NewUnit(
                region_id=county.regions[unit["region"]],
                name=unit["name"],
                tier=unit["tier"],
                short_name=unit["short"],
                address=unit["address"],
                beds=unit["beds"],
            )
            county.units[unit["key"]] = org.create_unit(None, made).id
    organisation.add_people(county, data["people"])


def send_guests(county: County, wanted: Data) -> None:
    """Plan a round of all three counties and send one team."""
    with transaction():
        planner = actor_of(db.session.get_one(Person, county.people["city-office"]))
        row = _pairing(planner, county, wanted)
        lead = county.people[wanted["lead"]]
        now = clock.now().replace(second=0, microsecond=0)
        changes = {
            "lead_id": lead,
            "member_ids": [lead],
            "unit_ids": [county.units[unit] for unit in wanted["units"]],
            "starts_at": now,
            "ends_at": now + timedelta(days=wanted["window_days"]),
        }
        service.change_pairing(planner, row.id, row.rev, changes)
        service.release_pairing(planner, row.id)


def _pairing(planner: Actor, county: County, wanted: Data) -> PeerPairing:
    """Return the pair that the story needs; with three counties every second seed brings it."""
    today = clock.today()
    one = service.create_round(
        planner,
        service.RoundDraft(
            id=new_id(),
            region_id=county.regions[wanted["region"]],
            name=wanted["name"],
            document=wanted["document"],
            starts_on=today,
            ends_on=today + timedelta(days=wanted["days"]),
            region_ids=[county.regions[region] for region in wanted["regions"]],
            checklist_keys=wanted["checklists"],
            note=wanted["note"],
        ),
    )
    guest, home = (county.regions[region] for region in wanted["pair"])
    for seed in range(_SEEDS):
        service.pair_round(planner, one.id, f"{seed:08x}")
        for row in queries.pairings_of(planner, one.id):
            if (row.guest_region_id, row.home_region_id) == (guest, home):
                return row
    raise LookupError("no seed leads to the pair of the story")
