"""Sheets of labels: what they say can be read, by people, by programs and by cameras."""

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pypdf
import pypdfium2
import pytest
import zxingcpp
from flask import Flask

from server.kernel.db import db
from server.kernel.ids import new_id
from server.locations import service
from server.locations.models import Tag
from server.reports import labels
from server.reports.render import fonts
from server.reports.render.pdf import RenderFailure, RenderTimeout, render_pdf
from tests.factories.locations import make_asset, make_location, make_tag
from tests.support.actors import Actors, World
from tests.support.clients import AppClient

Login = Callable[..., AppClient]
CODES = ("7K3M9QX5", "ABCDEFGC", "0123456Y")
MM = 72 / 25.4


def label(code: str, place: str = "药房", owner: str = "县医院") -> dict[str, Any]:
    return {
        "code": code,
        "image": f"{code}.svg",
        "groups": [code[:4], code[4:]],
        "place": place,
        "owner": owner,
    }


def sheet(*entries: dict[str, Any]) -> bytes:
    data = {"slogan": labels.SLOGAN, "footer": "按 100% 比例打印", "labels": entries}
    return labels.render_labels(data, "https://anxun.example")


def pages(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def scanned(pdf: bytes, scale: float = 200 / 72) -> set[str]:
    """What a camera would read from the printed sheets."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        pictures = [page.render(scale=scale, grayscale=True).to_pil() for page in document]
    finally:
        document.close()
    return {found.text for picture in pictures for found in zxingcpp.read_barcodes(picture)}


def bound(world: World, code: str, target: Any) -> Tag:
    return make_tag(
        code,
        region=world.county,
        unit_id=world.hospital.id,
        state="bound",
        target_kind=target.sync_type,
        target_id=target.id,
    )


def test_every_square_of_a_sheet_can_be_scanned() -> None:
    codes = [f"{n:07d}" for n in range(45)]
    pdf = sheet(*(label(code) for code in codes))
    assert len(pages(pdf)) == 2
    assert scanned(pdf) == {f"https://anxun.example/t/{code}" for code in codes}


def test_a_square_keeps_its_quiet_zone() -> None:
    picture = labels.square("https://anxun.example/t/7K3M9QX5").decode()
    size = int(picture.split('viewBox="0 0 ')[1].split()[0])
    bars = [bar.split("v")[0] for bar in picture.split('d="')[1].split('"')[0].split("M")[1:]]
    spans = [(bar.split("h")[0].split(), int(bar.split("h")[1])) for bar in bars]
    lefts = [int(start[0]) for start, _ in spans]
    rights = [int(start[0]) + width for start, width in spans]
    tops = [int(start[1]) for start, _ in spans]
    assert min(lefts) == min(tops) == labels.QUIET_ZONE == 4
    assert max(rights) == max(tops) + 1 == size - 4


def test_the_sheet_is_a4_and_counts_its_pages() -> None:
    pdf = sheet(*(label(f"{n:07d}") for n in range(81)))
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    assert [round(float(side) / MM) for side in reader.pages[0].mediabox[2:]] == [210, 297]
    texts = pages(pdf)
    assert [f"{n}/3" in text for n, text in enumerate(texts, 1)] == [True] * 3
    assert "按 100% 比例打印" in texts[0]


def test_what_is_written_can_be_read_back_as_it_was() -> None:
    names = ["药房", "CT室2", "3层配电室", "张喆䶮㛃𬎆", "ئۇيغۇر"]
    text = pages(sheet(*(label(f"{n:07d}", name) for n, name in enumerate(names))))[0]
    lines = text.split("\n")
    assert [name for name in names[:4] if name not in lines] == []
    assert "扫码查看·检查·报隐患" in text.replace("\n", "")
    assert text.count("县医院") == 5


def test_all_fonts_travel_inside_the_document() -> None:
    reader = pypdf.PdfReader(io.BytesIO(sheet(label(CODES[0], "药房😀ئۇ"))))
    found = []
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            inner = font["/DescendantFonts"][0]["/FontDescriptor"]
            assert {"/FontFile2", "/FontFile3"} & set(inner)
            found.append(font["/BaseFont"])
    assert len(found) >= 3
    assert b"pdfaid" in reader.trailer["/Root"]["/Metadata"].get_object().get_data()


def test_a_character_that_no_font_shows_is_an_error_not_a_blank() -> None:
    with pytest.raises(fonts.MissingGlyph) as refused:
        sheet(label(CODES[0], "药房\U0001f9ff\U0010fffd"))
    assert {"character": "\U0010fffd", "code": "U+10FFFD"} in refused.value.extras["characters"]


@pytest.mark.parametrize("text", ["张喆", "䶮㛃𬎆䲟", "①②≥≤㎡℃‰", "āéñß", "😀⚠️", "a\u200db\n\t"])
def test_names_of_people_and_signs_of_rooms_can_be_shown(text: str) -> None:
    assert fonts.missing([text]) == []


def test_what_is_missing_is_found_however_deep_it_lies() -> None:
    data = {"a": [{"b": ("x", {"\U0010fffd": 1})}], "n": None, "i": 5}
    assert fonts.missing(fonts.texts_of(data)) == ["\U0010fffd"]


def test_text_is_never_taken_for_markup() -> None:
    wild = '#panic("x")'
    tricky = "*b* $x$ `y`"
    text = pages(sheet(label(CODES[0], wild, tricky)))[0]
    assert wild in text
    assert tricky in text


def test_a_template_that_is_wrong_is_a_bug_told_as_such() -> None:
    with pytest.raises(RenderFailure, match="slogan"):
        render_pdf("labels", {"labels": [label(CODES[0])], "footer": ""}, {"7K3M9QX5.svg": b""})


def test_a_document_that_takes_too_long_is_given_up() -> None:
    with pytest.raises(RenderTimeout):
        render_pdf("labels", {"labels": []}, seconds=0)


def test_long_names_are_cut_to_what_fits(world: World) -> None:
    room = make_location(
        world.hospital, name="住院部地下一层中心供氧站氧气汇流排间以及相邻的备用气瓶库"
    )
    world.hospital.short_name = "安平县城关镇中心卫生院东门社区卫生服务站"
    (entry,) = labels.label_data([bound(world, CODES[0], room)])["labels"]
    assert len(entry["place"]) == labels.LONGEST_PLACE
    assert entry["place"].endswith("…")
    assert len(entry["owner"]) == labels.LONGEST_OWNER
    text = pages(sheet(entry))[0].replace("\n", "")
    assert entry["place"] in text
    assert entry["owner"] in text


def test_a_label_names_place_and_unit_or_says_that_it_waits(world: World) -> None:
    room, thing = (
        make_location(world.hospital, name="药房"),
        make_asset(world.hospital, name="1号锅"),
    )
    tags = [
        bound(world, CODES[0], room),
        bound(world, CODES[1], thing),
        make_tag(CODES[2], region=world.county),
    ]
    shown = {
        entry["code"]: (entry["place"], entry["owner"])
        for entry in labels.label_data(tags)["labels"]
    }
    assert shown == {
        CODES[0]: ("药房", "县医院"),
        CODES[1]: ("1号锅", "县医院"),
        CODES[2]: ("待绑定", "安平县"),
    }


def test_a_sheet_costs_the_same_queries_however_long(
    world: World, queries: Callable[..., Any]
) -> None:
    tags = [bound(world, code, make_location(world.hospital)) for code in CODES]
    db.session.flush()
    costs = []
    for some in (tags[:1], tags):
        with queries() as seen:
            labels.label_data(some)
        costs.append(len(seen))
    assert costs[0] == costs[1]
    assert costs[0] <= 5


def test_a_batch_is_printed(world: World, actors: Actors, login: Login) -> None:
    batch, tags = service.issue_tags(actors["unit_head"], 3, unit_id=world.hospital.id)
    codes = [tag.code for tag in tags]
    service.void_tag(actors["unit_head"], codes[0])
    answer = login("unit_head").get(f"/api/tags/labels.pdf?batch={batch}")
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    assert scanned(answer.data) == {f"http://localhost/t/{code}" for code in codes[1:]}
    assert "待绑定" in pages(answer.data)[0]


def test_chosen_labels_are_printed_with_the_public_address(
    app: Flask, world: World, login: Login
) -> None:
    bound(world, CODES[0], make_location(world.hospital, name="药房"))
    bound(world, CODES[1], make_location(world.hospital, name="库房"))
    settings = app.extensions["settings"]
    app.extensions["settings"] = replace(settings, public_url="https://anxun.example")
    try:
        answer = login("inspector").get(f"/api/tags/labels.pdf?ids={CODES[0]},7k3m-9qx5")
    finally:
        app.extensions["settings"] = settings
    assert scanned(answer.data) == {f"https://anxun.example/t/{CODES[0]}"}
    assert "药房" in pages(answer.data)[0]


def test_hidden_and_absent_labels_are_one_answer(world: World, login: Login) -> None:
    make_tag(CODES[0], region=world.other_county)
    client = login("inspector")
    hidden = client.get(f"/api/tags/labels.pdf?ids={CODES[0]}")
    absent = client.get(f"/api/tags/labels.pdf?ids={CODES[1]}")
    assert hidden.status_code == 404
    assert hidden.data == absent.data
    assert client.get(f"/api/tags/labels.pdf?batch={new_id()}").data == absent.data


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("", 422, "reports-no-labels-chosen"),
        ("?ids=", 422, "reports-no-labels-chosen"),
        ("?ids=7K3M9QX6", 422, "tag-bad-code"),
        ("?colour=red", 422, "invalid"),
    ],
)
def test_a_sheet_of_nothing_is_refused(login: Login, address: str, status: int, code: str) -> None:
    answer = login("inspector").get(f"/api/tags/labels.pdf{address}")
    assert (answer.status_code, answer.json["code"]) == (status, code)


def test_a_room_with_an_unprintable_name_is_told(world: World, login: Login) -> None:
    bound(world, CODES[0], make_location(world.hospital, name="药房\U0010fffd"))
    answer = login("inspector").get(f"/api/tags/labels.pdf?ids={CODES[0]}")
    assert (answer.status_code, answer.json["code"]) == (422, "reports-missing-glyph")
    assert answer.json["characters"][0]["code"] == "U+10FFFD"


def test_labels_are_printed_by_those_who_may(world: World, login: Login) -> None:
    make_tag(CODES[0], region=world.county, unit_id=world.hospital.id)
    for who, status in (("staff", 403), ("expert", 403), ("read_only", 403), ("unit_head", 200)):
        answer = login(who).get(f"/api/tags/labels.pdf?ids={CODES[0]}")
        assert answer.status_code == status
