"""A label leads whoever is logged in to the app, and everybody else to the small page."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server import create_app
from server.web.auth import COOKIE
from tests.support.databases import Databases

APP, SMALL = b"<p>app</p>", b"<p>visitors</p>"


@pytest.fixture(scope="module")
def pages(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """An application with a page of each kind."""
    folder = tmp_path_factory.mktemp("pages")
    (folder / "index.html").write_bytes(APP)
    (folder / "tips.html").write_bytes(SMALL)
    url = f"sqlite:///{folder / 'none.sqlite'}"
    return create_app(replace(databases.settings(url, folder), pwa_dist=folder))


def get(pages: Flask, path: str, *, session: bool = False) -> tuple[bytes, str]:
    client: FlaskClient = pages.test_client()
    if session:
        client.set_cookie(COOKIE, "anything")
    with client.get(path) as answer:
        assert answer.status_code == 200, path
        return answer.data, answer.headers["Vary"]


@pytest.mark.parametrize("path", ["/t/0000001F", "/t/nonsense", "/t/0000001F?k=ab&s=cd", "/t/"])
def test_a_label_leads_visitors_to_the_small_page(pages: Flask, path: str) -> None:
    data, vary = get(pages, path)
    assert data == SMALL
    assert "Cookie" in vary
    assert get(pages, path, session=True)[0] == APP


@pytest.mark.parametrize(
    "path", ["/tips", "/tips/", "/tips/15KH4PR29G5FK44W9R", "/tips/at/0000001F"]
)
def test_receipts_are_asked_for_on_the_small_page_by_everybody(pages: Flask, path: str) -> None:
    assert get(pages, path)[0] == get(pages, path, session=True)[0] == SMALL


@pytest.mark.parametrize("path", ["/", "/today", "/tipsy", "/desk/tips", "/login"])
def test_everything_else_is_the_app(pages: Flask, path: str) -> None:
    assert get(pages, path)[0] == APP


def test_the_small_page_names_nothing_outside() -> None:
    from server.ops.paths import ROOT

    folder = ROOT / "pwa" / "src" / "features" / "tips" / "public"
    sources = [*folder.glob("*.ts"), *folder.glob("*.css"), ROOT / "pwa" / "tips.html"]
    assert len(sources) > 10
    told = {path.name: Path(path).read_text(encoding="utf-8") for path in sources}
    outside = [name for name, text in told.items() if "https://" in text or "http://" in text]
    assert set(outside) <= {"dom.ts"}, "the one address is the name of a drawing's language"
