"""The server dies between an upload's last byte and its end: whoever asks next ends it."""

from collections.abc import Callable

from flask import Flask

from server.evidence.models import Blob
from server.evidence.storage import FileStore
from server.kernel.db import db
from tests.evidence.uploads import TUS, create, offset_of, picture, sha
from tests.support.clients import AppClient

Login = Callable[..., AppClient]


def interrupted(app: Flask, client: AppClient, data: bytes, arrived: bytes) -> str:
    """An upload whose bytes are all here, but that nobody has made a photo of."""
    url = str(create(client, data, body=data[:10]).headers["Location"])
    store = app.extensions["store"]
    assert isinstance(store, FileStore)
    (store.parts() / url.rpartition("/")[2]).write_bytes(arrived)
    return url


def test_a_whole_upload_is_finished_by_the_question_how_far_it_came(
    app: Flask, login: Callable[..., AppClient]
) -> None:
    client, data = login("inspector"), picture(301)
    url = interrupted(app, client, data, data)
    assert offset_of(client, url) == len(data)
    assert db.session.get(Blob, sha(data)) is not None
    assert offset_of(client, url) == len(data)


def test_a_whole_upload_of_wrong_bytes_is_begun_again(app: Flask, login: Login) -> None:
    client, data = login("inspector"), picture(302)
    url = interrupted(app, client, data, bytes(len(data)))
    assert client.head(url, headers=TUS).status_code == 422
    assert client.head(url, headers=TUS).status_code == 404
    assert db.session.get(Blob, sha(data)) is None
