"""People of other agencies as phones name them: the whole team sees them, nobody else does."""

from collections.abc import Callable

from server.inspections.models import Inspection
from server.kernel import ids
from tests.sync.phone import Phone

Visit = Callable[..., Inspection]
MakePhone = Callable[..., Phone]


def names(phone: Phone) -> list[str]:
    return [data["name"] for (etype, _), data in phone.rows().items() if etype == "joint"]


def test_who_came_along_travels_to_the_team(phone: MakePhone, visit: Visit) -> None:
    inspection = visit("inspector", "expert").id
    lead, other, office = phone("inspector"), phone("expert"), phone("bureau_office")
    who = ids.new_id()
    said = {"id": who, "inspection": inspection, "name": "钱队长", "agency": "消防大队"}
    lead.write("joint.set", said)
    lead.sync()
    other.sync()
    office.sync()
    assert names(other) == ["钱队长"]
    assert names(office) == []
    other.write("joint.drop", {"id": who, "inspection": inspection})
    other.write("joint.drop", {"id": who, "inspection": inspection})
    other.sync()
    lead.sync()
    assert names(lead) == []
