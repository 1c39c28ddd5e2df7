"""The round trip: what goes up, what comes down."""

from collections.abc import Callable

from server.inspections.models import Inspection
from tests.sync.phone import Phone

Visit = Callable[..., Inspection]
MakePhone = Callable[..., Phone]


def test_an_answer_goes_up_and_comes_back(phone: MakePhone, visit: Visit) -> None:
    inspection = visit()
    mine = phone("inspector")
    mine.answer(inspection.id, "ward.rules.posted", result="pass", note="已张贴")
    mine.sync()
    answer = mine.row(f"insp:{inspection.id}", "answer", f"{inspection.id}||ward.rules.posted")
    assert {name: f["v"] for name, f in answer["fields"].items()} == {
        "result": "pass",
        "note": "已张贴",
    }
    assert [v["status"] for v in mine.verdicts.values()] == ["applied"]


def test_nothing_new_is_small_both_ways(phone: MakePhone, visit: Visit) -> None:
    visit()
    mine = phone("inspector", packed=True)
    mine.sync()
    mine.bytes_up = mine.bytes_down = 0
    mine.exchange()
    assert mine.last["data"] == []
    assert mine.bytes_up < 600
    assert mine.bytes_down < 1000
