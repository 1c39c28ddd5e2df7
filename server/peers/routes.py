"""Peer checks over HTTP."""

from dataclasses import replace
from typing import Any

from server.access.rules import Actor, Permission
from server.kernel.errors import Forbidden
from server.kernel.paging import Page
from server.peers import queries, service, views, wire
from server.peers.schemas import (
    HandOverBody,
    LeaveBody,
    PairBody,
    PairingPatch,
    ReplyBody,
    ReturnBody,
    RoundArguments,
    RoundBody,
    RoundPatch,
    RulingBody,
    VerdictBody,
)
from server.peers.service.planning import planned_pairing
from server.web.api import ApiBlueprint, body, query

bp = ApiBlueprint("peers", __name__, url_prefix="/api/peers")
Data = dict[str, Any]


@bp.get("/rounds", permission=Permission.PEERS_REPLY)
def list_rounds(actor: Actor) -> Page:
    """List rounds, the latest first."""
    args = query(RoundArguments)
    found = queries.list_rounds(actor, state=args.state, cursor=args.cursor, limit=args.limit)
    return replace(found, items=wire.rounds_data(actor, found.items))


@bp.get("/rounds/<round_id>", permission=Permission.PEERS_REPLY)
def get_round(actor: Actor, round_id: str) -> Data:
    """Return one round."""
    return wire.round_data(actor, queries.get_round(actor, round_id))


@bp.post("/rounds", permission=Permission.PEERS_MANAGE)
def create_round(actor: Actor) -> Data:
    """Plan a round."""
    given = service.RoundDraft(**body(RoundBody).model_dump())
    return wire.round_data(actor, service.create_round(actor, given))


@bp.patch("/rounds/<round_id>", permission=Permission.PEERS_MANAGE)
def patch_round(actor: Actor, round_id: str) -> Data:
    """Change a round of which nothing is released."""
    given = body(RoundPatch).changes()
    return wire.round_data(actor, service.change_round(actor, round_id, given))


@bp.post("/rounds/<round_id>/pairs", permission=Permission.PEERS_MANAGE)
def pair_round(actor: Actor, round_id: str) -> Data:
    """Make the matrix."""
    return wire.round_data(actor, service.pair_round(actor, round_id, body(PairBody).seed))


@bp.post("/rounds/<round_id>/close", permission=Permission.PEERS_MANAGE)
def close_round(actor: Actor, round_id: str) -> Data:
    """End a round."""
    return wire.round_data(actor, service.close_round(actor, round_id))


@bp.get("/pairings/<pairing_id>", permission=Permission.PEERS_REPLY)
def get_pairing(actor: Actor, pairing_id: str) -> Data:
    """Return one pairing with all that came of it."""
    return views.pairing_data(actor, queries.get_pairing(actor, pairing_id))


@bp.get("/pairings/<pairing_id>/choices", permission=Permission.PEERS_MANAGE)
def get_choices(actor: Actor, pairing_id: str) -> Data:
    """Return whom and what a pairing may be made of."""
    row = queries.get_pairing(actor, pairing_id)
    if not queries.plans(actor, queries.get_round(actor, row.round_id)):
        raise Forbidden(permission=Permission.PEERS_MANAGE.value)
    return views.choices_data(actor, row)


@bp.patch("/pairings/<pairing_id>", permission=Permission.PEERS_MANAGE)
def patch_pairing(actor: Actor, pairing_id: str) -> Data:
    """Choose team, units and window."""
    given = body(PairingPatch)
    row = service.change_pairing(actor, pairing_id, given.rev, given.changes())
    return views.pairing_data(actor, row)


@bp.post("/pairings/<pairing_id>/release", permission=Permission.PEERS_MANAGE)
def release_pairing(actor: Actor, pairing_id: str) -> Data:
    """Send the team."""
    return views.pairing_data(actor, service.release_pairing(actor, pairing_id))


@bp.post("/pairings/<pairing_id>/withdraw", permission=Permission.PEERS_MANAGE)
def withdraw_pairing(actor: Actor, pairing_id: str) -> Data:
    """Call the team back."""
    service.withdraw_pairing(actor, pairing_id)
    return views.pairing_data(actor, planned_pairing(actor, pairing_id))


@bp.post("/pairings/<pairing_id>/leave", permission=Permission.PEERS_MANAGE)
def leave_team(actor: Actor, pairing_id: str) -> Data:
    """Take somebody out of a team that is on its way."""
    given = body(LeaveBody)
    row = service.leave_team(actor, pairing_id, given.person_id, given.reason, given.lead_id)
    return views.pairing_data(actor, row)


@bp.post("/pairings/<pairing_id>/hand-over", permission=Permission.PEERS_REPLY)
def hand_over(actor: Actor, pairing_id: str) -> Data:
    """Hand over in the lead's place."""
    return views.pairing_data(actor, service.hand_over(actor, pairing_id, body(HandOverBody).note))


@bp.post("/pairings/<pairing_id>/reply", permission=Permission.PEERS_REPLY)
def send_reply(actor: Actor, pairing_id: str) -> Data:
    """Send the home region's reply."""
    given = body(ReplyBody)
    row = service.send_reply(actor, pairing_id, given.document, given.words)
    return views.pairing_data(actor, row)


@bp.post("/pairings/<pairing_id>/returns", permission=Permission.ASSIGNMENTS_MANAGE)
def plan_return(actor: Actor, pairing_id: str) -> Data:
    """Plan a return visit."""
    given = service.ReturnDraft(**body(ReturnBody).values())
    return views.pairing_data(actor, service.plan_return(actor, pairing_id, given))


@bp.post("/findings/<finding_id>/verdict", permission=Permission.PEERS_REPLY)
def reply_finding(actor: Actor, finding_id: str) -> Data:
    """Accept or appeal."""
    given = body(VerdictBody)
    row = service.reply_finding(actor, finding_id, given.verdict, given.reason, given.photo_ids)
    return views.finding_data(row)


@bp.post("/findings/<finding_id>/ruling", permission=Permission.PEERS_MANAGE)
def rule_finding(actor: Actor, finding_id: str) -> Data:
    """Rule on an appeal."""
    given = body(RulingBody)
    return views.finding_data(service.rule_finding(actor, finding_id, given.ruling, given.reason))
