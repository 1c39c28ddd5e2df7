"""What an administrator runs."""

import os
from pathlib import Path
from typing import IO

import pytest
from flask import Flask

from server.rescue import keys
from server.rescue.rules import RescueKeyUnknown


def test_old_files_are_cleared_away_by_command(app: Flask) -> None:
    told = app.test_cli_runner().invoke(args=["rescue", "tidy"])
    assert told.exit_code == 0
    assert told.output.startswith("rescue files cleared away:")


def test_a_new_key_leaves_the_old_one_to_open_what_was_sealed_to_it(tmp_path: Path) -> None:
    old = keys.current(tmp_path)
    assert keys.current(tmp_path).id == old.id
    new = keys.make(tmp_path)
    assert keys.current(tmp_path).id == new.id != old.id
    for pair in (old, new):
        found = keys.private_key(tmp_path, pair.id)
        assert found.private_numbers() == pair.private.private_numbers()
        assert (tmp_path / f"rescue-{pair.id}.pem").stat().st_mode & 0o777 == 0o600
    with pytest.raises(RescueKeyUnknown):
        keys.private_key(tmp_path, "../x")


def test_a_key_that_is_still_being_written_is_not_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    real = os.fdopen

    def interrupted(handle: int, mode: str) -> IO[bytes]:
        monkeypatch.setattr(keys.os, "fdopen", real)
        seen.append(keys.current(tmp_path).id)  # another worker, in this very moment
        return real(handle, mode)

    monkeypatch.setattr(keys.os, "fdopen", interrupted)
    made = keys.make(tmp_path)
    assert len(seen) == 1
    assert seen != [made.id]
    assert keys.current(tmp_path).id in (made.id, *seen)
    for name in (made.id, *seen):
        assert keys.private_key(tmp_path, name)


def test_a_command_makes_a_new_key(app: Flask) -> None:
    folder = app.extensions["settings"].var / "keys"
    before = keys.current(folder).id
    told = app.test_cli_runner().invoke(args=["rescue", "rotate-key"])
    assert told.exit_code == 0
    assert keys.current(folder).id in told.output
    assert keys.current(folder).id != before
