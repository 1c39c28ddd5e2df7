"""What an actor may see: the complete list of scopes, and the kinds of rows in each."""

import hashlib
from datetime import timedelta

from server.access.rules import Actor, Permission
from server.kernel import clock, driver
from server.org.ended import closed_units
from server.visits.rules import KEPT_ON_PHONES

KEPT_AFTER_SUBMISSION = timedelta(days=30)
# Who lacks the permission in a scope does not get these rows of it.
READING: dict[str, Permission] = {
    "region": Permission.ORG_READ,
    "unit": Permission.ORG_READ,
    "department": Permission.ORG_READ,
    "person": Permission.ORG_READ,
    "location": Permission.PLACES_READ,
    "asset": Permission.PLACES_READ,
    "tag": Permission.PLACES_READ,
    "inspection": Permission.INSPECTIONS_READ,
    "hazard": Permission.HAZARDS_READ,
    "photo": Permission.HAZARDS_READ,
}
_INSPECTIONS = """
    SELECT i.id, i.unit_id FROM inspection_member m JOIN inspection i ON i.id = m.inspection_id
    WHERE m.person_id = :person AND m.closed_at IS NULL
      AND (i.state = 'draft' OR i.submitted_at > :since)
    UNION
    SELECT i.id, i.unit_id FROM inspection_member m JOIN inspection i ON i.id = m.inspection_id
    WHERE m.person_id = :person AND m.closed_at > :since AND i.submitted_at > :since
    ORDER BY 1
"""
_SEALED = """
    SELECT v.id FROM visit_person p JOIN visit v ON v.id = p.visit_id
    WHERE p.person_id = :person AND p.part IN ('leader', 'member') AND v.ends_at > :since
    ORDER BY 1
"""


def scopes(actor: Actor) -> list[str]:
    """Return every scope of the actor, what is needed first on a phone first."""
    return [f"user:{actor.user_id}", *_sealed(actor), *_visits(actor), *_places(actor)]


def _sealed(actor: Actor) -> list[str]:
    """Sealed visits of the actor's teams; everybody asks, so that asking tells nothing."""
    since = clock.to_ms(clock.now() - KEPT_ON_PHONES)
    found = driver.rows(_SEALED, person=actor.user_id, since=since)
    return [f"visit:{row[0]}" for row in found]


def _visits(actor: Actor) -> list[str]:
    if not (actor.may(Permission.INSPECTIONS_CONDUCT) or actor.may(Permission.INSPECTIONS_READ)):
        return []
    since = clock.to_ms(clock.now() - KEPT_AFTER_SUBMISSION)
    found = driver.rows(_INSPECTIONS, person=actor.user_id, since=since)
    closed = closed_units(actor) if found else frozenset()
    return [f"insp:{name}" for name, unit in found if unit not in closed]


def _places(actor: Actor) -> list[str]:
    units = {grant.unit_id for grant in actor.grants if grant.unit_id}
    regions = frozenset().union(*(grant.region_ids for grant in actor.grants))
    return [f"unit:{unit}" for unit in sorted(units)] + [f"region:{r}" for r in sorted(regions)]


def hidden(actor: Actor, scope: str) -> frozenset[str]:
    """Return the kinds of rows that the actor must not get from a scope of theirs."""
    kind, _, name = scope.partition(":")
    if kind not in ("unit", "region"):
        return frozenset()
    held = frozenset().union(
        *(
            grant.permissions
            for grant in actor.grants
            if (grant.unit_id == name if kind == "unit" else name in grant.region_ids)
        )
    )
    return frozenset(etype for etype, permission in READING.items() if permission not in held)


def mark(actor: Actor, scope: str, kinds: frozenset[str]) -> str:
    """
    Return a short name of what the actor may see, as part of the cursor's tag.

    When a role changes, or ends with the day, no row changes; the mark does, and the scope is read
    anew: another choice of rows, or in the user's own scope another `me`.
    """
    if scope.startswith("user:"):
        facts = [
            f"{g.role}|{g.unit_id}|{g.region_id}|{sorted(g.permissions)}" for g in actor.grants
        ]
    elif kinds:
        facts = sorted(kinds)
    else:
        return ""
    return "." + hashlib.sha256("\n".join(sorted(facts)).encode()).hexdigest()[:6]
