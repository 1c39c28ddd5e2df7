"""Another program holds the SQLite file while phones send: they wait, or are told to come again."""

import http.client
import json
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pysqlite3 import dbapi2 as sqlite
from sqlalchemy import func, select
from werkzeug.serving import make_server

from server.evidence.models import Blob, Photo, Upload
from server.inspections.models import Answer, Inspection
from server.kernel import db as kernel
from server.kernel.db import db
from server.sync.models import SyncChange, SyncClient, SyncCommit, SyncMutation
from server.web.auth import COOKIE
from tests.support.databases import Databases
from tests.sync.live import Ground, closing, ground, phone_of
from tests.sync.phone import EXCHANGE, Phone, compact
from tests.sync.test_live import begin
from tests.torture.book import Book
from tests.torture.line import Line
from tests.torture.pictures import photo_bytes
from tests.torture.sending import Sending

BUSY_MS = 400
LET_GO_S = 0.15
TABLES = (Inspection, Answer, Photo, Blob, SyncMutation, SyncClient, SyncChange, SyncCommit)
ITEMS = ("ward.rules.posted", "ward.rules.drill", "ward.room.exit")


class Office:
    """The application on a port, and the file that others can hold."""

    def __init__(self, made: Ground, file: str, port: int) -> None:
        self.made, self.file, self.port = made, file, port

    @contextmanager
    def held(self) -> Iterator[Callable[[], None]]:
        """Let another connection hold the file for writing; what it gives lets go."""
        other = sqlite.connect(self.file, isolation_level=None, check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        try:
            yield lambda: other.execute("ROLLBACK")
        finally:
            other.close()

    def counts(self) -> dict[str, int]:
        """How many rows there are of everything that a push writes."""
        with self.made.app.app_context():
            query = {one: select(func.count()).select_from(one) for one in TABLES}
            return {one.__name__: db.session.scalar(query[one]) or 0 for one in TABLES}

    def phone(self) -> Phone:
        return phone_of(SimpleNamespace(port=self.port), self.made, 0)  # type: ignore[arg-type]

    def tus(self, size: int) -> Sending:
        choice = random.Random(7)
        line = Line(self.port, self.made.people[0][1], Book())
        sending = Sending(line, photo_bytes(choice)[:size], choice)
        sending.at_once = True
        return sending


@pytest.fixture
def office(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Office]:
    monkeypatch.setattr(kernel, "BUSY_MS", BUSY_MS)
    url = databases.fresh("sqlite")
    with closing(ground(url, tmp_path, 1)) as made:
        server = make_server("127.0.0.1", 0, made.app, threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield Office(made, url.removeprefix("sqlite:///"), server.server_port)
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def visit(office: Office, phone: Phone) -> str:
    """An inspection with answers in the queue of a phone that is in step."""
    phone.sync()
    inspection = begin(phone, office.made)
    for item in ITEMS:
        phone.answer(inspection, item, result="pass")
    return inspection


def answers(office: Office, inspection: str) -> dict[str, Any]:
    with office.made.app.app_context():
        rows = db.session.scalars(select(Answer).where(Answer.inspection_id == inspection)).all()
        return {
            row.item_key: (row.fields["result"]["v"], row.fields["result"]["rev"]) for row in rows
        }


@pytest.mark.fault(62)
def test_a_push_waits_for_a_lock_that_is_let_go_in_time(office: Office) -> None:
    phone = office.phone()
    inspection = visit(office, phone)
    with office.held() as let_go:
        timer = threading.Timer(LET_GO_S, let_go)
        timer.start()
        assert phone.exchange() == 200
        timer.join()
    assert {one["status"] for one in phone.last["results"]} == {"applied"}
    assert answers(office, inspection) == dict.fromkeys(ITEMS, ("pass", 1))


@pytest.mark.fault(62)
def test_a_push_that_waits_in_vain_is_told_so_and_leaves_nothing_and_counts_once_later(
    office: Office,
) -> None:
    phone = office.phone()
    inspection = visit(office, phone)
    before, queue = office.counts(), [one["id"] for one in phone.outbox]
    with office.held():
        for _ in range(2):
            status, headers, data = phone.send(*asked(phone))
            problem = json.loads(data)
            assert (status, problem["code"]) == (503, "unavailable")
            assert int(headers["Retry-After"]) > 0
            assert headers["X-Sync"] == "1"
            assert headers["Content-Type"] == "application/problem+json"
    assert office.counts() == before
    body = asked(phone)
    assert phone.exchange() == 200
    assert [one["id"] for one in phone.last["results"]] == queue
    assert answers(office, inspection) == dict.fromkeys(ITEMS, ("pass", 1))
    # The very request that was refused, once more.
    again = json.loads(phone.send(*body)[2])["results"]
    assert [(one["id"], one["dup"]) for one in again] == [(one, True) for one in queue]
    assert answers(office, inspection) == dict.fromkeys(ITEMS, ("pass", 1))


def asked(phone: Phone) -> tuple[str, bytes, dict[str, str]]:
    """The next request of a phone, as it goes over the line."""
    return EXCHANGE, compact(phone.request(100, True)), {}


@pytest.mark.fault(62)
def test_a_photo_that_arrives_then_is_told_so_and_is_stored_by_the_next_try(office: Office) -> None:
    office.phone().sync()
    sending = office.tus(60_000)
    with office.held():
        assert sending.step() is False
    assert sending.said == [503]
    with office.made.app.app_context():
        assert db.session.scalars(select(Blob)).all() == []
        assert db.session.scalars(select(Upload)).all() == []
    while not sending.step():
        pass
    assert sending.said == [503, 201]
    with office.made.app.app_context():
        assert [one.sha256 for one in db.session.scalars(select(Blob))] == [sending.sha256]
    sending.line.close()


@pytest.mark.fault(62)
def test_the_last_part_of_a_photo_that_waits_in_vain_goes_on_from_where_it_was(
    office: Office,
) -> None:
    office.phone().sync()
    sending = office.tus(60_000)
    sending.at_once = False
    assert sending.step() is False
    headers = {"Upload-Offset": str(sending.offset)}
    with office.held():
        told = sending._send("PATCH", sending.url, sending.data[sending.offset :], headers)
    assert (told[0], json.loads(told[2])["code"]) == (503, "unavailable")
    sending.sure = False
    while not sending.step():
        pass
    # It goes on where the server stood before; nothing is begun anew.
    assert sending.said == [201, 204]
    with office.made.app.app_context():
        assert [one.sha256 for one in db.session.scalars(select(Blob))] == [sending.sha256]
    sending.line.close()


def test_somebody_who_only_looks_is_not_held_up(office: Office) -> None:
    office.phone().sync()
    with office.held():
        link = http.client.HTTPConnection("127.0.0.1", office.port, timeout=5)
        cookie = {"Cookie": f"{COOKIE}={office.made.people[0][1]}"}
        link.request("GET", "/api/ref/manifest", headers=cookie)
        assert link.getresponse().status == 200
        link.close()
