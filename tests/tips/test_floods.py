"""Floods, guesses and races: what they cost, and that honest reports still arrive."""

import itertools
import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from server import create_app
from server.kernel import clock as kernel_clock
from server.kernel.db import db
from server.locations.models import Location
from server.tips import budgets, keys, misses, reception
from server.tips.models import Tip, TipBudget, TipPicture
from server.tips.rules import RULES, budget, proof, receipts
from server.tips.rules.alike import likeness
from tests.evidence.scenes import coded, scene
from tests.support.clients import AppClient
from tests.support.clock import FrozenClock
from tests.support.databases import Databases
from tests.support.queries import Queries
from tests.tips.support import ask, client_key, send, send_picture, tip

Login = Callable[..., AppClient]
SIZE = RULES["budgets"]["net"]["size"]


def solved(problem: dict[str, Any]) -> dict[str, str]:
    """What a phone's worker finds."""
    said = problem["challenge"]
    for number in itertools.count():
        if proof.leading_zeros(said, str(number)) >= problem["bits"]:
            return {"challenge": said, "nonce": str(number)}
    raise AssertionError


def heat(kind: str, key: str, share: float) -> None:
    """Use so much of a budget."""
    budgets.charge({kind: key}, share * RULES["budgets"][kind]["size"])
    db.session.commit()


def test_a_network_that_sends_too_much_waits_and_others_do_not(
    client: AppClient, room: Location, clock: FrozenClock
) -> None:
    heat(budget.NET, reception.net_key("203.0.113.1"), 1.0)
    told = send(client, tip(), address="203.0.113.200")
    assert (told.status_code, told.json["code"]) == (429, "tip-too-many")
    assert int(told.headers["Retry-After"]) == told.json["retry_after"] > 0
    assert send(client, tip(), address="203.0.114.1").status_code == 200
    clock.move(seconds=told.json["retry_after"])
    hot = send(client, tip(), address="203.0.113.200")
    assert hot.json["code"] == "tip-proof-needed", "room for one, and still hot"


@pytest.mark.parametrize("kind", ["tag", "all"])
def test_a_label_and_all_together_have_budgets_too(
    client: AppClient, room: Location, kind: str
) -> None:
    body = tip()
    key = budget.ALL if kind == "all" else budget.bucket_key(keys.receipt_key(), "tag", body["tag"])
    heat(kind, key, 1.0)
    assert send(client, body).json["code"] == "tip-too-many"


def test_reckoning_is_asked_for_when_it_is_hot_and_spent_once(
    client: AppClient, room: Location, clock: FrozenClock
) -> None:
    heat(budget.ALL, budget.ALL, 0.6)
    body = tip()
    told = send(client, body)
    assert (told.status_code, told.json["code"]) == (429, "tip-proof-needed")
    found = solved(told.json)
    assert (
        send(client, body | {"proof": {**found, "nonce": "zz"}}).json["code"] == "tip-proof-needed"
    )
    assert send(client, tip(proof=found)).json["code"] == "tip-proof-needed", "bound to its report"
    assert send(client, body | {"proof": found}).status_code == 200
    assert send(client, body).status_code == 200, "the same report needs no second one"
    late = tip()
    found = solved(send(client, late).json)
    clock.move(minutes=RULES["proof"]["minutes"], seconds=1)
    heat(budget.ALL, budget.ALL, 0.3)
    assert send(client, late | {"proof": found}).json["code"] == "tip-proof-needed"


@pytest.mark.parametrize(
    "said", ["", "1.9999999999999.0.x", "1.99999999999999.20." + "0" * 32, "2" * 150, "1.1.1.1"]
)
def test_challenges_that_are_not_ours_count_nothing(
    client: AppClient, room: Location, said: str
) -> None:
    heat(budget.ALL, budget.ALL, 0.6)
    told = send(client, tip(proof={"challenge": said, "nonce": "1"}))
    assert told.json["code"] == "tip-proof-needed"


def test_the_ladder_rises_with_the_heat() -> None:
    bits = [budget.bits_for(step / 100) for step in range(101)]
    assert bits == sorted(bits)
    assert (bits[0], bits[49]) == (0, 0)
    assert bits[50] > 0
    assert bits[100] <= 20, "an old phone reckons a million hashes in some seconds"


def test_spam_teaches_the_budget_of_its_network_and_undo_unlearns(
    client: AppClient, room: Location, login: Login
) -> None:
    send(client, tip())
    row = db.session.query(Tip).one()
    key = {budget.NET: str(row.net_key)}
    desk = login("bureau_office")
    before = budgets.levels(key)[budget.NET]
    desk.post(f"/api/tips/{row.id}/decline", json={"rev": row.rev, "reason": "spam"})
    assert budgets.levels(key)[budget.NET] == pytest.approx(before + RULES["spam_costs"], abs=0.1)
    rev = db.session.get_one(Tip, row.id).rev
    desk.post(f"/api/tips/{row.id}/undo", json={"rev": rev})
    assert budgets.levels(key)[budget.NET] == pytest.approx(before, abs=0.1)


