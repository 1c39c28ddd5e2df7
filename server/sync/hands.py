"""What whoever signed on a colleague's phone says of it, from the own phone and account."""

from collections.abc import Sequence
from typing import Annotated

from msgspec import Meta

from server.inspections import service as inspections
from server.sync.args import Args, Line
from server.sync.verdicts import APPLIED, Verdict
from server.sync.work import Work

#: a signature's id, or a paper's with the place of the mark
MarkId = Annotated[str, Meta(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(:[0-9]{1,2})?$")]


class SignatureConfirm(Args):
    """signature.confirm"""

    id: MarkId
    mine: bool
    reason: Line | None = None


def mark_needed(args: SignatureConfirm) -> Sequence[tuple[str, str | None]]:
    """The word may overtake the phone that brings the signature."""
    row, _, place = args.id.partition(":")
    return [("paper" if place else "signature", row)]


def confirm_signature(work: Work, args: SignatureConfirm) -> Verdict:
    """Keep the word."""
    word = inspections.Word(work.envelope.id, args.mine, work.at, args.reason or "")
    inspections.say_whose(work.actor, args.id, word)
    return APPLIED
