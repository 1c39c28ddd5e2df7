"""Permissions, and the actor who asks. Roles are rows; their first content is roles.json."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class Permission(StrEnum):
    """Everything that can be allowed. Names are promises: they stand in role rows."""

    ORG_READ = "org.read"
    ORG_MANAGE = "org.manage"
    PEOPLE_MANAGE = "people.manage"
    PLACES_READ = "places.read"
    PLACES_MANAGE = "places.manage"
    TAGS_CLAIM = "tags.claim"
    TAGS_PRINT = "tags.print"
    ASSIGNMENTS_READ = "assignments.read"
    ASSIGNMENTS_MANAGE = "assignments.manage"
    CAMPAIGNS_READ = "campaigns.read"
    CAMPAIGNS_MANAGE = "campaigns.manage"
    VISITS_SEAL = "visits.seal"
    DRAWS_RUN = "draws.run"
    EXPERTS_READ = "experts.read"
    EXPERTS_MANAGE = "experts.manage"
    PEERS_MANAGE = "peers.manage"
    PEERS_REPLY = "peers.reply"
    INSPECTIONS_READ = "inspections.read"
    INSPECTIONS_CONDUCT = "inspections.conduct"
    INSPECTIONS_REOPEN = "inspections.reopen"
    HAZARDS_READ = "hazards.read"
    HAZARDS_REPORT = "hazards.report"
    HAZARDS_ASSIGN = "hazards.assign"
    HAZARDS_RECTIFY = "hazards.rectify"
    HAZARDS_VERIFY = "hazards.verify"
    HAZARDS_CLOSE = "hazards.close"
    HAZARDS_VOID = "hazards.void"
    HAZARDS_DECIDE_MAJOR = "hazards.decide_major"
    DEFINITIONS_READ = "definitions.read"
    DEFINITIONS_AUTHOR = "definitions.author"
    DEFINITIONS_REVIEW = "definitions.review"
    PAPERS_ISSUE = "papers.issue"
    TIPS_TRIAGE = "tips.triage"
    TIPS_CONTACT = "tips.contact"
    INSIGHT_READ = "insight.read"
    FLAGS_READ = "flags.read"
    FLAGS_DECIDE = "flags.decide"
    PROBLEMS_DECIDE = "problems.decide"
    REPORTS_EXPORT = "reports.export"
    DOSSIER_EXPORT = "dossier.export"
    SYNC_USE = "sync.use"
    SYNC_RESCUE = "sync.rescue"
    AUDIT_READ = "audit.read"
    SYSTEM_ADMIN = "system.admin"


class UnitLike(Protocol):
    """What a permission check needs to know of a unit, or of a row that belongs to one."""

    @property
    def unit_id(self) -> str: ...

    @property
    def region_id(self) -> str: ...


@dataclass(frozen=True)
class Grant:
    """A role held on one unit, or on a region with everything below it."""

    role: str
    permissions: frozenset[Permission]
    unit_id: str | None = None
    region_id: str | None = None
    region_ids: frozenset[str] = field(default_factory=frozenset)

    def covers(self, unit_id: str | None, region_id: str | None) -> bool:
        """Say whether the grant reaches the unit or the region."""
        if self.unit_id is not None:
            return unit_id == self.unit_id
        return region_id in self.region_ids


SELF_CHECK = "self-check"
# Roles of a unit's own people; whoever else holds a right on a single unit was sent there.
UNIT_ROLES = frozenset({"unit_head", "safety_officer", "staff"})

# Who has lost the last role still brings in what was done before: it is refused, kept, and shown to
# the lead. It covers no place.
WITHOUT_ROLE = Grant("none", frozenset({Permission.SYNC_USE}))


@dataclass(frozen=True)
class Actor:
    """
    Who is asking, for one request or one push.

    `acting_for`: whose work the actor accepts under their own name. It lends no permission; only
    what its author alone could do (photos they took) can be done in their place.
    """

    user_id: str
    name: str
    grants: tuple[Grant, ...] = ()
    unit_id: str | None = None
    session_id: str | None = None
    acting_for: str | None = None

    def may(self, permission: Permission, on: UnitLike | None = None) -> bool:
        """Say whether the actor holds *permission* (on that unit, or anywhere)."""
        return any(
            permission in grant.permissions
            and (on is None or grant.covers(on.unit_id, on.region_id))
            for grant in self.grants
        )

    def may_be_sent(self, on: UnitLike, mode: str) -> bool:
        """
        Say whether the actor may take part in a visit of that mode.

        What the unit's own people may do there is its self-check, and no inspection by others.
        """
        return any(
            Permission.INSPECTIONS_CONDUCT in grant.permissions
            and grant.covers(on.unit_id, on.region_id)
            and (mode == SELF_CHECK or grant.role not in UNIT_ROLES)
            for grant in self.grants
        )

    def inspects_a_region(self) -> bool:
        """Say whether the actor inspects anywhere but in a single unit."""
        return bool(self.regions_with(Permission.INSPECTIONS_CONDUCT))

    def stands_for(self, person_id: str | None) -> bool:
        """Say whether the person is the actor, or the one whose work the actor accepts."""
        return person_id is not None and person_id in (self.user_id, self.acting_for)

    def may_in_region(self, permission: Permission, region_id: str) -> bool:
        """Say whether the actor holds *permission* on the whole region."""
        return any(permission in g.permissions and region_id in g.region_ids for g in self.grants)

    def regions_with(self, permission: Permission) -> frozenset[str]:
        """Return the regions on which the actor holds *permission*."""
        return _union(g.region_ids for g in self.grants if permission in g.permissions)

    def units_with(self, permission: Permission) -> frozenset[str]:
        """Return the single units on which the actor holds *permission*."""
        return frozenset(
            g.unit_id for g in self.grants if g.unit_id and permission in g.permissions
        )

    @property
    def roles(self) -> frozenset[str]:
        """Return the keys of the roles held."""
        return frozenset(g.role for g in self.grants)


def _union(sets: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*sets)
