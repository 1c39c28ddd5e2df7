"""
The answers of many inspections, read as the database keeps them.

One row an inspection, not one an answer: the database puts the texts of an inspection's answers
together, which costs it less than handing each over, and memory holds one page of them. All reports
that read the answers of thousands of inspections read them here.
"""

from collections.abc import Sequence
from typing import NamedTuple

from server.kernel import driver

# Neither occurs in an id or in JSON, which escapes what is below a blank.
MARK = "\x1e"
_BETWEEN = "\x1f"
# Both lists are put together from the same rows, and so in the same order.
_ANSWERS = """
    SELECT a.inspection_id,
           string_agg(a.target_id || :between || a.item_key, :mark),
           string_agg(TEXT(a.fields), :mark)
    FROM answer a WHERE a.inspection_id IN @ids GROUP BY a.inspection_id
"""


class Given(NamedTuple):
    """The answers of an inspection: which questions, and the fields of each as JSON."""

    asked: str
    fields: str

    def pairs(self) -> list[tuple[str, str]]:
        """Return target and item of each answer."""
        return [_pair(key) for key in self.asked.split(MARK)] if self.asked else []

    def texts(self) -> list[str]:
        """Return the fields of each answer, in the same order."""
        return self.fields.split(MARK) if self.fields else []


NOTHING = Given("", "")


def answers_of_many(inspection_ids: Sequence[str]) -> dict[str, Given]:
    """Return the answers of each inspection that has any."""
    found = driver.rows(_ANSWERS, ids=list(inspection_ids), between=_BETWEEN, mark=MARK)
    return {inspection: Given(asked, fields) for inspection, asked, fields in found}


def _pair(key: str) -> tuple[str, str]:
    target, _, item = key.partition(_BETWEEN)
    return target, item
