"""The citations that a person still has to work off: as a list, as counts, as a workbook."""

import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from server.definitions.service import publish
from server.definitions.telling import HEADINGS, listed
from tests.factories.law import NOT_YET, OLD_CLAUSE, OWN, UNREAD, VERIFIED, make_citing, make_law
from tests.support.clients import AppClient

CHECKLISTS = Path(__file__).resolve().parents[2] / "checklists"
Login = Callable[..., AppClient]


@pytest.fixture
def office(login: Login) -> AppClient:
    make_law()
    make_citing("ward", VERIFIED, OLD_CLAUSE, UNREAD)
    make_citing("office", NOT_YET, OWN, UNREAD)
    return login("bureau_office")


def rows(client: AppClient, address: str) -> dict[str, Any]:
    answer = client.get(address)
    assert answer.status_code == 200, answer.data
    return dict(answer.get_json())


def test_the_list_names_what_is_open_and_what_to_do(office: AppClient) -> None:
    found = rows(office, "/api/citations")
    assert [(row["item"], row["doc"], row["cause"]) for row in found["items"]] == [
        ("office.rules.posted", "《新法》", "not-yet"),
        ("office.rules.posted", "本院值班制度", None),
        ("office.rules.posted", "GB 1-2022《作业规范》", None),
        ("ward.rules.posted", "GB 1-2022《作业规范》", "other-edition"),
        ("ward.rules.posted", "GB 1-2022《作业规范》", None),
    ]
    assert {row["tag"] for row in found["items"]} == {"to-verify", "document-only"}
    superseded = found["items"][3]
    assert (superseded["edition"], superseded["read_in"]) == ("GB 1-2022", "GB 1-2014")
    assert superseded["todo"]["zh"] == "对照现行版本核对内容，补现行条款号。"


def test_the_list_is_narrowed_by_checklist_law_state_and_words(office: AppClient) -> None:
    def total(asked: str) -> int:
        return int(rows(office, f"/api/citations?{asked}")["total"])

    assert total("checklist_key=ward") == 2
    assert total("law=gb-1") == 3
    assert total("tag=document-only") == 1
    assert total("q=gb 1-2022") == 3
    assert total("q=没有这样的词") == 0


def test_pages_follow_each_other_without_loss(office: AppClient) -> None:
    first = rows(office, "/api/citations?limit=3")
    rest = rows(office, f"/api/citations?limit=3&cursor={first['next']}")
    whole = rows(office, "/api/citations")["items"]
    assert [*first["items"], *rest["items"]] == whole
    assert rest["next"] is None


def test_a_mark_that_was_edited_is_refused(office: AppClient) -> None:
    for cursor in ("-1", "x", "1234567", "²"):
        answer = office.get("/api/citations", query_string={"cursor": cursor})
        assert (answer.status_code, answer.get_json()["code"]) == (422, "bad-cursor")


def test_counts_agree_with_the_list(office: AppClient) -> None:
    counts = rows(office, "/api/citations/counts")
    assert counts["total"] == 5
    assert counts["tags"] == {"to-verify": 4, "document-only": 1}
    assert {one["key"]: one["count"] for one in counts["laws"]} == {"gb-1": 3, "new-law": 1}
    assert {one["key"]: one["count"] for one in counts["checklists"]} == {"office": 3, "ward": 2}


def test_the_workbook_says_the_same_as_the_list(office: AppClient) -> None:
    answer = office.get("/api/citations/export.xlsx?checklist_key=office")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    sheet = load_workbook(io.BytesIO(answer.data)).worksheets[0]
    table = list(sheet.iter_rows(values_only=True))
    assert [row[3] for row in table[4:]] == ["《新法》", "本院值班制度", "GB 1-2022《作业规范》"]
    assert table[4][9] == "核对施行日期；施行前改引当时有效的文件。"


@pytest.mark.parametrize("path", ["/api/citations", "/api/citations/counts"])
def test_who_may_not_read_definitions_sees_nothing(login: Login, path: str) -> None:
    assert login("guest").get(path).status_code == 403


def test_the_command_lists_what_is_shipped_for_a_spreadsheet() -> None:
    lines = list(listed(CHECKLISTS, date(2026, 11, 22), as_csv=True))
    assert lines[0] == "\ufeff" + ",".join(HEADINGS)
    told = list(listed(CHECKLISTS, date(2026, 11, 22), as_csv=False))
    assert told[-1].startswith(f"{len(lines) - 1} of ")
    assert len(lines) > 300
    assert any("GB 30871-2014" in line and "other-edition" in line for line in lines)


def test_the_law_is_published_as_one_file_of_the_manifest(office: AppClient) -> None:
    publish(CHECKLISTS)
    manifest = rows(office, "/api/ref/manifest")
    entry = next(word for word in manifest["words"] if word["key"] == "basis")
    body = office.get(entry["url"])
    records = json.loads(body.data)["records"]
    assert sorted(records) == sorted(p.stem for p in (CHECKLISTS / "basis").glob("*.json"))
    assert entry["bytes"] == len(body.data) < 200_000
