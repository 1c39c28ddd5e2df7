"""No log tells of a visit: access log, error log, the application's own, and the counters."""

import io
import json
import logging
import re
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
import structlog
from flask import Flask
from gunicorn.config import Config
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from server.kernel.db import db
from server.kernel.ids import new_id
from server.kernel.redaction import is_secret, redact
from server.web import logs
from server.web.quiet_log import QuietLogger
from tests.conftest import MakeLiveServer
from tests.support.clients import AppClient
from tests.visits.conftest import Scene

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
VISIT, UNIT = "01a1ee56-5e00-7000-8000-00000000aaaa", "01a1ee56-5e00-7000-8000-00000000bbbb"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (f'"GET /api/visits/{VISIT}/package" 200 65536', '"GET /api/*" 200 65536'),
        ("POST /api/visits 200", "POST /api/* 200"),
        (f"GET /desk/visits/{VISIT}?unit_id={UNIT} 200", "GET /desk/* 200"),
        (f"/api/draws/{VISIT}", "/api/*"),
        (f"/api/units/{UNIT}", "/api/units/*"),
        (f"/api/units/{UNIT.replace('-', '')}", "/api/units/*"),
        ("/t/QZ7K2M and /api/tags/QZ7K2M", "/t/* and /api/tags/*"),
        (f"scope visit:{VISIT}", "scope visit:*"),
        ("crashed in visit.open", "crashed in *"),
        ("/api/public/draws/AB12", "/api/public/*"),
        ("GET /api/hazards 200", "GET /api/hazards 200"),
    ],
)
def test_what_would_tell_is_taken_out(line: str, told: str) -> None:
    assert redact(line) == told


def test_addresses_of_visits_are_told_from_others() -> None:
    for path in ("/api/visits", f"/api/visits/{VISIT}/keys", "/desk/visits", "/visits/x?y"):
        assert is_secret(path)
    for path in ("/api/hazards", "/api/public/draws/x", "/api/visitors", "/"):
        assert not is_secret(path)


def test_the_values_of_a_row_never_reach_a_log(scene: Scene) -> None:
    """Neither SQLAlchemy nor PostgreSQL may repeat what a statement was about to write."""
    visit = scene.plan(title="雨夜行动")
    again = text("INSERT INTO visit SELECT * FROM visit WHERE id = :id AND note <> :words")
    with pytest.raises(IntegrityError) as caught, db.session.begin_nested():
        db.session.execute(again, {"id": visit["id"], "words": "秘密"})
    said = redact(str(caught.value))
    for secret in (visit["id"], "雨夜行动", "秘密", "从急诊后门进"):
        assert secret not in said


def test_the_applications_own_log(
    app: Flask, monkeypatch: pytest.MonkeyPatch, login: Callable[..., AppClient]
) -> None:
    """A bug on the way through a visit's address is told without the visit."""
    written = io.StringIO()
    kept = structlog.get_config()
    structlog.reset_defaults()
    try:
        logs.configure()
        structlog.configure(logger_factory=structlog.PrintLoggerFactory(file=written))
        log = structlog.get_logger()
        try:
            raise KeyError(VISIT)
        except KeyError:
            path = f"/api/visits/{VISIT}"
            log.exception("unhandled", request_id=UNIT, path=path, scope=f"visit:{VISIT}")
    finally:
        structlog.configure(**kept)
    line = json.loads(written.getvalue())
    assert line["request_id"] == UNIT
    assert (line["path"], line["scope"]) == ("/api/*", "visit:*")
    assert VISIT not in written.getvalue()
    assert "KeyError" in line["exception"]


def test_no_counter_counts_visits(scene: Scene) -> None:
    scene.plan()
    assert scene.planner.get("/api/visits").status_code == 200
    told = scene.planner.get("/metrics")
    assert told.status_code == 200
    assert "anxun_request_seconds" in told.text
    assert "visits" not in told.text


def _ask(url: str) -> int:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


@pytest.mark.parametrize("backend", ["sqlite"])
def test_the_log_files_of_a_real_server(
    make_live_server: MakeLiveServer, backend: str, tmp_path: Path
) -> None:
    access = tmp_path / "access.log"
    server = make_live_server(backend, "ready", ANXUN_ACCESS_LOG=str(access))
    server.start()
    visit, unit = new_id(), new_id()
    for path in (
        f"/api/visits/{visit}",
        f"/api/visits/{visit}/package?sha256={'ab' * 32}",
        f"/desk/visits/{visit}",
        f"/api/units/{unit}",
        f"/api/locations?unit_id={unit}",
        "/api/tags/QZ7K2MAA",
        "/healthz",
    ):
        assert _ask(server.url + path) in (200, 401, 404)
    server.stop()
    told = access.read_text("utf-8")
    lines = [line for line in told.splitlines() if '"GET ' in line]
    assert any("/healthz" in line for line in lines)
    assert sum("/api/units/*" in line for line in lines) == 1
    for name in ("access.log", "server.log"):
        for folder in (tmp_path, server.folder):
            if (folder / name).exists():
                said = (folder / name).read_text("utf-8", "replace")
                assert not UUID.search(said), name
                assert "visits" not in said, name
                assert "QZ7K2MAA" not in said, name


def test_gunicorns_error_log_is_redacted(tmp_path: Path) -> None:
    """What gunicorn says when a request breaks it names the whole address."""
    config = Config()
    config.set("errorlog", str(tmp_path / "error.log"))
    log = QuietLogger(config)
    log.error_log.setLevel(logging.INFO)
    try:
        raise ValueError(VISIT)
    except ValueError:
        log.exception("Error handling request %s", f"/api/visits/{VISIT}?unit_id={UNIT}")
    said = (tmp_path / "error.log").read_text("utf-8")
    assert "Error handling request /api/*" in said
    assert VISIT not in said
    assert UNIT not in said
