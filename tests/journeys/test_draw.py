"""The desk draws with a witness; a stranger repeats it from the file, on line and off."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from server.kernel import clock
from tests.journeys.conftest import MakePhone
from tests.support.journey.audit import Screens
from tests.support.journey.ledger import Ledger
from tests.support.journey.phone import WIDE, Phone
from tests.support.journey.waiting import await_found
from tests.support.live import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

COUNTY, PURPOSE, WORDS = "青禾县（演示）", "十二月双随机抽查", "银杏叶落了一半"
AHEAD = timedelta(days=50)
EARLIER = re.compile(r"/api/draws/[0-9a-f-]{36}$")
DRAW = "SELECT * FROM draw WHERE purpose = :purpose AND kind = :kind"


def ask(screens: Screens) -> None:
    """Say what for, look who is in it, leave one out with a reason."""
    desk = screens.phone
    desk.goto("/desk/draws")
    expect(desk.at("desk-row").first).to_be_visible()
    screens.look("draws")
    desk.tap("new-draw")
    desk.page.locator("[name=purpose]").fill(PURPOSE)
    desk.page.locator("[name=region_id]").select_option(label=COUNTY)
    desk.tap("look")
    rows = desk.at("candidate")
    expect(rows.first).to_contain_text("%")
    last = rows.last.locator("th").inner_text()
    rows.last.get_by_test_id("leave-out").click()
    desk.at("exclusion-reason").fill("正在搬迁")
    desk.at("exclusion-reason").press("Enter")
    expect(rows.filter(has_text=last)).to_contain_text("操作人排除：正在搬迁")
    screens.look("candidates")


def draw(screens: Screens, name: str) -> None:
    """The witness writes, and chance has its say."""
    desk = screens.phone
    expect(desk.at("draw")).to_be_disabled()
    desk.page.locator("[name=witness-name]").fill("钱监督")
    desk.page.locator("[name=witness-words]").fill(WORDS)
    desk.tap("draw")
    expect(desk.at("draw-page")).to_contain_text(WORDS)
    screens.look(name)


def replace_and_publish(screens: Screens) -> None:
    """Somebody is replaced by the next in reserve, with a reason that stays; then all is public."""
    desk = screens.phone
    desk.at("replace").first.click()
    desk.at("replace-reason").fill("停业装修，大门上锁")
    desk.tap("replace-go")
    expect(desk.at("replaced")).to_contain_text("停业装修，大门上锁")
    desk.tap("publish")
    expect(desk.at("file")).to_be_visible()
    screens.look("published")


def people(screens: Screens) -> None:
    """People for the drawn units, an assignment for each; the form waits for what it needs."""
    desk = screens.phone
    held: list[Route] = []
    desk.page.route(EARLIER, lambda route: held.append(route))
    desk.tap("draw-people")
    asked = await_found(desk, "the earlier draw is asked for", lambda: next(iter(held), None))
    expect(desk.page.locator("[name=count]")).to_have_count(0)
    asked.continue_()
    desk.page.unroute(EARLIER)
    desk.page.locator("[name=count]").fill("1")
    desk.page.locator("[name=reserve]").fill("0")
    desk.page.locator("[name=cycle_pairs]").select_option(label="不限")
    desk.tap("look")
    expect(desk.at("candidate").first).to_be_visible()
    draw(screens, "people")
    desk.at("plan").get_by_label("消防安全", exact=True).check()
    desk.at("plan").locator("[name=day]").fill(f"{clock.today() + AHEAD}")
    desk.tap("plan-go")
    expect(desk.at("planned")).to_have_count(3)


def stranger(screens: Screens, server: LiveServer, code: str, folder: Path) -> None:
    """Nobody of ours: with the code, with the file and no network, with a file that was bent."""
    page: Page = screens.phone.open(f"/verify/draw?code={code}")
    expect(screens.phone.at("verdict-good")).to_be_visible()
    screens.look("repeated")
    answer = page.request.get(f"{server.url}/api/public/draws/{code}.json")
    whole, bent = folder / "whole.json", folder / "bent.json"
    whole.write_bytes(answer.body())
    file = json.loads(answer.body())
    file["result"][0]["drawn"].reverse()
    bent.write_text(json.dumps(file))
    screens.phone.await_worker()
    screens.phone.set_offline(True)
    screens.phone.goto("/verify/draw")
    for name, raw in (("cut.json", answer.body()[:500]), ("none.json", b"\x89PNG\r\n")):
        screens.phone.at("verify-file").set_input_files(
            {"name": name, "mimeType": "application/json", "buffer": raw}
        )
        expect(screens.phone.at("verify-trouble")).to_contain_text("不是抽取的公布文件")
    screens.phone.at("verify-file").set_input_files(bent)
    expect(screens.phone.at("verdict-bad")).to_contain_text("/result/0/drawn/0")
    screens.look("bent")
    screens.phone.at("verify-file").set_input_files(whole)
    expect(screens.phone.at("verdict-good")).to_be_visible()
    page.locator("[name=code]").fill(code)
    screens.phone.tap("verify-code")
    expect(screens.phone.at("verify-trouble")).to_contain_text("连不上服务器")


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_draw_with_a_witness_that_a_stranger_repeats(
    county: LiveServer,
    make_phone: MakePhone,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    desk: Phone = make_phone(county, "desk", device=WIDE)
    desk.open()
    desk.login("office")
    desk.await_downloaded()
    looks = [Screens("the desk's draws", desk, tmp_path / "screens")]
    ask(looks[0])
    draw(looks[0], "drawn")
    replace_and_publish(looks[0])
    people(looks[0])
    ledger = Ledger(county)
    made = ledger.one(DRAW, purpose=PURPOSE, kind="units")
    assert ledger.one(DRAW, purpose=PURPOSE, kind="people")["after_id"] == made["id"]
    visitor: Phone = make_phone(county, "stranger")
    looks.append(Screens("a stranger's", visitor, tmp_path / "screens", narrow=320))
    stranger(looks[1], county, made["code"], tmp_path)
    record_property("examined", "; ".join(look.summary() for look in looks))
    assert [f for look in looks for f in look.findings] == []
