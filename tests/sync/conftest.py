"""Phones of people in every role."""

from collections.abc import Callable
from typing import Any

import pytest

from server.inspections.models import Inspection
from server.kernel.db import db
from tests.factories.inspections import make_inspection
from tests.support.actors import Actors
from tests.sync.phone import Phone, through

MakePhone = Callable[..., Phone]


@pytest.fixture
def phone(actors: Actors) -> MakePhone:
    """`phone("inspector")`: a phone on which that person is logged in."""
    return lambda who, **given: Phone(through(actors.login(who)), **given)


@pytest.fixture
def visit(actors: Actors) -> Callable[..., Inspection]:
    """`visit("inspector", "expert")`: an inspection of the hospital by these people."""

    def make(lead: str = "inspector", *members: str, **given: Any) -> Inspection:
        team = [actors.person(member).id for member in members]
        made = make_inspection(actors[lead], actors.world.hospital, member_ids=team, **given)
        db.session.commit()
        return made

    return make
