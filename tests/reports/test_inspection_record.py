"""The record on paper: its words are read back from the PDF and compared with the rows."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import current_app
from PIL import Image
from pypdf import PdfReader

from server.definitions.queries import definition
from server.evidence.models import Photo
from server.evidence.storage import sha256_of
from server.hazards.service import HazardDraft
from server.inspections.models import Answer, AnswerConflict, Inspection
from server.inspections.service import open_finding, reopen_inspection, submit_inspection
from server.kernel import clock
from server.kernel.db import db
from server.kernel.ids import new_id
from tests.factories.definitions import WARD, make_definition
from tests.factories.hazards import make_photo
from tests.factories.inspections import answer_all, make_answer, make_inspection, sign
from tests.factories.locations import make_location
from tests.support.actors import Actors, World
from tests.support.clients import AppClient

Login = Callable[..., AppClient]
FAILED = "ward.rules.posted"


@pytest.fixture
def visit(actors: Actors, world: World) -> Inspection:
    """A surprise visit to two rooms by two people, with one problem."""
    rooms = [
        make_location(world.hospital, name=name, path=f"门诊楼 / 3层 / {name}").id
        for name in ("配电间", "药房")
    ][::-1]  # walked against the order of their making: the paper keeps to the walk's
    world.hospital.uscc = "12990102MA0000001J"
    world.hospital.institution_code = "MA000000199010211A1001"
    inspection = make_inspection(
        actors["inspector"],
        world.hospital,
        mode="surprise",
        member_ids=[actors.person("expert").id],
        targets={"location": rooms},
    )
    make_answer(inspection, FAILED, result="fail", note="墙上无制度")
    make_answer(inspection, "ward.rules.drill", result="unable", reason="档案室锁着")
    make_answer(inspection, "ward.room.exit", rooms[0], result="pass", **{"r.width": 1.4})
    make_answer(
        inspection, "ward.room.exit", rooms[1], how="rest", result="pass", **{"r.width": 1.2}
    )
    return inspection


def find(actors: Actors, inspection: Inspection, **given: Any) -> None:
    item = definition(inspection.definition)["sections"][0]["items"][0]
    values: dict[str, Any] = {
        "id": new_id(),
        "unit_id": inspection.unit_id,
        "source": "inspection",
        "inspection_id": inspection.id,
        "item_key": FAILED,
        "title": "制度未上墙",
        "description": "护士站与走廊均未见制度",
        "suggestion": "三日内张贴",
        "suspected_major": True,
        "criterion": "判定标准第一条",
        "basis": [*item["basis"], {"doc": "WS 308-2019", "tag": "to-verify"}],
    }
    open_finding(actors["inspector"], HazardDraft(**values | given))


def taken(actors: Actors, inspection: Inspection, **given: Any) -> Photo:
    values: dict[str, Any] = {
        "purpose": "answer",
        "inspection_id": inspection.id,
        "in_inspection": True,
        "item_key": FAILED,
    }
    return make_photo(actors["inspector"].user_id, **values | given)


def stored(tmp_path: Path, colour: str) -> str:
    """Put a picture into the store; return its hash."""
    content = io.BytesIO()
    Image.new("RGB", (800, 600), colour).save(content, "JPEG")
    part = tmp_path / colour
    part.write_bytes(content.getvalue())
    digest = sha256_of(iter([content.getvalue()]))
    current_app.extensions["store"].keep(part, digest)
    return digest


def paper(client: AppClient, inspection: Inspection) -> PdfReader:
    answer = client.get(f"/api/inspections/{inspection.id}/record.pdf")
    assert answer.status_code == 200, answer.data
    assert answer.mimetype == "application/pdf"
    return PdfReader(io.BytesIO(answer.data))


def words(client: AppClient, inspection: Inspection) -> str:
    """The text of the paper without blanks and line breaks."""
    return "".join("".join(page.extract_text().split()) for page in paper(client, inspection).pages)


def holds(text: str, *wanted: str) -> list[str]:
    """What is not there."""
    return [piece for piece in wanted if "".join(piece.split()) not in text]


def test_the_record_says_who_where_when_what_and_what_is_to_be_done(
    login: Login, actors: Actors, visit: Inspection
) -> None:
    find(actors, visit)
    taken(actors, visit)
    sign(actors["inspector"], visit)
    sign(actors["inspector"], visit, "unit", name="陈院长", title="院长")
    submit_inspection(actors["inspector"], visit.id, submitted_at=clock.now(), summary="总体可控")
    text = words(login("bureau_office"), visit)
    assert not holds(
        text,
        "安全检查记录",
        "JC-339901-2026-00001",
        "安平县人民医院",
        "12990102MA0000001J",
        "医疗机构登记号 MA000000199010211A1001",
        "2026-11-23 09:00 至 2026-11-23 09:00",
        "四不两直",
        "门诊楼 / 3层 / 药房、门诊楼 / 3层 / 配电间",
        "王检查",
        "吴专家",
        "应查 4 项：合格 2 项，不合格 1 项，不适用 0 项，查不了 1 项",
        "总体可控",
        "制度未上墙",
        "护士站与走廊均未见制度",
        "疑似重大隐患",
        "判定标准第一条",
        "重大隐患认定：待认定，应于 2026-11-26 前",
        "《消防法》第16条；WS 308-2019［条款待核］",
        "三日内张贴",
        "台账编号：YH-339901-2026-00001",
        "整改期限：2026-11-26",
        "陈院长",
        "逐项检查结果",
        "墙上无制度",
        "档案室锁着",
        "净宽 1.4 米",
        "［本节其余合格］",
        "本记录由 1 名检查人员签字，少于建议的 2 名",
        visit.id,
        visit.definition,
    )


def test_every_page_has_its_number_and_the_fonts_inside(
    login: Login, actors: Actors, visit: Inspection
) -> None:
    reader = paper(login("inspector"), visit)
    pages = [" ".join(page.extract_text().split()) for page in reader.pages]
    for number, text in enumerate(pages, 1):
        assert f"第{number}页/共{len(pages)}页" in text.replace(" ", "")
    fonts = [font for page in reader.pages for font in page["/Resources"]["/Font"].values()]  # type: ignore[index]
    assert fonts
    for font in fonts:
        descriptor = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & set(descriptor.get_object())


def test_a_draft_says_that_it_is_one(login: Login, visit: Inspection) -> None:
    assert not holds(words(login("inspector"), visit), "草稿", "（未编号）", "（未结束）")


def test_a_photo_that_is_not_here_is_named_with_its_number(
    login: Login, actors: Actors, visit: Inspection, tmp_path: Path
) -> None:
    find(actors, visit)
    here = taken(actors, visit, sha256=stored(tmp_path, "green"), state="stored")
    taken(actors, visit)
    taken(actors, visit, state="lost")
    taken(actors, visit, sha256="ab" * 32, state="stored", caption="柜门")
    text = words(login("inspector"), visit)
    assert not holds(text, "照片未到 照片 2", "照片已丢失 照片 3", "照片未到 照片 4", "柜门")
    assert not holds(text, f"#{here.sha256[:8]}", "#abababab")


def test_pictures_are_made_small_for_the_paper(
    login: Login, actors: Actors, visit: Inspection, tmp_path: Path
) -> None:
    find(actors, visit)
    for colour in ("red", "green", "blue"):
        taken(actors, visit, sha256=stored(tmp_path, colour), state="stored")
    pictures = [image for page in paper(login("inspector"), visit).pages for image in page.images]
    sizes = {image.image.size for image in pictures if image.image}
    assert (640, 480) in sizes
    assert max(max(size) for size in sizes) == 640


def test_the_paper_shows_what_was_drawn_and_hides_faces(
    login: Login, actors: Actors, visit: Inspection, tmp_path: Path
) -> None:
    find(actors, visit)
    arrow = {"id": "a", "kind": "arrow", "colour": "red", "from": [500, 500], "to": [900, 900]}
    face = {"id": "b", "kind": "blur", "from": [0, 0], "to": [400, 400]}
    digest = stored(tmp_path, "green")
    original = taken(actors, visit, sha256=digest, state="stored")
    marked = {"sha256": digest, "state": "stored", "original_id": original.id}
    taken(actors, visit, annotations=[arrow, face], **marked)
    taken(actors, visit, sha256=stored(tmp_path, "blue"), state="stored", annotations=[face])
    pages = paper(login("inspector"), visit).pages
    pictures = [p.image.convert("RGB") for page in pages for p in page.images if p.image]
    greens = [p for p in pictures if p.size == (640, 480) and p.getpixel((620, 20))[1] > 100]
    assert len(greens) == 1
    red, green, _ = greens[0].getpixel((448, 336))
    assert red > 2 * green


def test_a_marked_copy_stands_for_its_original(
    login: Login, actors: Actors, visit: Inspection
) -> None:
    find(actors, visit)
    original = taken(actors, visit)
    taken(actors, visit, original_id=original.id)
    text = words(login("inspector"), visit)
    assert holds(text, "照片未到 照片 2") == ["照片未到 照片 2"]


def test_a_refusal_is_as_dignified_as_a_signature(
    login: Login, actors: Actors, visit: Inspection
) -> None:
    proof = taken(actors, visit, purpose="refusal", item_key=None)
    sign(
        actors["inspector"],
        visit,
        "unit",
        name="陈院长",
        refused=True,
        strokes=[],
        reason="对第一项有异议",
        witness="赵见证",
        photo_ids=[proof.id],
    )
    assert not holds(
        words(login("inspector"), visit),
        "拒绝签字",
        "原因：对第一项有异议",
        "见证人：赵见证",
        "现场照片见照片 1",
        "《中华人民共和国安全生产法》第六十八条",
    )


def test_both_sides_of_a_disagreement_are_printed(
    login: Login, actors: Actors, visit: Inspection
) -> None:
    people = (actors["inspector"].user_id, actors["expert"].user_id)
    now = clock.now_ms()
    db.session.add(
        AnswerConflict(
            id=new_id(),
            inspection_id=visit.id,
            target_id="",
            item_key=FAILED,
            field="result",
            values=[
                {"v": value, "by": by, "at": now}
                for value, by in zip(("pass", "fail"), people, strict=True)
            ],
            state="open",
        )
    )
    assert not holds(
        words(login("inspector"), visit),
        "不同意见",
        "王检查 11-23 09:00 记为“合格”；吴专家 11-23 09:00 记为“不合格”",
        "尚未确认，按较差的结果记录",
    )


def test_a_problem_that_was_not_entered_says_so(login: Login, visit: Inspection) -> None:
    assert not holds(words(login("inspector"), visit), "制度未上墙", "未登记为隐患", "张贴制度")


def test_who_signed_an_item_stands_beside_it_and_not_under_the_record(
    login: Login, actors: Actors, world: World
) -> None:
    drill, only = WARD["sections"][0]["items"][1], {**WARD["sections"][0]}
    signed = {**drill, "answer": {"type": "signature"}}
    checklist = make_definition(sections=[{**only, "items": [signed]}])
    inspection = make_inspection(
        actors["inspector"], world.hospital, mode="spot", definition=checklist.hash
    )
    named = new_id()
    sign(actors["inspector"], inspection, "unit", id=named, name="高值班", item_key=drill["key"])
    make_answer(inspection, drill["key"], v=named)
    text = words(login("inspector"), inspection)
    assert not holds(text, "已签名 高值班", "由 0 名检查人员签字")
    assert text.count("高值班") == 1


def test_a_signature_from_before_a_reopening_says_so(
    login: Login, actors: Actors, world: World
) -> None:
    inspection = make_inspection(actors["inspector"], world.hospital, mode="expert")
    answer_all(inspection)
    sign(actors["inspector"], inspection)
    submit_inspection(actors["inspector"], inspection.id, submitted_at=clock.now())
    reopen_inspection(actors["inspector"], inspection.id, "补登")
    assert not holds(words(login("inspector"), inspection), "（重新打开前）", "未经重新签字")


def test_a_character_that_no_font_has_is_an_error_and_not_a_blank(
    login: Login, visit: Inspection
) -> None:
    answer = db.session.get_one(Answer, (visit.id, "", FAILED))
    note = {**answer.fields["note"], "v": "刻有\U000323b0字样"}
    answer.fields = {**answer.fields, "note": note}
    told = login("inspector").get(f"/api/inspections/{visit.id}/record.pdf")
    assert (told.status_code, told.json["code"]) == (422, "reports-missing-glyph")


def test_markup_stays_what_somebody_typed(login: Login, actors: Actors, visit: Inspection) -> None:
    nasty = '#read("/etc/passwd") *粗* $x$ @ref <a> \\ ] [ {x}'
    find(actors, visit, title=nasty, description=nasty)
    assert not holds(words(login("inspector"), visit), nasty)


def test_who_may_see_the_inspection_may_have_its_record(
    login: Login, client: AppClient, actors: Actors, visit: Inspection
) -> None:
    path = f"/api/inspections/{visit.id}/record.pdf"
    assert client.get(path).status_code == 401
    assert login("staff").get(path).status_code == 403
    assert login("bureau_office").get(path).status_code == 404
    assert login("inspector").get(f"/api/inspections/{new_id()}/record.pdf").status_code == 404
