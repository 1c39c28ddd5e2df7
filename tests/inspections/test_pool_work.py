"""What the pool counts of visits and tasks: only what the one who asks may see."""

from datetime import date

from server.experts.engagements import EngagementDraft, note_engagement
from server.experts.queries import PoolFilter, pool
from server.experts.workload import Workload, workloads
from server.kernel.db import db
from tests.factories.campaigns import make_assignment
from tests.factories.experts import make_expert
from tests.factories.inspections import make_inspection
from tests.factories.visits import POSTED, make_visit
from tests.support.actors import Actors, World

TODAY = date(2026, 11, 23)


def of(actors: Actors, asker: str, whom: str = "inspector") -> Workload:
    person = actors.person(whom).id
    return workloads(actors[asker], [person], TODAY)[person]


def test_handed_in_visits_and_open_tasks_are_counted_for_the_office(
    actors: Actors, world: World
) -> None:
    make_expert(actors.person("inspector"), world.county, kind="inspector")
    make_visit(actors["inspector"], world.hospital, "spot", 3, {POSTED: "pass"})
    make_visit(actors["inspector"], world.hospital, "spot", 700, {POSTED: "pass"})
    make_assignment(actors)
    told = of(actors, "bureau_office")
    assert (told.visits, told.planned, told.last_on) == (1, 1, date(2026, 11, 20))
    (pooled,) = pool(actors["bureau_office"], PoolFilter())
    assert pooled.workload == told


def test_a_visit_under_way_is_nobodys_figure_not_even_ones_own(
    actors: Actors, world: World
) -> None:
    before = [of(actors, who) for who in ("bureau_office", "inspector", "visit_planner")]
    make_inspection(actors["inspector"], world.hospital, mode="surprise")
    after = [of(actors, who) for who in ("bureau_office", "inspector", "visit_planner")]
    assert after == before


def test_who_may_list_no_visits_counts_none(actors: Actors, world: World) -> None:
    make_visit(actors["inspector"], world.hospital, "spot", 3, {POSTED: "pass"})
    make_assignment(actors)
    assert of(actors, "visit_planner") == Workload()


def test_a_visit_gets_one_entry_beside_it(actors: Actors, world: World) -> None:
    make_expert(actors.person("inspector"), world.county, kind="inspector")
    visit = make_visit(actors["inspector"], world.hospital, "spot", 3, {POSTED: "pass"})
    office, person = actors["bureau_office"], actors.person("inspector").id
    one = note_engagement(office, person, EngagementDraft(source_id=visit.id))
    again = note_engagement(office, person, EngagementDraft(source_id=visit.id, fee=5))
    assert (one.id, one.title, one.begins_on) == (again.id, "病房安全", date(2026, 11, 20))
    told = of(actors, "bureau_office")
    assert (told.visits, told.entries) == (1, 0), "a visit is not counted twice"
    db.session.flush()
