"""
Fixtures for every test.

`app` (and what builds on it: `client`, `actors`, `login`) runs a test once a database: SQLite and
PostgreSQL. A test that asks for none of them touches no database. Factories flush; a test that
calls code with a transaction of its own commits first: `db.session.commit()`.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Playwright

from server import create_app
from server.kernel import clock as kernel_clock
from server.kernel.db import db
from tests.support import browsers
from tests.support.actors import Actors, World
from tests.support.clients import AppClient, client_of
from tests.support.clock import FrozenClock
from tests.support.databases import Content, Databases
from tests.support.isolation import rolled_back
from tests.support.live import LiveServer
from tests.support.network import loopback_only
from tests.support.queries import Queries, counted

MakeLiveServer = Callable[..., LiveServer]
BACKENDS = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the browser's tests in one process: two browsers starve each other on two cores."""
    for item in items:
        if "browser" in item.keywords:
            item.add_marker(pytest.mark.xdist_group("browser"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what the checks of the architecture examined."""
    passed = terminalreporter.stats.get("passed", [])
    notes = {
        text for report in passed for name, text in report.user_properties if name == "examined"
    }
    for note in sorted(notes):
        terminalreporter.write_line(f"examined: {note}")


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Nothing leaves the machine."""
    with loopback_only():
        yield


@pytest.fixture
def clock() -> Iterator[FrozenClock]:
    """The application's clock, standing still."""
    frozen = FrozenClock()
    kernel_clock.use(frozen)
    yield frozen
    kernel_clock.use(None)


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """Migrated databases on demand."""
    made = Databases(tmp_path_factory.mktemp("databases"))
    yield made
    made.close()


@pytest.fixture(scope="session")
def app_on(databases: Databases) -> Iterator[Callable[[str], Flask]]:
    """One application for each backend, kept for the whole run."""
    apps: dict[str, Flask] = {}

    def get(backend: str) -> Flask:
        if backend not in apps:
            folder = databases.folder / f"app-{backend}"
            apps[backend] = create_app(databases.settings(databases.fresh(backend), folder))
        return apps[backend]

    yield get
    for app in apps.values():
        with app.app_context():
            db.engine.dispose()


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    """The kind of database under test."""
    return str(request.param)


@pytest.fixture
def app(backend: str, app_on: Callable[[str], Flask], clock: FrozenClock) -> Iterator[Flask]:
    """The application in its context; whatever the test commits is rolled back afterwards."""
    application = app_on(backend)
    with rolled_back(application):
        yield application


@pytest.fixture
def client(app: Flask) -> AppClient:
    """A client that nobody has logged in with."""
    return client_of(app)


@pytest.fixture
def world(app: Flask) -> World:
    """Two counties and their units, made when first used."""
    return World(app)


@pytest.fixture
def actors(world: World) -> Actors:
    """Somebody in every role."""
    return Actors(world)


@pytest.fixture
def login(actors: Actors) -> Callable[..., AppClient]:
    """`login("inspector")`: a client with that person's session."""
    return actors.login


@pytest.fixture
def queries() -> Callable[[], AbstractContextManager[Queries]]:
    """`with queries() as seen:` collects the statements sent to the database."""
    return counted


@pytest.fixture
def make_live_server(databases: Databases, tmp_path: Path) -> Iterator[MakeLiveServer]:
    """`make_live_server("postgres", "demo", ANXUN_DEMO="1")`: not started, ended with the test."""
    made: list[LiveServer] = []

    def make(backend: str = "sqlite", content: Content = "ready", **extra: str) -> LiveServer:
        folder = tmp_path / f"server-{len(made)}"
        folder.mkdir()
        url = databases.fresh(backend, content, into=folder)
        made.append(LiveServer(folder, url, extra=extra))
        return made[-1]

    yield make
    for server in made:
        server.kill9()


@pytest.fixture
def live_server(make_live_server: MakeLiveServer) -> LiveServer:
    """A running server on SQLite with roles and checklists but without people."""
    server = make_live_server("sqlite")
    server.start()
    return server


@pytest.fixture
def live_server_postgres(make_live_server: MakeLiveServer) -> LiveServer:
    """The same on PostgreSQL."""
    server = make_live_server("postgres")
    server.start()
    return server


@pytest.fixture
def demo_server(make_live_server: MakeLiveServer) -> LiveServer:
    """A running server on SQLite with the demo county; `demo_server.accounts` has passwords."""
    server = make_live_server("sqlite", "demo", ANXUN_DEMO="1")
    server.start()
    return server


@pytest.fixture
def chromium(playwright: Playwright, tmp_path: Path) -> Iterator[browsers.Chromium]:
    """The browser; see tests/support/browsers.py."""
    opened = browsers.Chromium(playwright, tmp_path / "profiles")
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Let pytest-playwright's own `page` fixture use the same browser."""
    chosen = {"executable_path": browsers.executable(), "args": list(browsers.FLAGS)}
    return {**browser_type_launch_args, **chosen}
