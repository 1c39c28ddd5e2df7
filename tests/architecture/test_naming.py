"""
Nothing in the project tells of the machine on which it was written.

The words are kept as hashes: a list in clear would be what it forbids. To add one, hash its
lower-case letters with SHA-256 and keep the first 16 digits.
"""

import hashlib
import re

from server.ops.paths import ROOT
from tests.architecture.conftest import Examined
from tests.support.sources import project_files, relative

WORDS = re.compile(r"[a-z][a-z0-9]{3,}")
PATHS = re.compile(r"(?<![\w.:/-])/[a-z]+/[a-z.]+")
BINARY = (
    ".png",
    ".jpg",
    ".jpeg",
    ".heic",
    ".ttf",
    ".otf",
    ".woff2",
    ".wasm",
    ".pdf",
    ".ico",
    ".docx",
)
FORBIDDEN_WORDS = {
    "c857d09db23e6822",
    "c70eca6b0f88f44d",
    "60965168ce762e94",
    "7d3194f79e645c42",
    "3ea125d0bff386e6",
    "94a168d2da574b00",
    "d298391b07433318",
}
FORBIDDEN_PATHS = {
    "f2af6c097ab83376",
    "bbb98a33b1e04c2f",
    "fd04d8e0fc341605",
    "c91f2faa7d114b67",
    "76a191686f61cf30",
    "d762c14b393d3027",
    "bf529d5bdf18c514",
    "5ee91fe15bec342f",
}
PINNED = ("requirements.txt", "requirements-dev.txt", "pwa/package-lock.json")


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def readable() -> list[tuple[str, str]]:
    return [
        (relative(path), path.read_text(encoding="utf-8").lower())
        for path in project_files()
        if not path.name.endswith(BINARY)
    ]


def test_no_file_names_the_machine_or_its_tools(examined: Examined) -> None:
    files = readable()
    assert len(files) > 100
    words = {word for _, text in files for word in WORDS.findall(text)}
    bad = {word for word in words if digest(word) in FORBIDDEN_WORDS}
    where = [name for name, text in files if bad & set(WORDS.findall(text))]
    examined(len(words), f"words in {len(files)} files")
    assert where == []


def test_no_file_holds_a_path_of_the_machine() -> None:
    found = {
        name: path
        for name, text in readable()
        for path in PATHS.findall(text)
        if digest(path) in FORBIDDEN_PATHS
    }
    assert found == {}


def test_pinned_packages_name_no_registry() -> None:
    for name in PINNED:
        text = (ROOT / name).read_text(encoding="utf-8")
        for word in ("--index-url", "--extra-index-url", "--find-links", "file:", '"resolved"'):
            assert word not in text, f"{name}: {word}"


def test_the_check_would_find_a_word() -> None:
    assert digest("anxun") not in FORBIDDEN_WORDS
    assert all(re.fullmatch(r"[0-9a-f]{16}", entry) for entry in FORBIDDEN_WORDS | FORBIDDEN_PATHS)
