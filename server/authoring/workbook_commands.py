"""`flask definitions export-xlsx|import-xlsx|export-xlsform`: the same files at the terminal."""

from pathlib import Path
from typing import Any

import click
from flask import current_app

from server.authoring.workbook_import import Imported, Library, import_xlsx
from server.authoring.workbook_library import library_in
from server.authoring.xlsform_export import write_xlsform
from server.authoring.xlsx_writer import write_workbook
from server.definitions.rules.compare import compare, is_empty

_FILE = click.Path(dir_okay=False, path_type=Path)


def _library() -> Library:
    return library_in(current_app.extensions["settings"].checklists)


def _checklist(library: Library, key: str) -> Any:
    if key not in library.checklists:
        raise click.ClickException(f"no such checklist; there are: {', '.join(library.checklists)}")
    return library.checklists[key]


@click.command("export-xlsx")
@click.argument("key")
@click.argument("file", type=_FILE)
def export_xlsx(key: str, file: Path) -> None:
    """Write a checklist as a workbook."""
    library = _library()
    with file.open("wb") as target:
        write_workbook(_checklist(library, key), library.vocabulary, target)
    click.echo(f"written: {file}")


@click.command("export-xlsform")
@click.argument("key")
@click.argument("file", type=_FILE)
def export_xlsform(key: str, file: Path) -> None:
    """Write a checklist as XLSForm."""
    library = _library()
    with file.open("wb") as target:
        write_xlsform(_checklist(library, key), library.vocabulary, target)
    click.echo(f"written: {file}")


@click.command("import-xlsx")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def read_xlsx(file: Path) -> None:
    """Read a workbook; tell what it would change and what is wrong with it. Stores nothing."""
    library = _library()
    found = import_xlsx(file.read_bytes(), library)
    for note in found.left_out:
        click.echo(f"{note.place}: {note.zh} / {note.en}")
    for mistake in found.mistakes:
        click.echo(f"{mistake.place or file.name}: {mistake.zh} / {mistake.en}", err=True)
    _tell_difference(found, library)
    if found.mistakes:
        raise SystemExit(1)


def _tell_difference(found: Imported, library: Library) -> None:
    made = found.definition
    if made is None or not found.is_whole:
        return
    difference = compare(library.checklists.get(str(made["key"])), made)
    for change in difference["header"]:
        click.echo(f"~ {change['pointer']}")
    for group in ("sections", "items"):
        changes: Any = difference[group]
        for sign, kind in (("+", "added"), ("-", "removed"), (">", "moved"), ("~", "changed")):
            for one in changes[kind]:
                pointers = ", ".join(field["pointer"] for field in one.get("fields", ()))
                click.echo(f"{sign} {group}: {one['key']} {pointers}".rstrip())
    for key in difference["reused"]:
        click.echo(f"! {key} meant something else before")
    if is_empty(difference):
        click.echo("no difference")


COMMANDS: list[click.Command] = [export_xlsx, read_xlsx, export_xlsform]
