"""`make run`, as a person at a terminal meets it."""

import json
import re
import signal
import socket
import ssl
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from server.ops import process
from tests.support.ports import free_port
from tests.support.terminal import CTRL_C, Terminal

READY = r"Ctrl-C 停止"
PATIENCE = 120
Run = Callable[..., Terminal]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """`run(PORT="8001", DEMO="0")`: `make run` with a var folder of the test's own."""
    opened: list[Terminal] = []

    def start(**variables: str) -> Terminal:
        own = {"ANXUN_VAR": str(tmp_path / "var"), "ANXUN_DATABASE_URL": "", **variables}
        env = {name: text for name, text in process.environment(own).items() if text}
        opened.append(Terminal(["make", "run"], env))
        return opened[-1]

    yield start
    for terminal in opened:
        terminal.close()


def ended_calmly(terminal: Terminal) -> None:
    """make itself ends by the signal that Ctrl-C sent to it as well."""
    code = terminal.await_end(PATIENCE)
    assert code in (0, -signal.SIGINT), terminal.text
    assert "✓ 停止 Stop" in terminal.text
    assert "Traceback" not in terminal.text


def get(url: str, certificate: Path | None = None) -> object:
    context = ssl.create_default_context(cafile=str(certificate) if certificate else None)
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
    )
    with opener.open(url, timeout=10) as answer:
        return json.load(answer)


def test_an_empty_start_tells_the_administrator_once_and_keeps_what_it_made(run: Run) -> None:
    port = str(free_port())
    first = run(PORT=port, DEMO="0")
    first.await_text(READY, PATIENCE)
    assert f"http://127.0.0.1:{port}/" in first.text
    assert re.search(r"initial password: (\S+)", first.text)
    assert get(f"http://127.0.0.1:{port}/readyz") == {"database": "ok", "store": "ok"}
    first.press(CTRL_C)
    ended_calmly(first)
    second = run(PORT=port, DEMO="0")
    second.await_text(f"http://127.0.0.1:{port}/", PATIENCE)
    second.press(CTRL_C)  # in the middle of the greeting
    ended_calmly(second)
    assert "initial password" not in second.text


def test_the_demo_start_names_everybody_who_can_log_in(run: Run, tmp_path: Path) -> None:
    port = str(free_port())
    terminal = run(PORT=port)
    terminal.await_text(READY, PATIENCE)
    accounts = json.loads((tmp_path / "var" / "demo-accounts.json").read_text())
    assert len(accounts) > 5
    for account in accounts:
        assert re.search(rf"{account['username']} +{account['password']}", terminal.text)
        assert account["try"]["zh"] in terminal.text
        assert account["try"]["en"] in terminal.text
    terminal.press(CTRL_C)
    ended_calmly(terminal)


def test_a_taken_port_is_one_line_and_an_exit_code(run: Run) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        refused = run(PORT=str(other.getsockname()[1]))
        assert refused.await_end(PATIENCE) != 0
    ours = [line for line in refused.text.splitlines() if not line.startswith("make")]
    assert len(ours) == 1, refused.text
    assert "端口" in ours[0]


def test_tls_serves_https_under_an_authority_that_phones_can_fetch(
    run: Run, tmp_path: Path
) -> None:
    port = free_port()
    terminal = run(PORT=str(port), DEMO="0", TLS="1", HOST="0.0.0.0")
    terminal.await_text(READY, PATIENCE)
    authority = tmp_path / "var" / "tls" / "ca.crt"
    assert get(f"https://127.0.0.1:{port}/healthz", authority) == {"status": "up"}
    fingerprint = re.search(r"SHA-256 ([0-9A-F:]{95})", terminal.text)
    assert fingerprint is not None
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"http://127.0.0.1:{port + 1}/anxun-ca.crt", timeout=10) as answer:
        assert answer.read() == authority.read_bytes()
    with opener.open(f"http://127.0.0.1:{port + 1}/", timeout=10) as answer:
        assert fingerprint[1] in answer.read().decode()
    terminal.press(CTRL_C)
    ended_calmly(terminal)
