"""Reporting a hazard, as anybody who is logged in does it."""

import re

from playwright.sync_api import expect

from tests.support.journey.phone import Phone


def report(phone: Phone, words: str) -> str:
    """Report a hazard with a photo; the hazard's id."""
    phone.tap("report-hazard")
    unit = phone.page.locator("[name=unit]")
    unit.select_option(label=unit.locator("option", has_text="青禾县人民医院").inner_text())
    phone.page.locator("[name=title]").fill(words)
    phone.tap("photo-add")
    expect(phone.at("shutter")).to_be_enabled()
    phone.tap("shutter")
    expect(phone.at("camera").get_by_test_id("photo-thumb")).to_have_count(1)
    phone.tap("camera-done")
    phone.tap("report-send")
    expect(phone.page).to_have_url(re.compile(r"/hazards/[0-9a-f-]{36}$"))
    expect(phone.page.locator("h1")).to_have_text(words)
    return phone.page.url.rsplit("/", 1)[1]
