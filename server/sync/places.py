"""Places, things and tags as phones add them."""

import msgspec

from server.locations import service as locations
from server.sync.args import AssetAdd, LocationAdd, TagClaim
from server.sync.verdicts import APPLIED, Verdict
from server.sync.work import Work


def add_location(work: Work, args: LocationAdd) -> Verdict:
    """Add a place that was missing on the spot."""
    locations.add_location(work.actor, locations.NewLocation(**msgspec.structs.asdict(args)))
    return APPLIED


def add_asset(work: Work, args: AssetAdd) -> Verdict:
    """Add a thing that was missing on the spot."""
    given = msgspec.structs.asdict(args) | {"due": msgspec.to_builtins(args.due)}
    locations.add_asset(work.actor, locations.NewAsset(**given))
    return APPLIED


def claim_tag(work: Work, args: TagClaim) -> Verdict:
    """Bind a label to where it was stuck."""
    locations.claim_tag(work.actor, args.code, args.target_kind, args.target_id)
    return APPLIED
