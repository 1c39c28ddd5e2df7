"""Uploads: resumable, checked, and nobody else's business."""

import base64
import hashlib
from collections.abc import Callable

import pytest
from flask import Flask

from server.evidence.rules import MAX_BYTES
from server.evidence.storage import FileStore
from tests.evidence.uploads import OCTETS, TUS, append, create, metadata, offset_of, picture, sha
from tests.support.clients import AppClient
from tests.support.clock import FrozenClock

Login = Callable[..., AppClient]


@pytest.fixture
def store(app: Flask) -> FileStore:
    found = app.extensions["store"]
    assert isinstance(found, FileStore)
    return found


def test_the_server_says_what_it_speaks(client: AppClient) -> None:
    answer = client.options("/api/blobs")
    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert "checksum" in answer.headers["Tus-Extension"]
    assert answer.headers["Tus-Max-Size"] == str(MAX_BYTES)


def test_a_small_photo_arrives_in_one_request(login: Login, store: FileStore) -> None:
    data = picture(1)
    answer = create(login("inspector"), data, body=data)
    assert answer.status_code == 201
    assert answer.headers["Upload-Offset"] == str(len(data))
    with store.open(sha(data)) as kept:
        assert kept.read() == data


@pytest.mark.fault(91)
def test_twenty_cuts_make_one_photo(login: Login, store: FileStore) -> None:
    phone, data = login("inspector"), picture(2, side=700, quality=95)
    url = create(phone, data).headers["Location"]
    step = len(data) // 20 + 1
    for start in range(0, len(data), step):
        assert offset_of(phone, url) == start
        answer = append(phone, url, start, data[start : start + step])
        assert answer.status_code == 204
    assert store.has(sha(data))
    assert offset_of(phone, url) == len(data)


def test_a_first_part_in_the_creation_is_continued(login: Login, store: FileStore) -> None:
    phone, data = login("inspector"), picture(3, side=400)
    answer = create(phone, data, body=data[:100])
    assert answer.headers["Upload-Offset"] == "100"
    assert append(phone, answer.headers["Location"], 100, data[100:]).status_code == 204
    assert store.has(sha(data))


@pytest.mark.fault(93)
def test_a_wrong_offset_is_told_the_true_one(login: Login) -> None:
    phone, data = login("inspector"), picture(4)
    url = create(phone, data, body=data[:10]).headers["Location"]
    answer = append(phone, url, 3, data[3:])
    assert (answer.status_code, answer.json["code"]) == (409, "upload-offset")
    assert answer.json["offset"] == 10


@pytest.mark.fault(98)
def test_bytes_that_do_not_match_are_thrown_away(login: Login, store: FileStore) -> None:
    phone, data, other = login("inspector"), picture(5), picture(6)
    wrong = other[: len(data)].ljust(len(data), b"x")
    before = set(store.parts().iterdir())
    answer = create(phone, data, body=wrong)
    assert (answer.status_code, answer.json["code"]) == (422, "hash-mismatch")
    assert not store.has(sha(data))
    assert set(store.parts().iterdir()) == before


@pytest.mark.fault(98)
def test_a_damaged_part_is_refused_and_nothing_of_it_kept(login: Login) -> None:
    phone, data = login("inspector"), picture(7)
    url = create(phone, data).headers["Location"]
    good = base64.b64encode(hashlib.sha1(data[:50], usedforsecurity=False).digest()).decode()
    flipped = bytes([data[0] ^ 1]) + data[1:50]
    answer = append(phone, url, 0, flipped, **{"Upload-Checksum": f"sha1 {good}"})
    assert (answer.status_code, answer.json["code"]) == (460, "checksum-mismatch")
    assert offset_of(phone, url) == 0
    answer = append(phone, url, 0, data[:50], **{"Upload-Checksum": f"sha1 {good}"})
    assert answer.status_code == 204
    assert offset_of(phone, url) == 50


@pytest.mark.parametrize("verb", ["head", "patch", "delete"])
@pytest.mark.parametrize("who", ["bureau_office", "staff", None])
@pytest.mark.fault(70)
def test_an_upload_is_nobody_elses(
    login: Login, client: AppClient, verb: str, who: str | None
) -> None:
    data = picture(8)
    url = create(login("inspector"), data, body=data[:10]).headers["Location"]
    other = login(who) if who else client
    headers = {**TUS, "Upload-Offset": "10"}
    answer = getattr(other, verb)(url, headers=headers, data=b"x", content_type=OCTETS)
    assert answer.status_code == (404 if who else 401)


