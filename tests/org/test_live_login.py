"""Guesses sent all at once, to a server with several workers."""

import json
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.live import LiveServer

GUESSES = 24
#: the free ones, and those that a slow machine lets through after the first short wait
MOST_HEARD = 8


def status_of_login(server: LiveServer, password: str) -> int:
    request = urllib.request.Request(
        f"{server.url}/api/auth/login",
        data=json.dumps({"username": "admin", "password": password}).encode(),
        headers={"Content-Type": "application/json"},
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code


@pytest.mark.parametrize(
    "backend", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)
def test_guesses_sent_at_once_are_all_counted(
    make_live_server: Callable[..., LiveServer], backend: str
) -> None:
    server = make_live_server(backend)
    server.flask("users", "first", "--username", "admin", "--name", "管", "--region-code", "33")
    server.start()
    with ThreadPoolExecutor(GUESSES) as pool:
        tried = [pool.submit(status_of_login, server, f"guess {n}") for n in range(GUESSES)]
        seen = Counter(attempt.result() for attempt in tried)
    assert set(seen) == {401, 429}, seen
    assert 1 <= seen[401] <= MOST_HEARD
