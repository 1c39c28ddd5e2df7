"""Many phones at once against real workers: nothing waits for ever, nothing is lost."""

import base64
import hashlib
import http.client
import random
import select
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from server.inspections.models import Answer
from server.kernel import ids
from server.kernel.db import db
from server.sync import check
from server.sync.models import SyncMutation
from server.web.auth import COOKIE
from tests.conftest import BACKENDS
from tests.support.live import LiveServer
from tests.sync.live import Ground, closing, ground, phone_of
from tests.sync.phone import Phone

PHONES, ROUNDS, ITEMS = 40, 3, ("ward.rules.posted", "ward.rules.drill", "ward.room.exit")


def begin(phone: Phone, made: Ground) -> str:
    inspection = ids.new_id()
    phone.write(
        "inspection.start",
        {
            "id": inspection,
            "unit_id": made.unit,
            "checklist_key": "ward",
            "definition": made.definition,
            "mode": "spot",
            "targets": {},
            "started_at": 1795000000000,
            "member_ids": [],
        },
    )
    return inspection


def upload(server: LiveServer, token: str, data: bytes) -> int:
    def b64(text: str) -> str:
        return base64.b64encode(text.encode()).decode()

    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
    digest = hashlib.sha256(data).hexdigest()
    headers = {
        "Cookie": f"{COOKIE}={token}",
        "Tus-Resumable": "1.0.0",
        "Content-Type": "application/offset+octet-stream",
        "Upload-Length": str(len(data)),
        "Upload-Metadata": f"sha256 {b64(digest)},mime {b64('image/jpeg')}",
    }
    connection.request("POST", "/api/blobs", data, headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


def in_parallel(jobs: list[Callable[[], None]]) -> list[BaseException]:
    failed: list[BaseException] = []

    def run(job: Callable[[], None]) -> None:
        try:
            job()
        except BaseException as exc:
            failed.append(exc)

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=240)
    assert not any(thread.is_alive() for thread in threads), "somebody waits for ever"
    return failed


@pytest.mark.parametrize("kind", BACKENDS)
def test_forty_phones_and_their_photos_at_once(
    kind: str, make_live_server: Callable[..., LiveServer], tmp_path: Any
) -> None:
    server = make_live_server(kind)
    with closing(ground(server.database_url, server.folder, PHONES)) as made:
        server.start()
        uploaded: list[int] = []

        def day(number: int) -> Callable[[], None]:
            def run() -> None:
                phone = phone_of(server, made, number)
                for _ in range(ROUNDS):
                    inspection = begin(phone, made)
                    for item in ITEMS:
                        phone.answer(inspection, item, result="pass")
                    _until_through(phone)
                data = random.Random(number).randbytes(100_000)
                uploaded.append(upload(server, made.people[number][1], data))

            return run

        assert in_parallel([day(number) for number in range(PHONES)]) == []
        assert uploaded == [201] * PHONES
        with made.app.app_context():
            assert db.session.query(Answer).count() == PHONES * ROUNDS * len(ITEMS)
            assert db.session.query(SyncMutation).count() == PHONES * ROUNDS * (len(ITEMS) + 1)
            db.session.remove()
            assert check.check().sound


def _until_through(phone: Phone) -> None:
    """Send until everything was taken; a busy server may say 503 and is asked again."""
    for _ in range(50):
        status = phone.exchange()
        if status == 200 and not phone.outbox and not phone.last["more"]:
            return
        assert status in (200, 503), phone.last
        if status == 503:
            time.sleep(0.2)
    raise AssertionError("not taken")


def test_stalled_uploads_starve_nobody(live_server: LiveServer) -> None:
    with closing(ground(live_server.database_url, live_server.folder, 2)) as made:
        stalled = []
        for _ in range(60):
            connection = http.client.HTTPConnection("127.0.0.1", live_server.port, timeout=60)
            connection.putrequest("POST", "/api/sync/v1/exchange")
            connection.putheader("Content-Type", "application/json")
            connection.putheader("Content-Length", "100000")
            connection.putheader("Cookie", f"{COOKIE}={made.people[0][1]}")
            connection.endheaders(b'{"p":1')
            stalled.append(connection)
        phone = phone_of(live_server, made, 1)
        phone.answer(begin(phone, made), ITEMS[0], result="pass")
        phone.sync()
        given_up, _, _ = select.select([connection.sock for connection in stalled], [], [], 0)
        assert given_up == [], "it was served because others had been sent away"
        for connection in stalled:
            connection.close()
