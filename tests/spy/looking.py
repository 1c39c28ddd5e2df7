"""A spy's look at the application: one request, its whole answer, and nothing that stays."""

import io
import os
import random
import re
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from server.kernel import ids
from server.kernel.db import db
from server.web.auth import COOKIE
from tests.support.clients import AppClient
from tests.support.queries import counted

ELSEWHERE = {"REMOTE_ADDR": "10.20.30.40"}
#: what a PDF or a workbook says of the moment at which it was written
_MOMENT = re.compile(rb"D:\d{14}[^)]*|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\+\d\d:\d\d|Z)?")


@dataclass(frozen=True)
class Look:
    """What somebody sends, and how they say who they are."""

    who: str
    method: str
    path: str
    arguments: tuple[tuple[str, str], ...] = ()
    json: Any = None
    data: bytes | None = None

    @property
    def name(self) -> str:
        return f"{self.who}: {self.method} {self.path} {dict(self.arguments) or ''}"


@dataclass(frozen=True)
class Seen:
    """What came back; `work` is what the database was asked, which is what time would tell."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: tuple[bytes, ...]
    work: tuple[str, ...]


@contextmanager
def same_luck() -> Iterator[random.Random]:
    """Draw all randomness of the application from one seed; no time passes for identifiers."""
    luck = random.Random(0)
    patch = pytest.MonkeyPatch()
    patch.setattr(os, "urandom", luck.randbytes)
    patch.setattr(random, "_urandom", luck.randbytes)
    patch.setattr(ids, "time", _Standing)
    try:
        yield luck
    finally:
        patch.undo()


@contextmanager
def no_traces(*folders: Path) -> Iterator[None]:
    """Remove the files that requests leave beside the database, which alone can be set back."""
    kept = {path for folder in folders for path in folder.rglob("*")}
    try:
        yield
    finally:
        for folder in folders:
            for path in sorted(folder.rglob("*"), reverse=True):
                if path not in kept:
                    path.rmdir() if path.is_dir() else path.unlink()


class _Standing:
    """A clock for identifiers that does not go on."""

    _at = time.time_ns()

    @classmethod
    def time_ns(cls) -> int:
        return cls._at


def look(client: AppClient, given: Look, luck: random.Random) -> Seen:
    """Send one request and take back everything that it did."""
    luck.seed(repr(given))
    session = client.get_cookie(COOKIE)
    db.session.commit()
    before = db.engines[None].begin_nested()  # type: ignore[attr-defined]
    try:
        with counted() as asked:
            answer = client.open(
                given.path, method=given.method, query_string=dict(given.arguments),
                json=given.json, data=given.data, environ_base=ELSEWHERE,
            )  # fmt: skip
    finally:
        before.rollback()
        if session is not None:  # whoever has just logged out is still there for the next look
            client.set_cookie(COOKIE, session.value)
    # How long a file is when packed depends on the moment that is written into it.
    told = {"Date", "Content-Length"} if answer.data.startswith((b"PK", b"%PDF")) else {"Date"}
    headers = tuple((k, v) for k, v in answer.headers if k not in told)
    return Seen(answer.status_code, headers, parts(answer.data), tuple(asked))


def parts(data: bytes) -> tuple[bytes, ...]:
    """A body as it is, or the members of an archive; without the moment of writing."""
    if not data.startswith(b"PK\x03\x04"):
        return (_MOMENT.sub(b"", data),)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return tuple(
            name.encode() + b"\n" + _MOMENT.sub(b"", archive.read(name))
            for name in archive.namelist()
        )
