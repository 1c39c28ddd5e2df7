"""A checklist is changed at the desk: written, seen on the phone beside it, reviewed, published."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import MakePhone
from tests.support.journey import unit
from tests.support.journey.audit import Screens
from tests.support.journey.ledger import Ledger
from tests.support.journey.phone import WIDE, Phone
from tests.support.live import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

ASK = "/sections/0/items/0/ask/zh"
NEW_WORDS = "消防安全责任人是谁，墙上贴了没有？"
WHY = "基层反映原来的说法太长"
UNITS = "SELECT id FROM unit WHERE tier = 'hospital' ORDER BY id"
ACTS = """SELECT author_name, reviewer_name, note FROM definition_publication
WHERE key = 'fire' AND source = 'desk'"""
PATIENCE = 20


def begin(phone: Phone, unit_id: str) -> str:
    """Begin a fire visit and tell the first question."""
    phone.goto(f"/inspections/new?checklist=fire&unit={unit_id}")
    phone.tap("begin")
    phone.page.wait_for_url(re.compile(r"/inspections/[0-9a-f-]{36}$"))
    return first_question(phone)


def first_question(phone: Phone) -> str:
    return phone.at("item-ask").inner_text()


def write(author: Phone, screens: Screens) -> str:
    """Change the first question, watch the phone beside it, hand it over; return its address."""
    author.goto("/desk/checklists")
    author.at("desk-row").filter(has_text="消防安全").get_by_role("link").first.click()
    expect(author.at("versions")).to_be_visible()
    screens.look("checklist")
    author.tap("edit")
    author.at("tree-item").first.click()
    shown = author.at("preview").get_by_test_id("item-ask")
    expect(shown).to_be_visible()
    screens.look("editor")
    author.at(ASK).fill("")
    expect(author.at("mistake-here").first).to_be_visible()
    expect(author.at("submit-draft")).to_be_disabled()
    screens.look("editor-mistakes")
    author.at(ASK).fill(NEW_WORDS)
    expect(shown).to_have_text(NEW_WORDS)
    expect(author.at("save-state")).to_contain_text("已保存")
    expect(author.at("submit-draft")).to_be_enabled()
    author.tap("submit-draft")
    author.page.locator("[name=note]").fill(WHY)
    author.tap("step-confirm")
    expect(author.at("draft-state")).to_have_text("待审核")
    expect(author.at("publish-draft")).to_have_count(0)
    return author.page.url.removeprefix(author.server.url)


def review(reviewer: Phone, path: str, screens: Screens) -> None:
    """See what changed, and publish it."""
    reviewer.goto(path)
    changed = reviewer.at("changed-item")
    expect(changed).to_have_count(1)
    expect(changed.locator("ins").first).to_be_visible()
    expect(reviewer.at("review")).to_contain_text(WHY)
    screens.look("review")
    reviewer.tap("publish-draft")
    reviewer.tap("step-confirm")
    expect(reviewer.at("draft-state")).to_have_text("已发布")


def await_version(phone: Phone, digest: str) -> None:
    """Let the phone ask the server until the new version lies on it."""
    for _ in range(PATIENCE):
        phone.goto("/me/sync")
        phone.tap("sync-now")
        phone.page.wait_for_timeout(2000)
        if any(row["hash"] == digest for row in phone.storage.table("definitions")):
            return
    raise AssertionError("the new version never came")


@pytest.mark.parametrize("backend", ["sqlite"])
def test_from_the_desk_to_the_phone(
    county: LiveServer,
    make_phone: MakePhone,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    ledger = Ledger(county)
    first, second = [str(row["id"]) for row in ledger.rows(UNITS)][:2]
    phone = make_phone(county, "inspector1")
    author = make_phone(county, "city", device=WIDE)
    reviewer = make_phone(county, "admin", device=WIDE)
    unit.start(phone, "inspector1")
    old_words = begin(phone, first)
    under_way = phone.page.url.removeprefix(county.url)

    unit.start(author, "city")
    screens = Screens("the desk of checklists", author, tmp_path / "screens")
    author.tap("rail-checklists")
    expect(author.at("desk-row").first).to_be_visible()
    screens.look("checklists")
    path = write(author, screens)
    screens.visit("import", "/desk/checklists/import")

    unit.start(reviewer, "admin")
    looks = Screens("the reviewer", reviewer, tmp_path / "reviews")
    review(reviewer, path, looks)
    [act] = ledger.rows(ACTS)
    assert (act["author_name"], act["reviewer_name"], act["note"]) == ("黄志远", "系统管理员", WHY)
    digest = ledger.one("SELECT published_hash AS hash FROM checklist_draft")["hash"]

    await_version(phone, str(digest))
    assert begin(phone, second) == NEW_WORDS
    phone.goto(under_way)
    assert first_question(phone) == old_words != NEW_WORDS
    findings = [*screens.findings, *looks.findings]
    assert not findings, "\n".join(map(str, findings))
    assert not [*author.errors, *reviewer.errors, *phone.errors]
    record_property("examined", screens.summary())
