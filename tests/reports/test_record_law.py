"""The record names the law of the inspection's own day."""

import copy
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from pypdf import PdfReader

from server.kernel import clock
from tests.factories.inspections import make_answer, make_inspection
from tests.factories.law import NOT_YET, OLD_CLAUSE, RECORDS, VERIFIED, make_citing, make_law
from tests.support.actors import Actors, World
from tests.support.clients import AppClient

Login = Callable[..., AppClient]


@pytest.fixture
def paper(login: Login, actors: Actors, world: World) -> Callable[[], str]:
    """The text of the record of a visit whose failed item cites three laws."""
    row = make_citing("ward", VERIFIED, OLD_CLAUSE, NOT_YET)
    inspection = make_inspection(actors["inspector"], world.hospital, definition=row.hash)
    make_answer(inspection, "ward.rules.posted", result="fail", note="墙上无制度")
    client = login("inspector")

    def text() -> str:
        answer = client.get(f"/api/inspections/{inspection.id}/record.pdf")
        assert answer.status_code == 200, answer.data
        pages = PdfReader(io.BytesIO(answer.data)).pages
        return "".join("".join(page.extract_text().split()) for page in pages)

    return text


def test_a_clause_of_another_edition_and_a_law_of_tomorrow_are_not_printed(
    paper: Callable[[], str],
) -> None:
    make_law()
    text = paper()
    assert "《消防法》第16条" in text
    assert "GB1-2022《作业规范》［条款待核］" in text
    assert [words for words in ("5.2.9", "GB1-2014", "《新法》") if words in text] == []


def test_a_new_edition_of_tomorrow_leaves_the_record_of_today_alone(
    paper: Callable[[], str],
) -> None:
    records = copy.deepcopy(RECORDS)
    today = clock.today()
    old, new = records["gb-1"]["editions"]
    old["effective_to"] = today.isoformat()
    new["effective_from"] = (today + timedelta(days=1)).isoformat()
    make_law(records)
    assert "GB1-2014《作业规范》5.2.9" in paper()
