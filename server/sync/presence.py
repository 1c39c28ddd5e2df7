"""Scans as phones tell them."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from server.presence.judging import judge_inspection
from server.presence.service import ScanDraft
from server.presence.service import note_scan as keep_scan
from server.sync.args import Args, Position
from server.sync.schemas import Id, Ms
from server.sync.verdicts import APPLIED, Verdict
from server.sync.work import Work


class Seal(Args):
    """What the square says beside its code: the key's beginning and the signature."""

    k: Annotated[str, Meta(pattern=r"^[0-9a-f]{8}$")]
    s: Annotated[str, Meta(max_length=100)]


class Fact(Args):
    """A question of the place and what was read there."""

    id: Id
    answer: Annotated[str, Meta(min_length=1, max_length=120)]


class ScanNote(Args):
    """scan.note"""

    id: Id
    code: Annotated[str, Meta(min_length=1, max_length=12)]
    at: Ms
    how: Literal["camera", "photo", "typed"]
    inspection: Id | None = None
    seal: Seal | None = None
    position: Position | None = None
    fact: Fact | None = None


def note_scan(work: Work, args: ScanNote) -> Verdict:
    """Keep a scan; it is never refused for what it says."""
    keep_scan(
        work.actor,
        ScanDraft(
            id=args.id,
            code=args.code,
            at=work.put_right(args.at),
            how=args.how,
            client_id=work.client_id,
            inspection_id=args.inspection,
            seal={"k": args.seal.k, "s": args.seal.s} if args.seal else None,
            position=msgspec.to_builtins(args.position) if args.position else None,
            fact_id=args.fact.id if args.fact else None,
            answer=args.fact.answer if args.fact else None,
        ),
    )
    return APPLIED


__all__ = ["ScanNote", "judge_inspection", "note_scan"]
