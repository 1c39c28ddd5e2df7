"""Writers are let in as they came; the log is moved to its end, and not again at once."""

from pathlib import Path

import pytest
from pysqlite3 import dbapi2 as sqlite

from server.kernel import checkpoint, turns
from server.kernel.errors import Unavailable


def test_a_turn_that_never_comes_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "PATIENCE_S", 0.05)
    database = str(tmp_path / "db")
    with turns.turn_of_process(database), pytest.raises(Unavailable), turns.turn(database):
        pass
    with turns.turn(database):
        pass


def test_after_a_checkpoint_the_log_begins_anew(tmp_path: Path) -> None:
    database = str(tmp_path / "db")
    writer = sqlite.connect(database, isolation_level=None)
    writer.execute("PRAGMA journal_mode=WAL")
    writer.execute("PRAGMA wal_autocheckpoint=0")
    writer.execute("CREATE TABLE t (x)")
    writer.execute("INSERT INTO t VALUES (zeroblob(1000000))")
    log = Path(f"{database}-wal")
    before = log.stat().st_size
    checkpoint.run(database)
    writer.execute("INSERT INTO t VALUES (zeroblob(500000))")
    assert log.stat().st_size == before


def test_a_long_log_is_not_moved_again_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []
    monkeypatch.setattr(checkpoint, "_aside", lambda work: work())
    monkeypatch.setattr(checkpoint, "run", begun.append)
    monkeypatch.setattr(checkpoint, "_not_before", 0.0)
    database = str(tmp_path / "db")
    Path(f"{database}-wal").write_bytes(b"")
    checkpoint.after_commit(database)
    assert begun == []
    with Path(f"{database}-wal").open("wb") as log:
        log.truncate(checkpoint.GROWN)
    for _ in range(3):
        checkpoint.after_commit(database)
    assert begun == [database]
