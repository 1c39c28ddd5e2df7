"""Papers that ran out: whoever has only such ones of a kind is not drawn for what needs it."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date

from server.draws.choice import Choice
from server.experts.models import Certificate
from server.experts.queries import OFFICER
from server.experts.rules import holds_on
from server.experts.words import fields, names

EXPIRED = "certificate-expired"
INSPECTOR = "inspector"
Why = dict[str, str]


def run_out(papers: Sequence[Certificate], today: date) -> set[str]:
    """Return the kinds of which somebody has papers, and none that is good."""
    good = {paper.kind for paper in papers if holds_on(paper, today)}
    return {paper.kind for paper in papers} - good


def missing(
    choice: Choice, known: Collection[str], library: str, kinds: Collection[str]
) -> Iterator[Why]:
    """
    Yield why papers that ran out, of these *kinds*, keep somebody out.

    Asked for by name; the officer's, for an inspector; and those of a field, unless another of the
    fields that were asked for needs none of them.
    """
    wanted = set(choice.certificates) | ({OFFICER} if library == INSPECTOR else set())
    asked = [field for field in fields() if field["key"] in {*choice.fields} & {*known}]
    needed = [set(field.get("certificates", ())) & set(kinds) for field in asked]
    if needed and all(needed):
        wanted |= set().union(*needed)
    for kind in sorted(wanted & set(kinds)):
        yield {"kind": EXPIRED, "note": names("certificates")[kind]["zh"]}
