"""An upload that is refused says why in a word that the app understands."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from server.evidence.rules import MAX_BYTES, ImageUnreadable
from server.evidence.storage import FileStore
from server.evidence.thumbs import thumbnail
from tests.evidence.uploads import TUS, append, create, metadata, picture, sha
from tests.support.clients import AppClient
from tests.support.clock import FrozenClock

Login = Callable[..., AppClient]
GOOD = {**TUS, "Upload-Length": "1", "Upload-Metadata": metadata(b"x")}
REFUSED: dict[str, dict[str, str]] = {
    "upload-version": {"Tus-Resumable": "0.2.2"},
    "upload-header": {"Upload-Length": "-1"},
    "upload-empty": {"Upload-Length": "0"},
    "upload-too-large": {"Upload-Length": str(MAX_BYTES + 1)},
    "upload-metadata": {"Upload-Metadata": "sha256 !!!"},
    "upload-type": {"Upload-Metadata": metadata(b"x", mime="image/svg+xml")},
}


@pytest.mark.parametrize("code", REFUSED)
def test_an_announcement_is_refused_by_its_reason(login: Login, code: str) -> None:
    answer = login("inspector").post("/api/blobs", headers={**GOOD, **REFUSED[code]})
    assert answer.status_code >= 400
    assert answer.json["code"] == code
    assert answer.json["title_zh"]


def test_what_has_expired_says_so(login: Login, clock: FrozenClock) -> None:
    phone, data = login("inspector"), picture(31)
    url = create(phone, data, body=data[:10]).headers["Location"]
    clock.move(days=8)
    answer = append(phone, url, 10, data[10:])
    assert (answer.status_code, answer.json["code"]) == (410, "upload-expired")


@pytest.mark.parametrize("junk", [b"\xff\xd8\xff\xe0 no picture", b"", b"GIF89a", b"\0" * 2000])
def test_bytes_that_are_no_picture_have_no_small_picture(
    app: Flask, tmp_path: Path, junk: bytes
) -> None:
    store = FileStore(tmp_path / "store")
    part = store.parts() / "part"
    part.write_bytes(junk)
    store.keep(part, sha(junk))
    for mime in ("image/jpeg", "image/heic"):
        with pytest.raises(ImageUnreadable):
            thumbnail(store, sha(junk), mime)
