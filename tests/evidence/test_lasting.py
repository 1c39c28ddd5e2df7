"""What is said to be stored survives a power cut: every name on the way to it was synced."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from server.evidence import drawing, storage, uploads
from server.evidence.models import Blob
from server.evidence.storage import FileStore
from server.kernel.db import db, transaction
from tests.evidence.uploads import create, picture, sha
from tests.support.clients import AppClient

Login = Callable[..., AppClient]


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files and folders that are synced, in order."""
    seen: list[Path] = []
    real = os.fsync

    def fsync(handle: int) -> None:
        seen.append(Path(os.readlink(f"/proc/self/fd/{handle}")))
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    return seen


def keep(store: FileStore, data: bytes) -> Path:
    part = store.parts() / "part"
    part.write_bytes(data)
    store.keep(part, sha(data))
    return store.path(sha(data))


def test_every_folder_above_a_stored_photo_is_synced(tmp_path: Path, synced: list[Path]) -> None:
    path = keep(FileStore(tmp_path / "store"), picture(201))
    assert set(path.parents) & set(synced) >= {path.parents[n] for n in range(4)}


def test_a_folder_left_by_a_process_that_died_is_synced_again(
    tmp_path: Path, synced: list[Path]
) -> None:
    store = FileStore(tmp_path / "store")
    store.path(sha(picture(202))).parent.mkdir(parents=True)
    path = keep(store, picture(202))
    assert path.parents[1] in synced
    synced.clear()
    keep(store, picture(202))
    assert synced == [path.parent]


def test_a_small_picture_is_synced_before_it_has_its_name(
    tmp_path: Path, synced: list[Path]
) -> None:
    (tmp_path / "source").write_bytes(picture(203))
    drawing.draw(tmp_path / "source", tmp_path / "small.jpg")
    assert [path.name.startswith("small.jpg.") for path in synced] == [True]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["small.jpg", "source"]


def test_a_photo_is_synced_aside_and_before_anything_is_noted(
    login: Login, synced: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One disk that is slow must not hold up whatever else the worker has to answer."""
    phone = login("inspector")
    during: list[int] = []

    def aside(work: Callable[[], Any]) -> Any:
        with transaction(write=False):
            assert db.session.scalar(select(func.count()).select_from(Blob)) == 0
        before = len(synced)
        done = work()
        during.append(len(synced) - before)
        return done

    for module in (uploads, storage):
        monkeypatch.setattr(module, "aside", aside)
    data = picture()
    assert create(phone, data, body=data).status_code == 201
    assert len(during) == 2, "the file itself, and its place"
    assert min(during) >= 1
    assert len(synced) == sum(during)
