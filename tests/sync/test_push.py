"""Every mutation once, in order, and answered: the network's and the clones' tricks."""

import copy
import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select, update

from server.inspections.models import Answer, Inspection
from server.kernel import ids
from server.kernel.db import db
from server.sync import push as push_module
from server.sync.handlers import HANDLERS
from server.sync.models import SyncMutation, SyncProblem
from tests.support.actors import Actors
from tests.sync.phone import EXCHANGE, Phone, compact

Visit = Callable[..., Inspection]
MakePhone = Callable[..., Phone]
POSTED, DRILL, EXIT = "ward.rules.posted", "ward.rules.drill", "ward.room.exit"


def fields(inspection_id: str, item: str = POSTED) -> Any:
    row = db.session.get(Answer, (inspection_id, "", item))
    return row.fields if row else None


def mutations() -> int:
    return db.session.scalar(select(func.count()).select_from(SyncMutation)) or 0


@pytest.mark.fault(1)
def test_a_lost_answer_is_healed_by_sending_again(phone: MakePhone, visit: Visit) -> None:
    inspection, mine = visit(), phone("inspector")
    mine.answer(inspection.id, POSTED, result="pass")
    mine.exchange(lose=True)
    mine.exchange()
    (verdict,) = mine.verdicts.values()
    assert verdict["status"] == "applied"
    assert verdict["dup"] is True
    assert fields(inspection.id)["result"]["rev"] == 1
    assert mutations() == 1


@pytest.mark.fault(1)
def test_an_answer_lost_twenty_times_is_applied_once(phone: MakePhone, visit: Visit) -> None:
    inspection, mine = visit(), phone("inspector")
    mine.answer(inspection.id, POSTED, result="fail")
    for _ in range(20):
        mine.exchange(lose=True)
    mine.sync()
    assert fields(inspection.id)["result"]["rev"] == 1


