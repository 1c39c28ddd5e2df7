"""Files in and out over HTTP: who may, what is told, and that nothing is stored."""

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest

from server.authoring.models import ChecklistDraft
from server.authoring.xlsx_writer import CellTooLong
from server.definitions.models import DefinitionVersion
from server.kernel.db import db
from tests.authoring import books
from tests.factories.authoring import make_office, make_ward, sound_ward
from tests.support.actors import World
from tests.support.clients import AppClient

Login = Callable[..., AppClient]
Data = dict[str, Any]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def author(login: Login, world: World) -> AppClient:
    """Somebody who may write for everybody."""
    make_ward()
    return login(make_office(world))


def send(client: AppClient, raw: bytes, kind: str = "xlsx", **more: str) -> Any:
    asked = "&".join([f"kind={kind}", *(f"{name}={value}" for name, value in more.items())])
    address = f"/api/checklists/imports?{asked}"
    return client.post(address, data=raw, headers={"Content-Type": XLSX})


def test_a_checklist_goes_out_and_comes_back_unchanged(author: AppClient) -> None:
    out = author.get("/api/checklists/ward/export.xlsx")
    assert (out.status_code, out.mimetype) == (200, XLSX)
    assert "ward.xlsx" in out.headers["Content-Disposition"]
    told = send(author, out.data).json
    assert told["mistakes"] == told["left_out"] == []
    assert told["definition"] == sound_ward()
    assert told["difference"]["items"]["changed"] == []


def test_what_changed_is_told_and_nothing_is_stored(author: AppClient) -> None:
    versions = db.session.query(DefinitionVersion).count()
    raw = author.get("/api/checklists/ward/export.xlsx").data
    told = send(author, books.edited(books.fill("检查项", "检查内容", "在墙上吗？"), raw)).json
    [changed] = told["difference"]["items"]["changed"]
    assert changed["fields"] == [
        {"pointer": "/ask/zh", "from": "制度是否上墙？", "to": "在墙上吗？"}
    ]
    assert db.session.query(DefinitionVersion).count() == versions
    assert db.session.query(ChecklistDraft).count() == 0


def test_mistakes_have_sheet_row_and_cell(author: AppClient) -> None:
    raw = author.get("/api/checklists/ward/export.xlsx").data

    def spoil(book: openpyxl.Workbook) -> None:
        books.fill("检查项", "分值权重", "很重")(book)
        books.fill("检查项", "适用条件", "单位【没有的】", 3)(book)
        books.fill("清单", "启用日期", "2026-02-30")(book)

    told = send(author, books.edited(spoil, raw)).json
    places = [(one["sheet"], one["row"], one["cell"]) for one in told["mistakes"]]
    assert [place[:2] for place in places] == [("清单", 2), ("检查项", 2), ("检查项", 3)]
    assert all(cell and cell[-1] in "23" for _, _, cell in places)
    assert "条件第 1 个字" in told["mistakes"][2]["zh"]
    assert all(one["en"] for one in told["mistakes"])


def test_a_version_is_chosen_by_its_hash(author: AppClient) -> None:
    digest = db.session.query(DefinitionVersion.hash).filter_by(key="ward").scalar()
    assert author.get(f"/api/checklists/ward/export.xlsx?hash={digest}").status_code == 200
    other = author.get(f"/api/checklists/fire/export.xlsx?hash={digest}")
    assert (other.status_code, other.json["code"]) == (422, "definition-unknown")
    assert author.get("/api/checklists/nothing/export.xlsx").status_code == 404


def test_items_come_by_csv_too(author: AppClient) -> None:
    raw = author.get("/api/checklists/ward/export.xlsx").data
    page = openpyxl.load_workbook(io.BytesIO(raw))["检查项"]
    lines = [",".join(f'"{cell.value or ""}"' for cell in row) for row in page.iter_rows()]
    text = "\r\n".join(lines).replace("制度是否上墙？", "在墙上吗？")
    for encoding in ("utf-8", "utf-8-sig", "gb18030"):
        told = send(author, text.encode(encoding), "csv", key="ward").json
        assert told["mistakes"] == [], encoding
        [changed] = told["difference"]["items"]["changed"]
        assert [field["pointer"] for field in changed["fields"]] == ["/ask/zh"]


def test_forms_go_out_and_come_back_and_are_known_by_themselves(author: AppClient) -> None:
    out = author.get("/api/checklists/ward/export.xlsform.xlsx")
    assert out.status_code == 200
    for kind in ("xlsform", "xlsx"):
        told = send(author, out.data, kind).json
        assert told["definition"] == sound_ward()
        assert told["difference"]["items"]["changed"] == []


def test_what_lacks_parts_is_told_without_a_difference(author: AppClient) -> None:
    raw = author.get("/api/checklists/ward/export.xlsx").data
    told = send(author, books.edited(books.fill("检查项", "检查内容", None), raw)).json
    assert told["difference"] is None
    assert [one["cell"][1:] for one in told["mistakes"]] == ["2"]


def test_far_too_large_a_file_is_not_read(author: AppClient) -> None:
    answer = send(author, b"x" * (8 * 1024 * 1024 + 1))
    assert (answer.status_code, answer.json["code"]) == (413, "authoring-file-too-large")


def test_the_kind_of_file_must_be_known(author: AppClient) -> None:
    assert send(author, b"", "doc").status_code == 422


def test_inspectors_read_and_do_not_write(login: Login) -> None:
    make_ward()
    client = login("inspector")
    raw = client.get("/api/checklists/ward/export.xlsx")
    assert raw.status_code == 200
    assert send(client, raw.data).json["code"] == "not-permitted"
    assert login("staff").get("/api/checklists/ward/export.xlsx").status_code == 403


def test_a_text_longer_than_a_cell_is_not_cut_in_silence() -> None:
    long = dict(sound_ward())
    long["title"] = {"zh": "字" * 40_000, "en": "x"}
    with pytest.raises(CellTooLong) as refused:
        books.exported(long)
    assert refused.value.extras["cell"].startswith("清单!")
