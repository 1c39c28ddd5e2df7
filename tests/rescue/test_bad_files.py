"""Files that are not whole, not ours, not meant for this desk: a clear word, nothing imported."""

import json
import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from server.evidence.models import Photo
from server.inspections.models import Inspection
from server.kernel import ids
from server.kernel.db import db
from server.rescue.rules import MAX_FILE, MAX_TRIES
from server.sync.models import SyncMutation
from tests.factories.org import make_person
from tests.rescue.conftest import work
from tests.rescue.writer import (
    RescueDesk,
    b64,
    by_bureau,
    by_passphrase,
    header,
    inside,
    jpeg,
    sealed,
    sha,
    written,
    zipped,
)
from tests.support.actors import Actors
from tests.sync.phone import Phone, compact

MakePhone = Callable[..., Phone]
MakeDesk = Callable[..., RescueDesk]


@pytest.fixture
def mine(phone: MakePhone, visit: Inspection) -> Phone:
    """A phone with work on it."""
    made = phone("inspector")
    made.photos = work(made, visit)  # type: ignore[attr-defined]
    return made


@pytest.fixture
def whole(mine: Phone, actors: Actors) -> list[tuple[str, bytes]]:
    """The members of a good file."""
    return inside(mine, actors.person("inspector").id, mine.photos)  # type: ignore[attr-defined]


def nothing_came() -> bool:
    counts = [db.session.scalar(select(func.count()).select_from(m)) for m in (SyncMutation, Photo)]
    return counts == [0, 0]


def refused(desk: RescueDesk, data: bytes, words: str = "correct horse") -> str:
    """The code with which a file is turned away; nothing may have come in."""
    file = desk.upload(data)
    if desk.status == 200:
        desk.open(file, words)
    assert desk.status in (403, 404, 409, 413, 422), desk.last
    code = str(desk.last["code"])
    desk.step(file)
    assert desk.status in (404, 409)
    assert nothing_came()
    return code


def test_a_wrong_passphrase_leaves_the_file_for_another_try(
    desk: MakeDesk, whole: list[tuple[str, bytes]]
) -> None:
    lead = desk()
    file = lead.upload(by_passphrase(zipped(whole)))
    lead.open(file, "wrong horse")
    assert (lead.status, lead.last["code"]) == (422, "rescue-passphrase")
    assert nothing_came()
    lead.open(file, " ｃｏｒｒｅｃｔ ｈｏｒｓｅ ")  # full-width letters of a Chinese keyboard
    assert lead.status == 200


def test_guessing_ends(desk: MakeDesk, actors: Actors) -> None:
    lead = desk()
    line = header(
        {"kind": "bureau", "id": "0" * 16, "point": b64(b"4" * 65), "salt": b64(bytes(16))}
    )
    file = lead.upload(line + sealed(b"x" * 10, line, bytes(32)))
    for _ in range(MAX_TRIES):
        lead.open(file)
        assert (lead.status, lead.last["code"]) == (422, "rescue-key-unknown")
    lead.open(file)
    assert (lead.status, lead.last["code"]) == (429, "rescue-tries")


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04 a zip",
        b"{}",
        b'{"anxun":"other"}\n',
        b"\x00" * 5000,
        b'{"anxun":"rescue",' * 400,
    ],
)
def test_a_foreign_file_is_named_as_such_at_its_first_slice(desk: MakeDesk, data: bytes) -> None:
    assert refused(desk(), data) == "rescue-foreign"


def test_a_file_of_two_gigabytes_is_refused_before_it_is_sent(desk: MakeDesk) -> None:
    lead = desk()
    answer = lead.client.post("/api/rescue/files", json={"size": 2 * 1024**3})
    assert (answer.status_code, answer.json["code"]) == (413, "rescue-too-large")
    assert MAX_FILE < 2 * 1024**3


