"""Journeys need the built app; everything else they share is in tests/support/journey."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Playwright

from server.ops import webapp
from tests.conftest import MakeLiveServer
from tests.support.browsers import Chromium
from tests.support.journey.phone import Phone
from tests.support.live import LiveServer

MakePhone = Callable[..., Phone]


@pytest.fixture(scope="session", autouse=True)
def built_app() -> None:
    """Journeys walk through what the sources say now."""
    webapp.ensure_built()


@pytest.fixture
def county(make_live_server: MakeLiveServer, backend: str) -> LiveServer:
    """The demo county on a running server, on either database."""
    server = make_live_server(backend, "demo", ANXUN_DEMO="1")
    server.start()
    return server


@pytest.fixture
def make_phone(playwright: Playwright, tmp_path: Path) -> Iterator[MakePhone]:
    """`make_phone(server, "inspector", camera=…)`: a browser profile that is not open yet."""
    chromium = Chromium(playwright, tmp_path / "profiles")
    made: list[Phone] = []

    def make(server: LiveServer, name: str, **more: Any) -> Phone:
        made.append(Phone(chromium, server, name, **more))
        return made[-1]

    yield make
    for phone in made:
        phone.leave_a_picture(tmp_path / f"{phone.name}-last.png")
    chromium.close()
