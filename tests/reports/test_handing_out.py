"""A file that goes out while it is written: slow readers, stalled ones, an end in midway."""

import socket
from collections.abc import Generator

import pytest
from flask import Flask

from server.reports import downloads
from server.reports.downloads import hand_out

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])
PARTS = [bytes([n]) * 1000 for n in range(1, 9)]


class Source:
    """Writes parts and says how far it came and whether it was let go."""

    def __init__(self, breaks_at: int | None = None) -> None:
        self.written, self.ended, self.breaks_at = 0, False, breaks_at

    def parts(self) -> Generator[bytes]:
        try:
            for number, part in enumerate(PARTS):
                if number == self.breaks_at:
                    raise OSError("the disk is gone")
                self.written += 1
                yield part
        finally:
            self.ended = True


def sent(app: Flask, source: Source, line: socket.socket | None = None) -> Generator[bytes]:
    with app.test_request_context(environ_base={"gunicorn.socket": line} if line else None):
        answer = hand_out(source.parts(), "text/csv", "检查结果表.csv")
        assert answer.headers["Cache-Control"] == "no-store"
        return answer.response  # type: ignore[return-value]


def test_a_quick_reader_is_written_for_part_by_part(app: Flask) -> None:
    source = Source()
    reader = sent(app, source)
    assert [next(reader), next(reader)] == PARTS[:2]
    assert source.written == 2, "no part is written before it is asked for"
    assert list(reader) == PARTS[2:]
    assert source.ended


def test_a_slow_reader_keeps_no_reading_of_the_database_open(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "PATIENCE_S", 0.0)
    source = Source()
    reader = sent(app, source)
    first = next(reader)
    second = next(reader)
    third = next(reader)
    assert source.ended, "the rest lies in a file"
    assert b"".join([first, second, third, *reader]) == b"".join(PARTS)


def test_a_reader_who_goes_away_lets_the_database_go(app: Flask) -> None:
    source = Source()
    reader = sent(app, source)
    next(reader)
    reader.close()
    assert (source.ended, source.written) == (True, 1)


def test_what_breaks_before_the_first_byte_is_told(app: Flask) -> None:
    with pytest.raises(OSError, match="the disk is gone"):
        sent(app, Source(breaks_at=0))


@pytest.mark.parametrize("patience", [3.0, 0.0])
def test_what_breaks_midway_breaks_the_line(
    app: Flask, monkeypatch: pytest.MonkeyPatch, patience: float
) -> None:
    """Nobody takes half a table for a whole one: the answer has no good end."""
    monkeypatch.setattr(downloads, "PATIENCE_S", patience)
    source = Source(breaks_at=4)
    with pytest.raises(OSError, match="the disk is gone"):
        list(sent(app, source))
    assert source.ended


def test_a_reader_who_takes_nothing_is_given_so_long(app: Flask) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.settimeout(5.0)
        reader = sent(app, Source(), ours)
        next(reader)
        assert ours.gettimeout() == downloads.STALLED_S
        assert b"".join(reader) == b"".join(PARTS[1:])
        assert ours.gettimeout() == 5.0