@pytest.mark.parametrize(
    ("length", "status"),
    [
        ("0", 422), ("1", 201), (str(MAX_BYTES), 201), (str(MAX_BYTES + 1), 413),
        (str(2**63), 400), ("-1", 400), ("", 400), ("1.0", 400), ("１", 400),
    ],
)  # fmt: skip
@pytest.mark.fault(101)
def test_lengths(login: Login, length: str, status: int) -> None:
    headers = {**TUS, "Upload-Length": length, "Upload-Metadata": metadata(b"x")}
    try:
        answer = login("inspector").post("/api/blobs", headers=headers)
    except UnicodeEncodeError:
        return
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("", 422),
        ("sha256 !!!", 422),
        ("sha256 " + base64.b64encode(b"../../etc/passwd").decode(), 422),
        (metadata(b"x") + "," + metadata(b"y"), 422),
        (metadata(b"x") + ",filename " + base64.b64encode(b"../../x").decode(), 201),
        (metadata(b"x") + ",n " + "A" * 3000, 422),
        (metadata(b"x", mime="image/svg+xml"), 415),
        (metadata(b"x", mime="text/html"), 415),
        (metadata(b"x", photo="../../x"), 422),
    ],
)
@pytest.mark.fault(101)
def test_announcements(login: Login, header: str, status: int) -> None:
    headers = {**TUS, "Upload-Length": "1", "Upload-Metadata": header}
    assert login("inspector").post("/api/blobs", headers=headers).status_code == status


@pytest.mark.parametrize("version", [None, "2.0.0", "0.2.2"])
def test_other_versions_are_told_ours(login: Login, version: str | None) -> None:
    headers = {"Upload-Length": "1", "Upload-Metadata": metadata(b"x")}
    answer = login("inspector").post(
        "/api/blobs", headers=headers | ({"Tus-Resumable": version} if version else {})
    )
    assert answer.status_code == 412
    assert answer.headers["Tus-Version"] == "1.0.0"


def test_more_than_announced_is_refused_and_not_kept(login: Login) -> None:
    phone, data = login("inspector"), picture(9)
    url = create(phone, data).headers["Location"]
    assert append(phone, url, 0, data + b"more").status_code == 413
    assert offset_of(phone, url) == 0


def test_another_content_type_is_refused(login: Login) -> None:
    phone, data = login("inspector"), picture(10)
    url = create(phone, data).headers["Location"]
    answer = phone.patch(
        url, headers={**TUS, "Upload-Offset": "0"}, data=data, content_type="image/jpeg"
    )
    assert answer.status_code == 415


def test_nothing_can_be_added_to_a_finished_upload(login: Login) -> None:
    phone, data = login("inspector"), picture(11)
    url = create(phone, data, body=data).headers["Location"]
    assert append(phone, url, 0, data).status_code == 409
    assert append(phone, url, len(data), b"x").status_code == 409


@pytest.mark.fault(96)
def test_an_upload_expires(login: Login, clock: FrozenClock) -> None:
    phone, data = login("inspector"), picture(12)
    url = create(phone, data, body=data[:10]).headers["Location"]
    clock.move(days=8)
    assert phone.head(url, headers=TUS).status_code == 410
    assert append(phone, url, 10, data[10:]).status_code == 410


def test_an_upload_given_up_is_gone(login: Login, store: FileStore) -> None:
    phone, data = login("inspector"), picture(13)
    url = create(phone, data, body=data[:10]).headers["Location"]
    assert phone.delete(url, headers=TUS).status_code == 204
    assert phone.head(url, headers=TUS).status_code == 404
    assert not (store.parts() / url.rpartition("/")[2]).exists()


@pytest.mark.fault(94)
def test_two_photos_of_equal_size_are_two_uploads(login: Login, store: FileStore) -> None:
    phone = login("inspector")
    one, two = picture(14), picture(15)
    size = max(len(one), len(two))
    one, two = one.ljust(size, b"\0"), two.ljust(size, b"\0")
    urls = {create(phone, data).headers["Location"] for data in (one, two)}
    assert len(urls) == 2
    for data in (one, two):
        create(phone, data, body=data)
        assert store.has(sha(data))


@pytest.mark.fault(97)
def test_two_tabs_on_one_upload_end_with_the_right_bytes(login: Login, store: FileStore) -> None:
    phone, data = login("inspector"), picture(16, side=300)
    url = create(phone, data).headers["Location"]
    assert append(phone, url, 0, data[:100]).status_code == 204
    assert append(phone, url, 0, data[:200]).status_code == 409
    assert append(phone, url, 100, data[100:]).status_code == 204
    with store.open(sha(data)) as kept:
        assert kept.read() == data


@pytest.mark.fault(100)
def test_a_full_disk_says_so_and_keeps_nothing(
    login: Login, store: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = picture(17)
    monkeypatch.setattr(FileStore, "room", lambda self: 1000)
    answer = create(login("inspector"), data, body=data)
    assert (answer.status_code, answer.json["code"]) == (507, "store-full")
    assert "Retry-After" in answer.headers


def test_a_name_is_never_a_path(login: Login) -> None:
    phone = login("inspector")
    for name in ("..%2f..%2fetc%2fpasswd", "....", "x" * 24, "a/b"):
        assert phone.head(f"/api/blobs/{name}", headers=TUS).status_code in (404, 405)