def test_slices_must_follow_one_another_and_may_be_sent_again(
    desk: MakeDesk, whole: list[tuple[str, bytes]]
) -> None:
    lead, data = desk(), by_passphrase(zipped(whole))
    lead._take(lead.client.post("/api/rescue/files", json={"size": len(data)}))
    file = lead.last["id"]
    lead.open(file)
    assert (lead.status, lead.last["code"]) == (409, "rescue-state")
    assert lead.slice(file, 0, data[:500])["offset"] == 500
    assert lead.slice(file, 0, data[:500])["offset"] == 500
    lead.slice(file, 600, data[600:])
    assert (lead.status, lead.last["code"], lead.last["offset"]) == (409, "rescue-offset", 500)
    lead.slice(file, 500, data[500:] + b"!")
    assert lead.last["code"] == "rescue-offset"
    lead.slice(file, 500, data[500:])
    lead.open(file)
    assert lead.status == 200


def test_a_file_of_a_newer_app_waits_for_the_servers_upgrade(desk: MakeDesk) -> None:
    line = header({"kind": "passphrase", "rounds": 1, "salt": ""}, v=2)
    assert refused(desk(), line + b"\x00\x00\x00\x20" + b"x" * 32) == "rescue-newer"


def test_a_file_sealed_for_another_server_says_so(
    desk: MakeDesk, whole: list[tuple[str, bytes]]
) -> None:
    lead = desk()
    public: dict[str, Any] = lead.client.get("/api/ref/rescue-key.json").json
    other = by_bureau(zipped(whole), public | {"id": "../../../etc/x"})
    assert refused(lead, other) == "rescue-key-unknown"


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(where=st.floats(0, 1), flip=st.integers(1, 255))
def test_any_byte_that_was_changed_is_noticed(
    desk: MakeDesk, whole: list[tuple[str, bytes]], where: float, flip: int
) -> None:
    data = bytearray(by_passphrase(zipped(whole)))
    at = min(int(where * len(data)), len(data) - 1)
    data[at] ^= flip
    code = refused(desk(), bytes(data))
    assert code.startswith("rescue-")


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(where=st.floats(0, 1, exclude_max=True))
def test_an_end_that_is_missing_is_noticed_wherever_it_was_cut(
    desk: MakeDesk, whole: list[tuple[str, bytes]], where: float
) -> None:
    data = by_passphrase(zipped(whole))
    left = data[: max(1, int(where * len(data)))]
    code = refused(desk(), left)
    assert code in ("rescue-cut", "rescue-foreign")


def test_a_piece_left_out_or_added_or_moved_is_noticed(
    desk: MakeDesk, whole: list[tuple[str, bytes]]
) -> None:
    data = by_passphrase(zipped(whole))
    line, rest = data.split(b"\n", 1)
    size = 4 + 1000 + 16
    first, second, others = rest[:size], rest[size : 2 * size], rest[2 * size :]
    lead = desk()
    for wrong in (first + others, second + first + others, first + second + second + others):
        assert refused(lead, line + b"\n" + wrong) in ("rescue-damaged", "rescue-passphrase")
    assert refused(lead, data + second) == "rescue-damaged"
    assert refused(lead, data[: len(line) + 1 + size]) == "rescue-cut"


