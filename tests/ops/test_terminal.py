"""What a person sees: columns that line up, failures in one line, logs with their tail."""

import subprocess
import sys
from pathlib import Path

import pytest

from server.ops import console, paths, process
from server.ops.console import Failure


def test_chinese_characters_take_two_columns() -> None:
    assert console.width("安巡 Anxun") == 10
    assert console.width(console.pad("数据库", 10)) == 10


def test_a_step_says_what_was_done(capsys: pytest.CaptureFixture[str]) -> None:
    with console.step("数据库 Database"):
        pass
    assert "✓ 数据库 Database" in capsys.readouterr().out


def test_a_failed_step_is_marked(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ZeroDivisionError), console.step("数据库 Database"):
        _ = 1 // 0
    assert "✗ 数据库 Database" in capsys.readouterr().out


def test_a_failed_program_is_told_with_the_tail_of_its_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANXUN_VAR", str(tmp_path))
    words = "print('a\\n' * 100, flush=True); raise SystemExit('the reason')"
    with pytest.raises(Failure) as told:
        process.run([sys.executable, "-c", words], "words")
    lines = str(told.value).splitlines()
    assert "words.log" in lines[0]
    assert "the reason" in lines[-1]
    assert len(lines) == process.TAIL + 1


def test_a_program_gets_a_home_even_where_there_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANXUN_VAR", str(tmp_path))
    monkeypatch.setenv("HOME", "")
    home = Path(process.environment()["HOME"])
    assert home.is_dir()
    assert home.is_relative_to(tmp_path.resolve())


def test_an_unknown_command_lists_the_known_ones() -> None:
    done = subprocess.run(
        [sys.executable, "server/ops", "fly"],
        cwd=paths.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "run test check" in done.stderr


def test_a_wrong_port_ends_make_run_with_one_line_and_no_traceback() -> None:
    done = subprocess.run(
        [sys.executable, "server/ops", "run"],
        cwd=paths.ROOT,
        env={**process.environment(), "PORT": "none"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "PORT" in done.stderr
