"""Opening a sealed visit and arriving, as phones tell it."""

from server.sync import visits_args as a
from server.sync.verdicts import APPLIED, Code, Verdict
from server.sync.work import Work
from server.visits import service as visits

# The right to the unit may come with these; what follows in the same push is judged with it.
LENDING = frozenset({"visit.open", "visit.arrive"})
_NEWS = {
    code.code: code
    for code in (
        Code(
            "visit-was-cancelled",
            "这次暗访在此之前已被取消，您的操作已如实记录，工作内容不会丢失。",
            "This visit had been called off before. What you did is recorded; no work is lost.",
        ),
        Code(
            "visit-no-longer-yours",
            "这次暗访已改派他人，您的操作已如实记录，请与策划人员联系。",
            "This visit was given to somebody else. What you did is recorded; ask who planned it.",
        ),
    )
}


def open_visit(work: Work, args: a.VisitOpen) -> Verdict:
    """visit.open"""
    return _said(visits.open_visit(work.actor, _opening(work, args)), args.id)


def note_early(work: Work, args: a.VisitOpen) -> list[str]:
    """Write down that somebody opened it before its time."""
    return ["log"] if visits.note_early(work.actor, _opening(work, args)) else []


def arrive(work: Work, args: a.VisitArrive) -> Verdict:
    """visit.arrive"""
    proof = args.proof
    here = proof.position
    stated = proof.statement
    arrival = visits.Arrival(
        id=args.id,
        assignment_id=args.assignment_id,
        arrived_at=work.put_right(args.arrived_at),
        proof=visits.Proof(
            kind=proof.kind,
            tag=proof.tag,
            position=visits.Position(here.lat, here.lon, here.accuracy) if here else None,
            inspector_ids=stated.inspector_ids if stated else (),
            photo_id=stated.photo_id if stated else None,
        ),
        met=[visits.Met(met.name, met.title) for met in args.met],
        escort=args.escort,
    )
    return _said(visits.arrive(work.actor, arrival), args.id)


def _opening(work: Work, args: a.VisitOpen) -> visits.Opening:
    return visits.Opening(args.id, work.put_right(args.opened_at), args.how, args.check)


def _said(code: str | None, visit_id: str) -> Verdict:
    if code is None:
        return APPLIED
    news = _NEWS[code]
    return Verdict("merged", news.code, news.params(visit=visit_id))
