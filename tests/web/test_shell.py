"""The app's own files: precompressed, cached by their names, and nothing outside them."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.support.clients import AppClient, client_of


@pytest.fixture
def shell(app: Flask, tmp_path: Path) -> Iterator[AppClient]:
    """A client of an app whose dist folder is the test's own."""
    dist = tmp_path / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text("<title>安巡</title>")
    (dist / "assets" / "main-abc.js").write_text("let plain")
    (dist / "assets" / "main-abc.js.br").write_bytes(b"brotli")
    (dist / "assets" / "main-abc.js.gz").write_bytes(b"gzip")
    (dist / "sw.js").write_text("let worker")
    (tmp_path / "secret.txt").write_text("secret")
    before = app.extensions["settings"]
    app.extensions["settings"] = dataclasses.replace(before, pwa_dist=dist)
    yield client_of(app)
    app.extensions["settings"] = before


@pytest.mark.parametrize("address", ["/", "/today", "/scan", "/desk/hazards", "/hazards/1"])
def test_every_page_of_the_app_is_the_app(shell: AppClient, address: str) -> None:
    answer = shell.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert "安巡" in answer.text
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    ("accepted", "encoding", "body"),
    [("br, gzip", "br", b"brotli"), ("gzip", "gzip", b"gzip"), ("identity", None, b"let plain")],
)
def test_the_smallest_form_that_the_browser_reads_is_sent(
    shell: AppClient, accepted: str, encoding: str | None, body: bytes
) -> None:
    answer = shell.get("/assets/main-abc.js", headers={"Accept-Encoding": accepted})
    assert answer.data == body
    assert answer.headers.get("Content-Encoding") == encoding
    assert answer.mimetype == "text/javascript"
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Vary"] == "Accept-Encoding"


def test_the_service_worker_is_asked_for_anew_each_time(shell: AppClient) -> None:
    assert shell.get("/sw.js").headers["Cache-Control"] == "no-cache"


def test_a_missing_file_is_missing_and_no_page(shell: AppClient) -> None:
    assert shell.get("/assets/gone-123.js").status_code == 404
    assert shell.get("/api/gone").mimetype == "application/problem+json"


@pytest.mark.parametrize(
    "address",
    ["/../secret.txt", "/assets/../../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt"],
)
def test_nothing_outside_the_folder_is_served(shell: AppClient, address: str) -> None:
    assert "secret" not in shell.get(address).text
