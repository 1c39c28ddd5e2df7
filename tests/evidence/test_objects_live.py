"""An object store under a real gunicorn: phones at once, a store that hangs, a killed worker."""

import json
import os
import signal
import threading
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from pathlib import Path

import pytest

from tests.evidence.uploads import picture, sha
from tests.support.live import LiveServer
from tests.support.objects import Objects
from tests.sync.live import closing, ground
from tests.sync.test_live import upload

pytestmark = pytest.mark.timeout(240)
PHONES, EACH = 6, 3
OUTAGES = ("busy", "cut", "mute")


@pytest.fixture
def far(tmp_path: Path) -> Iterator[Objects]:
    made = Objects(tmp_path)
    yield made
    made.stop()


def ask(server: LiveServer, path: str) -> object:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(server.url + path, timeout=20) as answer:
        return json.load(answer)


def until_taken(server: LiveServer, token: str, data: bytes) -> list[int]:
    """Send a photo until it is taken; what was answered on the way."""
    said: list[int] = []
    while not said or said[-1] != 201:
        said.append(upload(server, token, data))
    return said


def until(true: Callable[[], bool]) -> None:
    breath = threading.Event()
    for _ in range(6000):
        if true():
            return
        breath.wait(0.005)
    raise AssertionError("never came true")


def test_phones_send_through_outages(
    make_live_server: Callable[..., LiveServer], far: Objects
) -> None:
    server = make_live_server("sqlite", **far.environment)
    with closing(ground(server.database_url, server.folder, PHONES)) as made:
        server.start()
        photos = [(picture(600 + n, side=90), made.people[n % PHONES][1]) for n in range(18)]
        far.breaks(OUTAGES[0], "PUT")
        with ThreadPoolExecutor(PHONES) as pool:
            going = [pool.submit(until_taken, server, token, data) for data, token in photos]
            for fault in OUTAGES:
                far.breaks(fault, "PUT")
                until(lambda fault=fault: far.seen[f"PUT {fault}"] >= 3)  # type: ignore[misc]
            far.breaks("none")
            said = [status for one in going for status in one.result(120)]
        assert set(said) == {201, 503}
        assert said.count(201) == len(photos)
        for data, _ in photos:
            assert far.path(sha(data)).read_bytes() == data
        assert ask(server, "/readyz") == {"database": "ok", "store": "ok"}


def test_a_store_that_hangs_holds_up_nobody_else(
    make_live_server: Callable[..., LiveServer], far: Objects
) -> None:
    """One worker answers others meanwhile; killed in that moment, it has promised nothing."""
    server = make_live_server("sqlite", WEB_CONCURRENCY="1", **far.environment)
    with closing(ground(server.database_url, server.folder, 1)) as made:
        server.start()
        data, token = picture(650, side=200), made.people[0][1]
        far.breaks("stuck", "PUT")
        with ThreadPoolExecutor(1) as pool:
            going = pool.submit(upload, server, token, data)
            until(far.stuck.is_set)
            assert ask(server, "/healthz") == {"status": "up"}
            [worker] = children(server.pid)
            os.kill(worker, signal.SIGKILL)
            with pytest.raises((OSError, HTTPException)):
                going.result(60)
        far.breaks("none")
        assert until_taken(server, token, data)[-1] == 201
        assert far.path(sha(data)).read_bytes() == data


def children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(word) for word in listed.read_text().split()]
