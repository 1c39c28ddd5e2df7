"""Papers as phones issue them: the text and the marks travel as they were signed."""

from typing import Annotated

from msgspec import Meta

from server.papers import service
from server.papers.service import release_papers
from server.sync.args import Args, Ids
from server.sync.schemas import Id, Ms
from server.sync.verdicts import APPLIED, Verdict
from server.sync.work import Work

# A command has 64 KiB, and quotes inside a text take two bytes.
Sheet = Annotated[str, Meta(max_length=48_000)]


class PaperIssue(Args):
    """paper.issue; `body` and `signing` are JSON texts, kept and hashed byte for byte"""

    id: Id
    inspection: Id
    body: Sheet
    signing: Sheet
    made_at: Ms
    photos: Ids = []
    replaces: Id | None = None


def issue_paper(work: Work, args: PaperIssue) -> Verdict:
    """Issue a paper; its number is given in the order of arrival."""
    service.issue_paper(
        work.actor,
        service.PaperDraft(
            id=args.id,
            inspection_id=args.inspection,
            body=args.body,
            signing=args.signing,
            made_at=work.put_right(args.made_at),
        ),
    )
    return APPLIED


__all__ = ["PaperIssue", "issue_paper", "release_papers"]
