"""One phone, three languages: words, checklists and the law, also where there is no signal."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import MakePhone
from tests.support.journey.phone import Phone
from tests.support.live import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

LANGUAGES = {
    "zh-Hant": ("登錄", "責任制度", "消防安全", "開始檢查"),
    "en": ("Sign in", "Responsibility and institution", "Fire safety", "Start inspection"),
    "zh-CN": ("登录", "责任制度", "消防安全", "开始检查"),
}


def see_checklists(phone: Phone, names: tuple[str, ...]) -> None:
    """Open the sheet in which a checklist is chosen."""
    phone.tap("start-free")
    listed = phone.at("pick-checklist")
    for name in names[1:3]:
        expect(listed.locator("label", has_text=name).first).to_be_visible()
    expect(phone.at("start-inspection")).to_have_text(names[3])
    phone.close_sheet()


def choose_language(phone: Phone, language: str) -> None:
    phone.tap(f"language-{language}")
    expect(phone.page.locator("html")).to_have_attribute("lang", language)


@pytest.mark.parametrize("backend", ["sqlite"])
def test_each_language_is_complete_and_stays_without_signal(
    county: LiveServer, make_phone: MakePhone
) -> None:
    phone = make_phone(county, "polyglot")
    phone.open("/login")
    for language, names in LANGUAGES.items():
        choose_language(phone, language)
        expect(phone.at("login-submit")).to_have_text(names[0])
    choose_language(phone, "zh-Hant")
    phone.login("inspector1")
    phone.await_downloaded()
    phone.await_worker()
    for language, names in LANGUAGES.items():
        phone.goto("/me")
        choose_language(phone, language)
        phone.goto("/today")
        see_checklists(phone, names)
    phone.set_offline(True)
    for language, names in LANGUAGES.items():
        phone.goto("/me")
        choose_language(phone, language)
        phone.goto("/today")
        expect(phone.page.locator("html")).to_have_attribute("lang", language)
        see_checklists(phone, names)
    assert phone.errors == []