def squeezed(members: list[tuple[str, bytes]]) -> bytes:
    """A ZIP that swells a thousandfold."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, data in members:
            pack.writestr(name, data)
        pack.writestr("photos/" + "0" * 64, b"\0" * 20_000_000)
    return out.getvalue()


def test_a_bomb_does_not_go_off(desk: MakeDesk, whole: list[tuple[str, bytes]]) -> None:
    plain = squeezed(whole)
    assert len(plain) < 100_000
    assert refused(desk(), by_passphrase(plain)) == "rescue-foreign"


def test_what_is_inside_must_be_what_the_app_writes(
    desk: MakeDesk, whole: list[tuple[str, bytes]]
) -> None:
    lead, named = desk(), dict(whole)
    manifest = json.loads(named["manifest.json"])

    def told(**more: Any) -> tuple[str, bytes]:
        return "manifest.json", compact(manifest | more)

    rest = whole[1:]
    wrong: dict[str, list[tuple[str, bytes]]] = {
        "a path": [*whole, ("../../x", b"y")],
        "a name twice": [*whole, whole[-1]],
        "another order": [rest[0], whole[0], *rest[1:]],
        "nobody": [told(person={"id": ids.new_id()}), *rest],
        "unknown words": [told(extra=1), *rest],
        "a photo that is not named": [told(photos=[]), *rest],
        "a photo of another size": [
            told(photos=[p | {"size": p["size"] + 1} for p in manifest["photos"]]),
            *rest,
        ],
        "a photo with other bytes": [*whole[:-1], (f"photos/{sha(b'x')}", jpeg(9))],
        "half a line": [whole[0], ("envelopes.jsonl", rest[0][1][:-20]), *rest[1:]],
        "a key twice": [
            whole[0],
            ("envelopes.jsonl", rest[0][1].replace(b'"v":1', b'"v":1,"v":1', 1)),
            *rest[1:],
        ],
        "a line twice": [whole[0], ("envelopes.jsonl", rest[0][1] * 2), *rest[1:]],
        "too deep": [
            whole[0],
            ("envelopes.jsonl", rest[0][1]),
            ("drafts.json", b"[" * 100_000),
            *rest[2:],
        ],
    }
    codes = {what: refused(lead, by_passphrase(zipped(inner))) for what, inner in wrong.items()}
    expected = dict.fromkeys(wrong, "rescue-foreign")
    expected["a name twice"] = expected["a photo with other bytes"] = "rescue-damaged"
    assert codes == expected


@pytest.mark.fault(70)
def test_nobody_brings_in_work_from_outside_their_region(
    actors: Actors, desk: MakeDesk, mine: Phone
) -> None:
    stranger = make_person(role="bureau_office", region=actors.world.other_county)
    peer = make_person(role="inspector", region=actors.world.county)
    db.session.commit()
    data = written(mine, actors.person("inspector").id)
    assert refused(desk(stranger), data) == "rescue-not-yours"
    assert refused(desk(peer), data) == "rescue-not-yours"
    assert refused(desk("staff"), data) == "rescue-not-yours"


def test_another_persons_file_is_absent(actors: Actors, desk: MakeDesk, mine: Phone) -> None:
    lead = desk()
    file = lead.upload(written(mine, actors.person("inspector").id))
    lead.open(file)
    other = make_person(role="bureau_office", region=actors.world.county)
    db.session.commit()
    theirs = desk(other)
    for ask in (theirs.preview, theirs.step, theirs.open):
        ask(file)
        assert theirs.status == 404
    theirs.slice(file, 0, b"x")
    assert theirs.status == 404
    assert theirs.client.get(f"/api/rescue/files/{file}/photos/{'0' * 64}").status_code == 404
    assert theirs.client.delete(f"/api/rescue/files/{file}").status_code == 404


def test_a_client_of_somebody_else_gives_a_forged_file_away(
    actors: Actors, desk: MakeDesk, mine: Phone, phone: MakePhone
) -> None:
    other = phone("expert")
    other.exchange()
    mine.client = other.client
    lead = desk()
    assert refused(lead, written(mine, actors.person("inspector").id)) == "rescue-foreign"


def test_work_from_a_region_where_the_lead_may_not_look_is_only_counted(
    actors: Actors, desk: MakeDesk, phone: MakePhone
) -> None:
    from tests.factories.inspections import make_inspection
    from tests.factories.org import make_grant
    from tests.rescue.conftest import take

    inspector = actors.person("inspector")
    make_grant(inspector, "inspector", region=actors.world.other_county)
    away = make_inspection(actors["inspector"], actors.world.other_hospital, mode="cross")
    db.session.commit()
    mine = phone("inspector")
    photo, data = take(mine, away, 1)
    lead = desk()
    file = lead.upload(written(mine, inspector.id, {photo: data}))
    shown = lead.open(file)
    (item,) = shown["items"]
    assert item["hidden"] is True
    assert "words" not in item
    assert shown["photos"][0]["hidden"] is True
    path = f"/api/rescue/files/{file}/photos/{sha(data)}"
    assert lead.client.get(path).status_code == 404
    owner = desk("inspector")
    file = owner.upload(written(mine, inspector.id, {photo: data}))
    assert owner.open(file)["items"][0]["hidden"] is False
