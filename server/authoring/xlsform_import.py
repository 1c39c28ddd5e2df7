"""An XLSForm in: our own with all that rode along, or a third party's as far as it goes."""

from server.authoring.workbook_build import Built
from server.authoring.workbook_import import Imported, Library, guarded
from server.authoring.workbook_rows import Found
from server.authoring.xlsform_foreign import read_foreign
from server.authoring.xlsform_own import is_own, read_own
from server.authoring.xlsform_sheets import read_form


def import_xlsform(raw: bytes, library: Library, today: str) -> Imported:
    """Read a form; what a checklist cannot say is listed as left out."""

    def read(found: Found) -> Built:
        form = read_form(raw, found)
        if is_own(form):
            return read_own(form, library.vocabulary.labels.of_ref, found)
        return read_foreign(form, found, today)

    return guarded(read, library)
