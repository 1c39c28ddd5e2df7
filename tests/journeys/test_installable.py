"""The app can be put on the home screen, and is then on the phone for good."""

from typing import Any

import pytest

from tests.journeys.conftest import MakePhone
from tests.support.live import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


@pytest.mark.parametrize("backend", ["sqlite"])
def test_the_browser_would_install_it(county: LiveServer, make_phone: MakePhone) -> None:
    phone = make_phone(county, "plain")
    page = phone.open("/login")
    phone.await_worker()
    phone.goto("/login")
    assert page.evaluate("navigator.serviceWorker.controller?.scriptURL").endswith("/sw.js")
    browser = phone.context.new_cdp_session(page)
    manifest: dict[str, Any] = browser.send("Page.getAppManifest")
    assert manifest["url"] == f"{county.url}/manifest.webmanifest"
    assert manifest["errors"] == []
    said = browser.send("Page.getInstallabilityErrors")
    assert said["installabilityErrors"] == []


@pytest.mark.parametrize("backend", ["sqlite"])
def test_its_icons_and_start_page_are_there(county: LiveServer, make_phone: MakePhone) -> None:
    phone = make_phone(county, "plain")
    page = phone.open("/login")
    manifest = page.evaluate("fetch('/manifest.webmanifest').then((answer) => answer.json())")
    assert manifest["display"] == "standalone"
    assert {icon.get("purpose", "any") for icon in manifest["icons"]} >= {"any", "maskable"}
    for path in [manifest["start_url"], *(icon["src"] for icon in manifest["icons"])]:
        answer = page.request.get(f"{county.url}/{path.lstrip('/')}")
        assert answer.ok, path
        assert len(answer.body()) > 100
