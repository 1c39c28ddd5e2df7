"""A few records of the law, published, and checklists that cite them."""

import copy
import hashlib
from datetime import date
from typing import Any

from server.definitions.load import canonical
from server.definitions.models import DefinitionVersion
from server.definitions.service import Act, put_into_use
from server.kernel import clock
from tests.factories.definitions import WARD, make_definition


def an_edition(number: str, **given: Any) -> dict[str, Any]:
    """Return an edition of which parts were read."""
    source = {"zh": "条文页", "en": "Page"}
    return {"number": number, **given, "verified": {"how": "partly", "source": source}}


def _record(key: str, kind: str, title: str, *editions: dict[str, Any]) -> dict[str, Any]:
    binding = "reference" if kind == "practice" else "binding"
    told = {"zh": title, "en": key}
    return {
        "key": key, "kind": kind, "title": told, "binding": binding, "editions": list(editions)
    }  # fmt: skip


RECORDS = {
    record["key"]: record
    for record in (
        _record("fire-law", "law", "消防法", an_edition("2021年文本")),
        _record(
            "gb-1",
            "standard-mandatory",
            "作业规范",
            an_edition("GB 1-2014", replaced_by="GB 1-2022"),
            an_edition("GB 1-2022"),
        ),
        _record("new-law", "law", "新法", an_edition("2027年文本", effective_from="2027-01-01")),
    )
}
VERIFIED = {"law": "fire-law", "edition": "2021年文本", "clause": "第16条", "tag": "verified"}
OLD_CLAUSE = {"law": "gb-1", "edition": "GB 1-2014", "clause": "5.2.9", "tag": "verified"}
UNREAD = {"law": "gb-1", "tag": "to-verify"}
NOT_YET = {"law": "new-law", "edition": "2027年文本", "clause": "第2条", "tag": "verified"}
OWN = {"doc": "本院值班制度", "tag": "document-only"}


def make_law(records: dict[str, Any] = RECORDS) -> DefinitionVersion:
    """Publish records of the law."""
    body = canonical({"key": "basis", "records": records})
    row = DefinitionVersion(
        hash=hashlib.sha256(body.encode()).hexdigest(),
        kind="words",
        key="basis",
        title_zh="依据",
        title_en="Basis",
        items=0,
        minutes=0,
        effective_from=date(2000, 1, 1),
        published_at=clock.now(),
        body=body,
    )
    put_into_use(None, row, Act("file"))
    return row


def citing(key: str, *basis: dict[str, Any]) -> dict[str, Any]:
    """Return a checklist whose first item cites these."""
    found = copy.deepcopy(WARD) | {"key": key}
    items = [item for section in found["sections"] for item in section["items"]]
    for item in items:
        item["key"] = item["key"].replace("ward", key)
        item["basis"] = [VERIFIED]
    items[0]["basis"] = list(basis)
    return found


def make_citing(key: str, *basis: dict[str, Any]) -> DefinitionVersion:
    """Publish a checklist whose first item cites these."""
    row = make_definition(citing(key, *basis))
    put_into_use(None, row, Act("file"))
    return row
