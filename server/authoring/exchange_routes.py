"""Checklists as files: out for spreadsheets and other form tools, in with every mistake told."""

import io
from collections.abc import Callable, Mapping
from typing import Any, Literal
from urllib.parse import quote

from flask import Response, current_app, request
from pydantic import BaseModel, ConfigDict

from server.access.rules import Actor, Permission
from server.authoring import queries
from server.authoring.workbook_csv import import_csv
from server.authoring.workbook_import import Imported, Library
from server.authoring.workbook_library import library_of, vocabulary_in
from server.authoring.xlsform_export import write_xlsform
from server.authoring.xlsform_import import import_workbook, import_xlsform
from server.authoring.xlsx_writer import write_workbook
from server.definitions.queries import definition, published_checklist
from server.definitions.rules.compare import compare
from server.kernel import clock
from server.kernel.db import transaction
from server.kernel.errors import NotFound, TooLarge
from server.web.api import ApiBlueprint, query

bp = ApiBlueprint("exchange", __name__, url_prefix="/api/checklists")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_BYTES = 8 * 1024 * 1024
Tree = Mapping[str, Any]


class ExportArguments(BaseModel):
    """Which version; the one in use when not given."""

    model_config = ConfigDict(extra="forbid")
    hash: str | None = None


class ImportArguments(BaseModel):
    """What kind of file; for CSV also which checklist it belongs to."""

    model_config = ConfigDict(extra="forbid")
    kind: Literal["xlsx", "xlsform", "csv"]
    key: str | None = None


class ImportTooLarge(TooLarge):
    """A file that no checklist needs."""

    code = "authoring-file-too-large"
    title = "The file is too large for a checklist."
    title_zh = "文件太大，不像一份检查表。"


@bp.get("/<key>/export.xlsx", permission=Permission.DEFINITIONS_READ)
def export_workbook(_actor: Actor, key: str) -> Response:
    """Hand out a checklist for a spreadsheet program."""
    return _written(key, write_workbook, ".xlsx")


@bp.get("/<key>/export.xlsform.xlsx", permission=Permission.DEFINITIONS_READ)
def export_form(_actor: Actor, key: str) -> Response:
    """Hand out a checklist as XLSForm, for other collecting tools."""
    return _written(key, write_xlsform, "_XLSForm.xlsx")


@bp.post("/imports", permission=Permission.DEFINITIONS_AUTHOR, transactional=False)
def import_file(_actor: Actor) -> dict[str, Any]:
    """Read a file and tell what it would change and what is wrong with it; stores nothing."""
    asked = query(ImportArguments)
    raw, today = _body(), clock.today().isoformat()
    with transaction(write=False):
        library = _library()
    readers: Mapping[str, Callable[[], Imported]] = {
        "xlsx": lambda: import_workbook(raw, library, today),
        "csv": lambda: import_csv(raw, library, asked.key),
        "xlsform": lambda: import_xlsform(raw, library, today),
    }
    found = readers[asked.kind]()
    with transaction(write=False):
        return _told(found, library)


def _chosen(key: str) -> Tree:
    wanted = query(ExportArguments).hash
    if wanted is not None:
        return published_checklist(wanted, key)
    use = queries.in_use(key, None)
    if use is None:
        raise NotFound()
    return definition(use.version.hash)


def _body() -> bytes:
    if (request.content_length or 0) > MOST_BYTES:
        raise ImportTooLarge(most=MOST_BYTES)
    request.max_content_length = MOST_BYTES
    return request.get_data()


def _library() -> Library:
    uses = [use for use in queries.holding() if use.act.region_id is None]
    checklists = {use.version.key: definition(use.version.hash) for use in uses}
    return library_of(current_app.extensions["settings"].checklists, checklists)


def _told(found: Imported, library: Library) -> dict[str, Any]:
    made = found.definition
    difference = None
    if made is not None and found.is_whole:
        key = str(made["key"])
        versions = [definition(digest) for digest in queries.every_hash(key, None)]
        difference = compare(library.checklists.get(key), made, versions)
    left_out = [one.as_data() | {"place": one.place} for one in found.left_out]
    mistakes = [one.as_data() for one in found.mistakes]
    return {
        "definition": made,
        "difference": difference,
        "left_out": left_out,
        "mistakes": mistakes,
    }


def _written(key: str, write: Callable[..., None], ending: str) -> Response:
    chosen = _chosen(key)
    file = io.BytesIO()
    write(chosen, vocabulary_in(current_app.extensions["settings"].checklists), file)
    name = f"{chosen['title']['zh']}_{key}{ending}"
    response = Response(file.getvalue(), mimetype=XLSX)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response.headers["Cache-Control"] = "no-store"
    return response
