"""The way of a hazard: assigned at the desk, rectified, verified, closed."""

from playwright.sync_api import expect

from tests.support.journey.phone import Phone
from tests.support.journey.walk import shoot


def state_is(phone: Phone, key: str) -> None:
    expect(phone.at("hazard-state")).to_have_attribute("data-state", key)


def start(phone: Phone, username: str) -> None:
    """Open, log in, and have everything on the device."""
    phone.open()
    phone.login(username)
    phone.await_downloaded()


def open_on_phone(phone: Phone, title: str, segment: str) -> None:
    """Find a hazard in the list of the phone."""
    phone.tap("tab-hazards")
    phone.page.locator("label", has_text=segment).click()
    phone.at("hazard-card").filter(has_text=title).first.click()
    expect(phone.page.locator("h1")).to_have_text(title)


def open_at_desk(phone: Phone, number: str) -> None:
    """Find a hazard in the ledger of the desk."""
    phone.tap("rail-hazards")
    phone.at("desk-search").fill(number)
    row = phone.at("desk-row").filter(has_text=number)
    expect(phone.at("desk-row")).to_have_count(1)
    row.get_by_role("link").click()
    expect(phone.at("hazard-number")).to_have_text(number)


def assign(phone: Phone, name: str) -> None:
    """Say who has to put it right."""
    phone.tap("action-assign")
    chosen = phone.page.locator("[name=assignee]")
    label = chosen.locator("option", has_text=name).inner_text()
    chosen.select_option(label=label)
    phone.tap("move-send")
    state_is(phone, "assigned")


def rectify(phone: Phone, words: str) -> None:
    """Show that it was put right."""
    phone.tap("action-submit_rectification")
    shoot(phone, phone.page.locator("dialog[open]").get_by_test_id("photo-add"))
    phone.page.locator("[name=note]").fill(words)
    phone.tap("move-send")
    state_is(phone, "rectified")


def move(phone: Phone, action: str, words: str, state: str) -> None:
    """Any act that needs words at most."""
    phone.tap(f"action-{action}")
    phone.page.locator("[name=note]").fill(words)
    phone.tap("move-send")
    state_is(phone, state)
