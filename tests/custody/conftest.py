"""Phones that sign."""

from collections.abc import Callable
from typing import Any

import pytest

from server.inspections.models import Inspection
from server.kernel.db import db
from tests.custody.phone import SealingPhone
from tests.factories.inspections import make_inspection
from tests.support.actors import Actors
from tests.sync.phone import through

MakePhone = Callable[..., SealingPhone]


@pytest.fixture
def phone(actors: Actors) -> MakePhone:
    """`phone("inspector")`: a registered phone on which that person is logged in."""

    def make(who: str, *, register: bool = True, **given: Any) -> SealingPhone:
        made = SealingPhone(through(actors.login(who)), **given)
        if register:
            assert made.register() == 200
        return made

    return make


@pytest.fixture
def visit(actors: Actors) -> Callable[..., Inspection]:
    """`visit("inspector", "expert")`: an inspection of the hospital by these people."""

    def make(lead: str = "inspector", *members: str, **given: Any) -> Inspection:
        team = [actors.person(member).id for member in members]
        made = make_inspection(actors[lead], actors.world.hospital, member_ids=team, **given)
        db.session.commit()
        return made

    return make
