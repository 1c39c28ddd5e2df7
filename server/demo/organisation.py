"""Regions, units, people, places, devices and tags of the demo county."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from server.demo.phone import Mutation, Phone
from server.kernel import clock
from server.kernel.db import db, transaction
from server.kernel.ids import new_id
from server.locations.service import issue_tags
from server.org import service as org
from server.org.codes import check_character
from server.org.models import Person
from server.org.passwords import initial_password
from server.org.queries import actor_of
from server.papers.models import PaperOffice

Data = dict[str, Any]


@dataclass
class County:
    """What was made, by the keys of the data files."""

    regions: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    rooms: dict[tuple[str, str], str] = field(default_factory=dict)
    floors: dict[str, list[str]] = field(default_factory=dict)
    assets: dict[str, list[str]] = field(default_factory=dict)
    accounts: list[Data] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    phones: dict[str, Phone] = field(default_factory=dict)

    def phone(self, person: str) -> Phone:
        """Return the phone of a person, by key or by name."""
        return self.phones.setdefault(person, Phone(self.people[person]))


def build(data: Data) -> County:
    """Make the whole county."""
    county = County()
    with transaction():
        _regions(county, data["regions"])
        _units(county, data["units"])
    add_people(county, data["people"])
    with transaction():
        for person in data["others"]:
            unit = county.units[person["unit"]]
            new = org.NewPerson(person["name"], unit, title=person["title"])
            row = org.create_person(None, new)
            org.grant_role(None, org.NewGrant(row.id, person["role"], unit))
            county.people[person["name"]] = row.id
    office = county.phone("office")
    for unit in data["units"]:
        places = list(_places(county, unit["key"], data["layouts"][unit["layout"]]))
        devices = [*data["assets"].get(unit["layout"], []), *unit.get("assets", [])]
        assets = list(_assets(county, unit["key"], devices))
        office.send(*places, *assets)
    _tags(county)
    return county


def _regions(county: County, regions: Sequence[Data]) -> None:
    for region in regions:
        parent = county.regions.get(region["parent"])
        new = org.NewRegion(region["code"], region["name"], region["level"], parent_id=parent)
        county.regions[region["key"]] = row_id = org.create_region(None, new).id
        name, short_name = region["office"]
        db.session.add(PaperOffice(id=row_id, name=name, short_name=short_name))


def _units(county: County, units: Sequence[Data]) -> None:
    for unit in units:
        code = unit["org_code"]
        new = org.NewUnit(
            region_id=county.regions["county"],
            name=unit["name"],
            tier=unit["tier"],
            short_name=unit["short"],
            uscc=code + check_character(code) if code else None,
            institution_code=unit["institution_code"],
            address=unit["address"],
            beds=unit["beds"],
            attributes=unit["attributes"],
            lat=unit["lat"],
            lon=unit["lon"],
        )
        county.units[unit["key"]] = org.create_unit(None, new).id


def add_people(county: County, people: Sequence[Data]) -> None:
    """Make people who log in."""
    for person in people:
        _person(county, person)


def _person(county: County, person: Data) -> None:
    password = initial_password()
    unit = county.units.get(person.get("unit", ""))
    region = county.regions.get(person.get("region", ""))
    with transaction():
        new = org.NewPerson(person["name"], unit, region, person["username"], person["title"])
        row = org.create_person(None, new, password=password, must_change=False)
        org.grant_role(None, org.NewGrant(row.id, person["role"], unit, region))
        county.people[person["key"]] = row.id
        county.names[person["key"]] = person["name"]
    county.accounts.append(
        {
            "username": person["username"],
            "password": password,
            "name": person["name"],
            "role": person["role"],
            "unit": person.get("unit"),
            "try": person["try"],
        }
    )


def _places(
    county: County, unit: str, layout: Sequence[Any], parent: str | None = None
) -> Iterable[Mutation]:
    for name, kind, below in layout:
        place = new_id()
        attributes = below.split() if isinstance(below, str) else []
        args: Data = {
            "id": place,
            "unit_id": county.units[unit],
            "kind": kind,
            "name": name,
            "attributes": attributes,
        }
        yield "location.add", args | ({"parent_id": parent} if parent else {})
        if isinstance(below, str):
            county.rooms[unit, name] = place
            continue
        if kind == "floor":
            county.floors.setdefault(unit, []).append(place)
        yield from _places(county, unit, below, place)


def _assets(county: County, unit: str, assets: Sequence[Data]) -> Iterable[Mutation]:
    today = clock.today()
    for number, asset in enumerate(assets, 1):
        args: Data = {
            "id": new_id(),
            "unit_id": county.units[unit],
            "kind": asset["kind"],
            "name": asset["name"],
            "model": asset["model"],
            "serial": f"{unit[:3].upper()}{number:03d}",
            "due": [
                {"kind": kind, "name": name, "due_on": (today + timedelta(days=days)).isoformat()}
                for kind, name, days in asset["due"]
            ],
        }
        if asset["at"]:  # what drives about stands nowhere for good
            args["location_id"] = county.rooms[unit, asset["at"]]
        county.assets.setdefault(unit, []).append(str(args["id"]))
        yield "asset.add", args


def _tags(county: County) -> None:
    """Bind a tag to every room and device, and leave a sheet unclaimed."""
    targets = [("location", place) for place in county.rooms.values()]
    targets += [("asset", asset) for assets in county.assets.values() for asset in assets]
    with transaction():
        office = actor_of(db.session.get_one(Person, county.people["office"]))
        _, issued = issue_tags(office, len(targets) + 40, region_id=county.regions["county"])
        codes = [tag.code for tag in issued]
    county.phone("office").send(
        *(
            ("tag.claim", {"code": code, "target_kind": kind, "target_id": target})
            for code, (kind, target) in zip(codes, targets, strict=False)
        )
    )
