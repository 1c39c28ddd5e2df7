"""An app older than the server: its work is always taken; rows come in its shape, or not at all."""

from collections.abc import Callable

import pytest

from server.inspections.models import Inspection
from server.sync import downcasts
from tests.sync.phone import Phone

MakePhone = Callable[..., Phone]
Visit = Callable[..., Inspection]
POSTED = "ward.rules.posted"


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server whose rows have changed four times since the app of these tests."""
    monkeypatch.setattr(downcasts, "CURRENT", 5)
    steps = {
        4: {"inspection": lambda row: {**row, "mode": row["mode"].upper()}},
        3: {"inspection": lambda row: {**row, "mode": f"{row['mode']}?"}},
    }
    monkeypatch.setattr(downcasts, "STEPS", steps)


@pytest.mark.fault(82)
@pytest.mark.usefixtures("newer")
def test_an_app_two_shapes_behind_gets_rows_as_it_knows_them(
    phone: MakePhone, visit: Visit
) -> None:
    inspection = visit()
    for schema, mode in ((5, "self-check"), (4, "SELF-CHECK"), (3, "SELF-CHECK?")):
        mine = phone("inspector", schema=schema)
        mine.sync()
        row = mine.row(f"insp:{inspection.id}", "inspection", inspection.id)
        assert row["mode"] == mode


@pytest.mark.fault(82)
@pytest.mark.usefixtures("newer")
def test_an_app_too_far_behind_still_brings_its_work_in(phone: MakePhone, visit: Visit) -> None:
    inspection, mine = visit(), phone("inspector", schema=2)
    sent = mine.answer(inspection.id, POSTED, result="fail")
    assert mine.exchange() == 426
    assert mine.last["code"] == "update-needed"
    assert "没有丢" in mine.last["title_zh"]
    assert mine.exchange(pull=False) == 200
    assert mine.verdicts[sent]["status"] == "applied"
    assert mine.outbox == []
