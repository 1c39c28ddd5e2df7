"""What ended passes had opened: it is closed again, whoever took part in what was done there."""

from server.access.rules import Actor
from server.kernel import clock, driver

_ENDED = """
    SELECT DISTINCT a.unit_id, u.region_id FROM access_pass a JOIN unit u ON u.id = a.unit_id
    WHERE a.person_id = :person AND (a.ends_at <= :now OR a.revoked_at IS NOT NULL)
"""
_EVER = "SELECT DISTINCT unit_id FROM access_pass WHERE person_id = :person AND starts_at <= :now"


def closed_units(actor: Actor) -> frozenset[str]:
    """
    Return the units that a pass had opened for the actor and that nothing opens now.

    Membership of a record outlives a pass; what it shows must not.
    """
    ended = driver.rows(_ENDED, person=actor.user_id, now=clock.now_ms())
    return frozenset(
        unit
        for unit, region in ended
        if not any(grant.covers(unit, region) for grant in actor.grants)
    )


def guested_units(person_id: str) -> frozenset[str]:
    """Return the units at which a pass of the person has ever begun."""
    return frozenset(row[0] for row in driver.rows(_EVER, person=person_id, now=clock.now_ms()))