def test_no_address_is_written_down(client: AppClient, room: Location, clock: FrozenClock) -> None:
    send(client, tip(), address="203.0.113.77")
    row = db.session.query(Tip).one()
    names = {entry.key for entry in db.session.query(TipBudget)} | {row.net_key}
    assert not any("203.0" in str(name) for name in names)
    first = reception.net_key("203.0.113.77")
    clock.move(days=1)
    assert reception.net_key("203.0.113.77") != first, "another day, another name"
    clock.move(days=2)
    assert keys.forget_days() >= 1


def test_networks_are_what_one_subscriber_has() -> None:
    assert budget.network("203.0.113.77") == budget.network("203.0.113.1")
    assert budget.network("203.0.113.77") != budget.network("203.0.112.77")
    assert budget.network("::ffff:203.0.113.77") == budget.network("203.0.113.1")
    assert budget.network("2001:db8:1:2::9") == budget.network("2001:db8:1:ffff::1")
    assert budget.network("2001:db8:1::1") != budget.network("2001:db8:2::1")
    assert budget.network("unix") == "unix"


def test_a_flood_that_is_refused_writes_nothing(
    client: AppClient, room: Location, queries: Callable[[], Any]
) -> None:
    heat(budget.ALL, budget.ALL, 1.0)
    client.get("/api/public/tips/where?tag=x")
    seen: Queries
    with queries() as seen:
        for _ in range(20):
            assert send(client, tip()).status_code == 429
    writes = [one for one in seen if one.startswith(("INSERT", "UPDATE", "DELETE"))]
    assert writes == []


def test_receipts_are_not_to_be_guessed(client: AppClient, room: Location) -> None:
    receipt = send(client, tip()).json["receipt"]
    hits = 0
    for number in range(RULES["misses"]["most"]):
        told = ask(client, receipts.written(number * 7919 + 1), address="203.0.113.9")
        hits += told.status_code == 200
    assert hits == 0
    over = ask(client, receipts.written(4711), address="203.0.113.9")
    assert (over.status_code, over.json["code"]) == (429, "tip-tries")
    for address in ("203.0.113.9", "203.0.113.200"):
        assert ask(client, receipt, address).status_code == 200, "who holds one is answered"


def test_receipts_hold_eighty_bits_and_notice_a_slip() -> None:
    codes = {receipts.receipt_for(b"k", client_key()) for _ in range(2000)}
    assert len(codes) == 2000
    assert receipts.written(2**80 - 1) != receipts.written(2**80 - 2)
    code = receipts.written(2**79 + 12345)
    slips = [code[:n] + ("1" if code[n] != "1" else "2") + code[n + 1 :] for n in range(len(code))]
    swaps = [
        code[:n] + code[n + 1] + code[n] + code[n + 2 :]
        for n in range(len(code) - 1)
        if code[n] != code[n + 1]
    ]
    assert {receipts.readable(one) for one in slips + swaps} == {None}


def test_who_misses_is_forgotten_in_time_and_in_number(clock: FrozenClock) -> None:
    for _ in range(RULES["misses"]["most"]):
        misses.note("a")
    assert misses.is_over("a")
    clock.move(minutes=RULES["misses"]["minutes"], seconds=1)
    assert not misses.is_over("a")
    misses.note("a")
    assert not misses.is_over("a")


def test_words_in_common_are_measured() -> None:
    assert likeness("三楼安全出口堵了", "三楼的安全出口堵了！") > 0.7
    assert likeness("三楼安全出口堵了", "电梯按钮坏了好几天") < 0.2
    assert likeness("堵", "堵") == 0


@pytest.fixture
def racing(databases: Databases, backend: str) -> Flask:
    """An application whose transactions are real."""
    folder = databases.folder / f"race-{backend}"
    folder.mkdir(exist_ok=True)
    kernel_clock.use(None)
    return create_app(databases.settings(databases.fresh(backend, "ready"), folder))


def test_the_same_report_from_ten_lines_at_once_is_one(racing: Flask) -> None:
    body = tip(tag=None, pictures=1, contact="李 139")
    told: list[Any] = []

    def once() -> None:
        answer = racing.test_client().post("/api/public/tips", json=body)
        told.append((answer.status_code, answer.get_json()))

    _at_once(once, 10)
    assert {status for status, _ in told} <= {200, 503}
    assert len({str(said) for status, said in told if status == 200}) == 1
    data = coded(scene(1))
    statuses: list[int] = []
    _at_once(
        lambda: statuses.append(send_picture(racing.test_client(), body["id"], data).status_code),
        6,  # type: ignore[arg-type]
    )
    assert set(statuses) <= {204, 503}
    with racing.app_context():
        assert db.session.query(Tip).count() == 1
        assert db.session.query(TipPicture).count() == 1
        level = db.session.get_one(TipBudget, budget.ALL).level
        db.session.remove()
        db.engine.dispose()
    assert level <= 1.01, "ten sendings of one report cost one"


def _at_once(work: Callable[[], None], count: int) -> None:
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
