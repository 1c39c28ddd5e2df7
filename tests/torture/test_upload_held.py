"""A worker dies with an upload in its hands: nothing stays locked, and nobody waits for it."""

import contextlib
import http.client
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from server.evidence.parts import PIECE, Part
from server.evidence.storage import FileStore
from server.web.auth import COOKIE
from tests.support.databases import Databases
from tests.sync.live import closing, ground
from tests.torture import line as lines
from tests.torture.book import Book
from tests.torture.line import Broken, Line
from tests.torture.pictures import photo_bytes
from tests.torture.sending import OCTETS, TUS, Sending
from tests.torture.serving import Victim

HOLDER = (
    "import fcntl, os, sys, time\n"
    "fcntl.flock(os.open(sys.argv[1], os.O_RDWR), fcntl.LOCK_EX)\n"
    "print('held', flush=True)\n"
    "time.sleep(600)\n"
)


def until_it_grows(part: Part, size: int) -> None:
    """Wait until more than *size* bytes are on the disk."""
    deadline = time.monotonic() + 20
    while part.size <= size:
        assert time.monotonic() < deadline, "nothing arrived"
        time.sleep(0.002)


def half_sent(sending: Sending) -> http.client.HTTPConnection:
    """Begin to send the rest and stop in the middle, with the server waiting for more."""
    rest = sending.data[sending.offset :]
    connection = http.client.HTTPConnection("127.0.0.1", sending.line.port, timeout=30)
    connection.putrequest("PATCH", sending.url)
    given = {**TUS, **OCTETS, "Upload-Offset": str(sending.offset)}
    given |= {"Content-Length": str(len(rest)), "Cookie": f"{COOKIE}={sending.line.token}"}
    for name, value in given.items():
        connection.putheader(name, value)
    connection.endheaders(rest[: len(rest) * 3 // 4])
    return connection


@pytest.mark.fault(63, 97)
def test_the_next_try_after_the_kill_is_taken_at_once(databases: Databases, tmp_path: Path) -> None:
    url = databases.fresh("sqlite", into=tmp_path)
    with closing(ground(url, tmp_path, 1)) as made:
        server = Victim(tmp_path, url)
        server.up()
        line = Line(server.port, made.people[0][1], Book())
        large = photo_bytes(random.Random(1)) + bytes(4 * PIECE)
        sending = Sending(line, large, random.Random(3))
        sending.at_once = False
        try:
            assert not sending.step()
            part = Part(FileStore(tmp_path / "store").parts(), sending.url.rsplit("/", 1)[1])
            with contextlib.closing(half_sent(sending)):
                until_it_grows(part, sending.offset)
                assert server.kill_workers(9) >= 1, "whoever held it is dead"
                kept, sending.sure = part.size, False
                sending.line.insist("upload", sending.step)
        finally:
            line.close()
            server.kill()
        # Asked once, it named what had come before the kill; the rest was taken without a refusal.
        assert sending.line.book.answered["upload 200"] == 1
        assert set(sending.said) == {201, 204}
        assert kept > len(sending.data) // 4


def test_a_lock_goes_with_the_process_that_held_it(tmp_path: Path) -> None:
    path = tmp_path / "part"
    path.write_bytes(b"half")
    command = [sys.executable, "-c", HOLDER, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        holder.kill()
        with path.open("rb") as rest:
            assert Part(tmp_path, "part").append(rest, 4, 8) == 8
    assert path.read_bytes() == b"halfhalf"


class Hours:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.mark.parametrize("kills", [0, 5])
def test_patience_is_counted_in_peace(kills: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under load each kill comes before the photo is through, for longer than anybody waits."""
    hours = Hours()
    monkeypatch.setattr(lines, "time", hours)
    monkeypatch.setattr("tests.torture.book.time", hours)
    book, done = Book(), []

    def step() -> bool:
        hours.sleep(lines.PATIENCE_S * 0.6)
        done.append(hours.now)
        if len(done) <= kills:
            book.disturb()
            raise Broken
        return kills > 0

    line = Line(1, "", book)
    if kills:
        line.insist("upload", step)
        assert len(done) == kills + 1
    else:
        with pytest.raises(AssertionError, match="never got through"):
            line.insist("upload", step)
        assert len(done) == 2
