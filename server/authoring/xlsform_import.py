"""An XLSForm in: our own with all that rode along, or a third party's as far as it goes."""

from server.authoring.workbook_build import Built
from server.authoring.workbook_cells import plain
from server.authoring.workbook_fields import ITEMS
from server.authoring.workbook_import import Imported, Library, guarded, import_xlsx
from server.authoring.workbook_rows import Found
from server.authoring.xlsform_foreign import read_foreign
from server.authoring.xlsform_own import is_own, read_own
from server.authoring.xlsform_sheets import SURVEY, read_form
from server.authoring.xlsx_package import FileRefused
from server.authoring.xlsx_reader import Workbook


def import_workbook(raw: bytes, library: Library, today: str) -> Imported:
    """Read a workbook of either kind: a form is known by its sheet `survey`."""
    return (import_xlsform if _is_form(raw) else _import_xlsx)(raw, library, today)


def _import_xlsx(raw: bytes, library: Library, _today: str) -> Imported:
    return import_xlsx(raw, library)


def _is_form(raw: bytes) -> bool:
    try:
        names = {plain(name).lower() for name in Workbook(raw).sheets}
    except FileRefused:
        return False
    return SURVEY in names and plain(ITEMS) not in names


def import_xlsform(raw: bytes, library: Library, today: str) -> Imported:
    """Read a form; what a checklist cannot say is listed as left out."""

    def read(found: Found) -> Built:
        form = read_form(raw, found)
        if is_own(form):
            return read_own(form, library.vocabulary.labels.of_ref, found)
        return read_foreign(form, found, today)

    return guarded(read, library)
