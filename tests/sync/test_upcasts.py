"""Commands of every version ever released are still understood, up-cast where they have to be."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from server.inspections.models import Inspection
from server.kernel import ids
from server.kernel.db import db
from server.kernel.settings import ROOT
from server.sync import tidy, upcasts
from server.sync.args import Args, PhotoRemove
from server.sync.handlers import HANDLERS
from server.sync.models import SyncProblem
from server.sync.schemas import Envelope
from tests.support.actors import Actors, World
from tests.sync.phone import Phone
from tests.sync.work import hazard, photo

VECTORS = ROOT / "contracts" / "vectors" / "mutations"
MakePhone = Callable[..., Phone]
Visit = Callable[..., Inspection]


def vectors() -> list[tuple[str, int, dict[str, Any]]]:
    """Every vector: name, version, what the phone sends and what it becomes."""
    found = []
    for path in sorted(VECTORS.glob("*.json")):
        told = json.loads(path.read_text(encoding="utf-8"))
        assert told["name"] == path.stem
        found += [
            (told["name"], int(v), one) for v, list_ in told["versions"].items() for one in list_
        ]
    return found


def envelope(name: str, v: int, args: Any) -> Envelope:
    return Envelope(ids.new_id(), 1, name, v, 0, msgspec.Raw(msgspec.json.encode(args)))


@pytest.mark.fault(81)
def test_every_command_has_vectors_for_every_version_there_ever_was() -> None:
    known = {(name, v) for name, v, _ in vectors()}
    assert known == {(name, v) for name, h in HANDLERS.items() for v in range(1, h.v + 1)}


@pytest.mark.fault(81)
def test_every_step_between_two_versions_is_there_and_none_too_many() -> None:
    needed = {(name, v) for name, h in HANDLERS.items() for v in range(1, h.v)}
    assert set(upcasts.UPCASTS) == needed


@pytest.mark.fault(81)
@pytest.mark.parametrize(
    ("name", "v", "vector"), [pytest.param(*one, id=f"{one[0]}-{one[1]}") for one in vectors()]
)
def test_a_vector_is_read_whole(name: str, v: int, vector: dict[str, Any]) -> None:
    read = HANDLERS[name].decode(envelope(name, v, vector["args"]))
    wanted = vector.get("becomes", vector["args"])
    told = msgspec.to_builtins(read)
    assert _part(told, wanted) == wanted


def _part(told: Any, wanted: Any) -> Any:
    """Return what was read, without what the phone left out."""
    if isinstance(wanted, dict):
        return {key: _part(told[key], value) for key, value in wanted.items()}
    if isinstance(wanted, list):
        return [_part(one, value) for one, value in zip(told, wanted, strict=True)]
    return told


@pytest.mark.fault(81)
def test_no_vector_is_parked_or_malformed_on_its_way_in(phone: MakePhone) -> None:
    mine = phone("inspector")
    sent = [mine.write(name, vector["args"], v=v) for name, v, vector in vectors()]
    mine.sync()
    for mutation in sent:
        told = mine.verdicts[mutation]
        assert told["status"] != "parked", told
        assert told.get("code") != "sync-bad-arguments", told


class PhotoRemoveNext(Args):
    """photo.remove as a version 2 might be: for the test only."""

    id: str
    because: dict[str, str]


@pytest.fixture
def version_two(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server on which photo.remove has grown a version 2, and version 1 is still on phones."""
    old = HANDLERS["photo.remove"]

    def run(work: Any, args: PhotoRemoveNext) -> Any:
        return old.run(work, PhotoRemove(id=args.id, reason=args.because["words"]))

    grown = replace(old, args=PhotoRemoveNext, run=run, v=2)
    monkeypatch.setitem(HANDLERS, "photo.remove", grown)
    step = {("photo.remove", 1): lambda a: {"id": a["id"], "because": {"words": a["reason"]}}}
    monkeypatch.setattr(upcasts, "UPCASTS", step)


@pytest.mark.fault(81)
@pytest.mark.usefixtures("version_two")
def test_a_command_queued_before_the_update_is_brought_up_and_applied(phone: MakePhone) -> None:
    mine, shown = phone("inspector"), photo()
    mine.write("photo.add", shown)
    old = mine.write("photo.remove", {"id": shown["id"], "reason": "拍错了"})
    mine.sync()
    assert mine.verdicts[old]["status"] == "applied"
    user = next(scope for scope in mine.scopes if scope.startswith("user:"))
    assert mine.row(user, "photo", shown["id"])["state"] == "removed"


@pytest.mark.fault(81)
@pytest.mark.usefixtures("version_two")
def test_old_and_new_phones_work_side_by_side(phone: MakePhone) -> None:
    mine, first, second = phone("inspector"), photo(), photo()
    for one in (first, second):
        mine.write("photo.add", one)
    old = mine.write("photo.remove", {"id": first["id"], "reason": "拍错了"})
    new = mine.write("photo.remove", {"id": second["id"], "because": {"words": "模糊"}}, v=2)
    bad = mine.write("photo.remove", {"id": second["id"], "because": {"words": "模糊"}}, v=1)
    mine.sync()
    assert [mine.verdicts[m]["status"] for m in (old, new, bad)] == ["applied", "applied", "parked"]


@pytest.mark.fault(83)
def test_a_server_rolled_back_parks_what_is_newer_and_runs_it_after_the_upgrade(
    phone: MakePhone, world: World, actors: Actors, request: pytest.FixtureRequest
) -> None:
    mine, shown = phone("inspector"), photo()
    mine.write("photo.add", shown)
    newer = mine.write("photo.remove", {"id": shown["id"], "because": {"words": "模糊"}}, v=2)
    behind = mine.write("hazard.open", hazard(world.hospital.id))
    mine.sync()
    told = mine.verdicts[newer]
    assert (told["status"], told["code"]) == ("parked", "sync-newer-version")
    assert mine.verdicts[behind]["status"] == "applied"
    request.getfixturevalue("version_two")
    db.session.remove()
    assert tidy.after_upgrade() == 1
    assert db.session.get_one(SyncProblem, newer).state == "handled"
    user = next(scope for scope in mine.scopes if scope.startswith("user:"))
    mine.sync()
    assert mine.row(user, "photo", shown["id"])["state"] == "removed"
    assert mine.row(user, "outcome", newer) is None


@pytest.mark.fault(81)
def test_a_step_that_is_missing_parks_the_work_and_the_rest_applies(
    phone: MakePhone, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(HANDLERS, "tag.claim", replace(HANDLERS["tag.claim"], v=2))
    mine = phone("inspector")
    args = {"code": "K7M2Q9XA", "target_kind": "location", "target_id": ids.new_id()}
    old = mine.write("tag.claim", args)
    behind = mine.write("hazard.open", hazard(world.hospital.id))
    mine.sync()
    assert mine.verdicts[old]["code"] == "sync-crashed"
    assert mine.verdicts[behind]["status"] == "applied"
