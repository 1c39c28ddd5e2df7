"""Texts made to hurt whoever reads them: through JSON, the workbook of the ledger and its words."""

import io
import zipfile
from collections.abc import Callable

import pytest

from server.kernel.db import db
from server.locations.models import Location
from server.tips.models import Tip
from tests.support.clients import AppClient
from tests.tips.support import ask, new_hazard, send, tip

Login = Callable[..., AppClient]
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "{{ 7*7 }} ${7*7} <%= 7*7 %>",
    "'; DROP TABLE tip; --",
    "堵了\u202e\u2066了堵\u2069",
    "nul\x08 bell\x07 esc\x1b[31m",
    "e\u0301" * 40,
    "\U0001f469\u200d\U0001f680 ok",
    "http://evil.example/安全",
    "../../../../etc/passwd",
    "%s%n%x" * 20,
]
CONTROLS = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\x00\x07\x08\x1b")


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_stay_words(
    client: AppClient, room: Location, login: Login, words: str
) -> None:
    told = send(client, tip(words=words, place=words[:190], topics=[]))
    assert told.status_code == 200
    row = db.session.query(Tip).one()
    assert not CONTROLS & set(row.words + (row.place or ""))
    desk = login("bureau_office")
    answer = desk.get(f"/api/tips/{row.id}")
    assert answer.mimetype == "application/json"
    assert answer.json["words"] == row.words
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    desk.post(f"/api/tips/{row.id}/answer", json={"rev": row.rev, "answer": words})
    assert not CONTROLS & set(str(ask(client, told.json["receipt"]).json["answer"]))


@pytest.mark.parametrize("words", ["\u0000", "\ud800"])
def test_what_cannot_be_stored_is_refused(client: AppClient, room: Location, words: str) -> None:
    import json

    raw = json.dumps(tip(words=f"a{words}b")).encode()
    told = client.post("/api/public/tips", data=raw, content_type="application/json")
    assert told.status_code in (400, 422)
    assert db.session.query(Tip).count() == 0


def test_a_hazard_made_of_hostile_words_is_harmless_in_the_workbook(
    client: AppClient, room: Location, login: Login
) -> None:
    desk = login("bureau_office")
    for number, words in enumerate(HOSTILE):
        send(client, tip(words=words, topics=[]), address=f"203.0.{number}.1")
    for row in db.session.query(Tip).all():
        asked = new_hazard(row.rev, title=row.words[:200], description=row.words)
        assert desk.post(f"/api/tips/{row.id}/hazard", json=asked).status_code == 200
    book = desk.get("/api/hazards/export.xlsx")
    assert book.status_code == 200
    with zipfile.ZipFile(io.BytesIO(book.data)) as packed:
        sheets = [packed.read(name).decode() for name in packed.namelist() if "sheet" in name]
    assert sheets
    assert not any("<f>" in sheet or "<script" in sheet for sheet in sheets)