@pytest.mark.fault(3)
def test_a_cut_body_applies_nothing(phone: MakePhone, visit: Visit) -> None:
    inspection, mine = visit(), phone("inspector")
    mine.answer(inspection.id, POSTED, result="pass")
    packed = gzip.compress(compact(mine.request()))
    for cut in (1, 12, len(packed) // 2, len(packed) - 1):
        status, _, data = mine.send(EXCHANGE, packed[:cut], {"Content-Encoding": "gzip"})
        assert (status, json.loads(data)["code"]) == (422, "malformed")
    assert fields(inspection.id) is None
    assert mutations() == 0


@pytest.mark.fault(5)
def test_an_old_duplicate_changes_nothing(phone: MakePhone, visit: Visit) -> None:
    inspection, mine = visit(), phone("inspector")
    mine.answer(inspection.id, POSTED, result="pass")
    old = compact(mine.request())
    mine.sync()
    mine.answer(inspection.id, POSTED, result="fail")
    mine.sync()
    before = copy.deepcopy(fields(inspection.id))
    status, _, data = mine.send(EXCHANGE, old, {})
    assert status == 200
    assert json.loads(data)["results"][0]["dup"] is True
    assert fields(inspection.id) == before


@pytest.mark.fault(6)
def test_a_gap_is_refused_before_anything_is_applied(phone: MakePhone, visit: Visit) -> None:
    inspection, mine = visit(), phone("inspector")
    mine.answer(inspection.id, POSTED, result="pass")
    mine.answer(inspection.id, DRILL, result="pass")
    mine.answer(inspection.id, EXIT, result="pass")
    held_back = mine.outbox.pop(1)
    assert mine.exchange() == 409
    assert mine.last["code"] == "gap"
    assert mine.last["last_mid"] == 0
    assert mutations() == 0
    mine.outbox.insert(1, held_back)
    mine.sync()
    assert mutations() == 3


@pytest.mark.fault(6)
def test_a_batch_in_the_wrong_order_is_refused(phone: MakePhone, visit: Visit) -> None:
    inspection, mine = visit(), phone("inspector")
    mine.answer(inspection.id, POSTED, result="pass")
    mine.answer(inspection.id, DRILL, result="pass")
    mine.outbox.reverse()
    assert mine.exchange() == 409
    assert mutations() == 0


@pytest.mark.fault(35)
def test_a_restored_phone_is_told_that_it_forked(phone: MakePhone, visit: Visit) -> None:
    inspection, mine = visit(), phone("inspector")
    backup = mine.clone()
    mine.answer(inspection.id, POSTED, result="pass")
    mine.sync()
    backup.answer(inspection.id, DRILL, result="fail")
    assert backup.exchange() == 409
    assert backup.last["code"] == "client-forked"
    backup.sync()
    assert fields(inspection.id)["result"]["v"] == "pass"
    assert fields(inspection.id, DRILL)["result"]["v"] == "fail"


@pytest.mark.fault(36)
def test_a_cloned_disk_has_one_effect_each(phone: MakePhone, visit: Visit) -> None:
    inspection, mine = visit(), phone("inspector")
    mine.answer(inspection.id, POSTED, result="pass")
    twin = mine.clone()
    mine.answer(inspection.id, DRILL, result="pass")
    twin.answer(inspection.id, EXIT, result="fail")
    for one in (mine, twin, mine, twin):
        one.sync()
    assert fields(inspection.id)["result"]["rev"] == 1
    assert {v["status"] for v in (mine.verdicts | twin.verdicts).values()} == {"applied"}
    assert mutations() == 3


def test_the_same_id_with_other_words_is_refused(phone: MakePhone, visit: Visit) -> None:
    inspection, mine = visit(), phone("inspector")
    mine.answer(inspection.id, POSTED, result="pass")
    forged = copy.deepcopy(mine.outbox[0])
    mine.sync()
    forged["args"]["set"]["result"] = "fail"
    mine.outbox = [forged]
    assert mine.exchange() == 409
    assert mine.last["code"] == "client-forked"
    assert fields(inspection.id)["result"]["v"] == "pass"


def test_somebody_elses_id_tells_nothing_and_does_nothing(phone: MakePhone, visit: Visit) -> None:
    inspection = visit("inspector", "expert")
    mine, other = phone("inspector"), phone("expert")
    stolen = mine.answer(inspection.id, POSTED, result="pass")
    mine.sync()
    other.answer(inspection.id, POSTED, result="fail")
    other.outbox[0]["id"] = stolen
    other.sync()
    assert other.verdicts[stolen]["status"] == "rejected"
    assert other.verdicts[stolen]["code"] == "sync-id-reused"
    assert fields(inspection.id)["result"]["v"] == "pass"


def test_somebody_elses_client_is_refused(phone: MakePhone, visit: Visit) -> None:
    inspection = visit("inspector", "expert")
    mine, other = phone("inspector"), phone("expert")
    mine.sync()
    other.client = mine.client
    other.answer(inspection.id, POSTED, result="fail")
    assert other.exchange() == 403
    assert other.last["code"] == "client-not-yours"
    assert mutations() == 0


@pytest.mark.fault(76)
def test_a_forgotten_client_registers_anew_without_double_effects(
    phone: MakePhone, visit: Visit
) -> None:
    inspection, mine = visit(), phone("inspector")
    for _ in range(511):
        mine.mid += 1
    mine.answer(inspection.id, POSTED, result="pass")
    assert mine.exchange() == 409
    assert mine.last["code"] == "client-unknown"
    mine.sync()
    assert fields(inspection.id)["result"]["rev"] == 1


@pytest.mark.fault(74)
def test_a_clone_that_filled_the_numbers_of_a_restored_server_hides_nothing(
    phone: MakePhone, visit: Visit
) -> None:
    inspection, mine = visit(), phone("inspector")
    first = mine.answer(inspection.id, POSTED, result="pass")
    mine.sync()
    # What a backup without the first command looks like once a clone has counted on it.
    db.session.execute(update(SyncMutation).where(SyncMutation.id == first).values(id=ids.new_id()))
    mine.answer(inspection.id, DRILL, result="pass")
    assert mine.exchange() == 409
    assert mine.last["code"] == "client-forked"
    mine.sync()
    found = select(SyncMutation.id).where(SyncMutation.id == first)
    assert db.session.scalar(found) == first


@pytest.mark.fault(35, 36, 76)
def test_a_renumbered_queue_with_a_refused_command_goes_through(
    phone: MakePhone, visit: Visit
) -> None:
    visit()
    mine = phone("inspector")
    refused = mine.write("no.such.command", {})
    mine.sync()
    mine.client, mine.mid = ids.new_id(), 1
    mine.outbox, mine.acked = list(mine.acked.values()), {}
    held = mine.write("hazard.comment", {"id": ids.new_id(), "note": "x", "photos": []})
    mine.sync()
    assert mine.verdicts[refused]["dup"] is True
    assert mine.verdicts[held]["code"] == "sync-waiting"


def test_item_37_of_100_is_refused_and_the_rest_applies(phone: MakePhone, visit: Visit) -> None:
    inspection, mine = visit(), phone("inspector")
    sent = [
        mine.answer(inspection.id, "no.such.item" if i == 36 else POSTED, note=f"第{i}次")
        for i in range(100)
    ]
    mine.sync()
    assert mine.verdicts[sent[36]]["code"] == "answer-unknown-item"
    statuses = [mine.verdicts[one]["status"] for one in sent]
    assert statuses.count("applied") == 99
    assert fields(inspection.id)["note"]["v"] == "第99次"


@pytest.mark.fault(84)
def test_a_mutation_that_crashes_is_parked_once_and_the_rest_applies(
    phone: MakePhone, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    inspection, mine = visit(), phone("inspector")
    poison = mine.write("hazard.comment", {"id": ids.new_id(), "note": "x", "photos": []})
    for _ in range(40):
        mine.answer(inspection.id, POSTED, result="pass")
    handler = HANDLERS["hazard.comment"]
    monkeypatch.setitem(
        HANDLERS,
        "hazard.comment",
        type(handler)(handler.args, lambda work, args: 1 / 0),  # type: ignore[arg-type,return-value]
    )
    mine.sync()
    assert mine.verdicts[poison]["status"] == "parked"
    assert [v["status"] for v in mine.verdicts.values()].count("applied") == 40
    kept = db.session.get(SyncProblem, poison)
    assert kept is not None
    assert kept.envelope["args"]["note"] == "x"


def test_a_run_of_answers_that_breaks_is_done_one_by_one(
    phone: MakePhone, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    inspection, mine = visit(), phone("inspector")
    good = mine.answer(inspection.id, POSTED, result="pass")
    bad = mine.answer(inspection.id, DRILL, result="fail")
    from server.sync import answers

    merge = answers.merge_field

    def breaks(name: str, current: Any, word: Any) -> Any:
        if word["v"] == "fail":
            raise RuntimeError("a bug")
        return merge(name, current, word)

    monkeypatch.setattr(answers, "merge_field", breaks)
    mine.sync()
    assert mine.verdicts[good]["status"] == "applied"
    assert mine.verdicts[bad]["status"] == "parked"


@pytest.mark.fault(83)
def test_an_unknown_command_and_a_newer_version_are_parked(phone: MakePhone, visit: Visit) -> None:
    inspection, mine = visit(), phone("inspector")
    unknown = mine.write("drone.fly", {"to": "roof"})
    newer = mine.answer(inspection.id, POSTED, result="pass")
    mine.outbox[-1]["v"] = 7
    mine.sync()
    assert mine.verdicts[unknown]["code"] == "sync-unknown-command"
    assert mine.verdicts[newer]["code"] == "sync-newer-version"
    assert fields(inspection.id) is None


def test_bad_arguments_are_refused_alone(phone: MakePhone, visit: Visit) -> None:
    inspection, mine = visit(), phone("inspector")
    bad = [
        mine.write("answer.set", {"inspection": inspection.id, "item": POSTED}),
        mine.write("answer.set", {"inspection": inspection.id, "target": "", "item": POSTED,
                                  "set": {"result": "pass"}, "base": {}, "admin": True}),
        mine.write("hazard.move", {"id": "not-an-id"}),
    ]  # fmt: skip
    good = mine.answer(inspection.id, POSTED, result="pass")
    mine.sync()
    assert [mine.verdicts[one]["code"] for one in bad] == ["sync-bad-arguments"] * 3
    assert mine.verdicts[good]["status"] == "applied"


@pytest.mark.fault(7, 19)
def test_time_runs_out_and_the_rest_is_sent_again(
    phone: MakePhone, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    inspection, mine = visit(), phone("inspector")
    for i in range(6):
        mine.write("hazard.comment", {"id": ids.new_id(), "note": str(i), "photos": []})
    mine.answer(inspection.id, POSTED, result="pass")
    monkeypatch.setattr(push_module, "BUDGET_S", 0.0)
    mine.exchange()
    assert len(mine.verdicts) == 1
    assert mine.last["last_mid"] == 1
    mine.sync()
    assert len(mine.verdicts) == 7


def test_a_refused_mutation_is_kept_whole_and_shown_on_every_phone(
    phone: MakePhone, visit: Visit
) -> None:
    inspection, mine, second = visit(), phone("inspector"), phone("inspector")
    refused = mine.answer(inspection.id, POSTED, result="maybe")
    mine.sync()
    second.sync()
    user = next(scope for scope in mine.scopes if scope.startswith("user:"))
    for one in (mine, second):
        outcome = one.row(user, "outcome", refused)
        assert outcome["status"] == "rejected"
        assert outcome["problem"] == refused
        assert outcome["name"] == "answer.set"
    second.write("problem.handle", {"id": refused, "act": "discard", "reason": "点错了"})
    second.sync()
    mine.sync()
    assert mine.row(user, "outcome", refused) is None
    kept = db.session.get(SyncProblem, refused)
    assert kept is not None
    assert kept.handling is not None
    assert (kept.handling["act"], kept.handling["note"]) == ("discard", "点错了")


def test_nobody_handles_anothers_problem(phone: MakePhone, visit: Visit) -> None:
    inspection = visit("inspector", "expert")
    mine, other = phone("inspector"), phone("expert")
    refused = mine.answer(inspection.id, POSTED, result="maybe")
    mine.sync()
    tried = other.write("problem.handle", {"id": refused, "act": "discard"})
    other.sync()
    assert other.verdicts[tried]["status"] == "rejected"
    assert db.session.get_one(SyncProblem, refused).state == "open"


@pytest.mark.fault(55)
def test_an_answer_after_submission_is_a_case(
    phone: MakePhone, visit: Visit, actors: Actors
) -> None:
    inspection = visit("inspector", "expert")
    inspection.state = "submitted"
    db.session.commit()
    late = phone("expert")
    sent = late.answer(inspection.id, POSTED, result="fail", note="后来发现")
    late.sync()
    assert late.verdicts[sent]["code"] == "inspection-locked"
    assert fields(inspection.id) is None
    kept = db.session.get_one(SyncProblem, sent)
    assert kept.envelope["args"]["set"]["note"] == "后来发现"
    assert kept.lead_region_id == actors.world.county.id


@pytest.mark.fault(64)
def test_work_sent_after_losing_the_role_is_refused_and_kept(
    phone: MakePhone, visit: Visit, actors: Actors
) -> None:
    from server.org.models import RoleGrant

    inspection = visit("inspector", "expert")
    mine = phone("expert")
    sent = mine.answer(inspection.id, POSTED, result="fail")
    grant = db.session.scalars(
        select(RoleGrant).where(RoleGrant.person_id == actors.person("expert").id)
    ).one()
    grant.region_id, grant.unit_id = None, actors.world.other_hospital.id
    db.session.commit()
    mine.sync()
    assert mine.verdicts[sent]["code"] == "forbidden"
    assert db.session.get_one(SyncProblem, sent).lead_region_id == actors.world.county.id
