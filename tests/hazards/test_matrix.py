"""Every state with every action by every role: the table is the whole truth."""

import pytest

from server.hazards import rules, workflow
from server.hazards.models import Hazard
from server.hazards.service import move_hazard
from server.hazards.workflow import TRANSITIONS, HazardAction, HazardState, Step
from server.kernel.db import db
from server.kernel.errors import Conflict, Forbidden, Problem
from tests.factories.criteria import make_criteria
from tests.factories.hazards import hazard_in, words_for
from tests.support.actors import NAMES, Actors

#: what sync.md 2.7 lets pass although the state is already the target: the same act once more
AGAIN = {
    ("assigned", "assign"),
    ("rectified", "submit_rectification"),
    ("verified", "accept"),
    ("closed", "close"),
    ("void", "void"),
}


def expected(state: str, action: HazardAction, role: str, actors: Actors) -> str | type[Problem]:
    """What the table says: a state, or the kind of refusal."""
    step: Step = TRANSITIONS[action]
    if not actors[role].may(step.permission, on=actors.world.hospital):
        return Forbidden
    if HazardState(state) in step.sources or (state, action.value) in AGAIN:
        return step.target.value if step.target else state
    return workflow.TransitionNotAllowed


@pytest.mark.parametrize("state", [state.value for state in HazardState])
@pytest.mark.parametrize("action", list(HazardAction))
def test_every_role_meets_what_the_table_says(
    state: str, action: HazardAction, actors: Actors
) -> None:
    make_criteria()
    tried = 0
    for role in NAMES:
        assert actors.person(role).active  # made before the savepoint that is rolled back
    for role in NAMES:
        wanted = expected(state, action, role, actors)
        nested = db.session.begin_nested()
        hazard = hazard_in(state, actors)
        if isinstance(wanted, str):
            assert outcome(actors, role, hazard, action) == wanted, role
        elif "hazards.read" not in {p.value for g in actors[role].grants for p in g.permissions}:
            assert issubclass(refusal(actors, role, hazard, action), Problem), role
        else:
            assert issubclass(refusal(actors, role, hazard, action), wanted | Conflict), role
        nested.rollback()
        tried += 1
    assert tried == len(NAMES) == 10


def outcome(actors: Actors, role: str, hazard: Hazard, action: HazardAction) -> str:
    words = words_for(action, actors, role)
    return move_hazard(actors[role], hazard.id, action, **words).hazard.state


def refusal(actors: Actors, role: str, hazard: Hazard, action: HazardAction) -> type[Problem]:
    words = words_for(action, actors, role)
    with pytest.raises(Problem) as refused:
        move_hazard(actors[role], hazard.id, action, **words)
    return refused.type


def test_the_table_reaches_every_state_and_leaves_none_without_a_way_out() -> None:
    reached = {step.target for step in TRANSITIONS.values() if step.target} | {HazardState.OPEN}
    left = {source for step in TRANSITIONS.values() if step.target for source in step.sources}
    assert reached == set(HazardState)
    assert left == set(HazardState) - rules.ENDED
