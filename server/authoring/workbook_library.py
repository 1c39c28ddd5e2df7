"""What imports and exports need to know of this installation."""

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from server.authoring.workbook_cells import Vocabulary
from server.authoring.workbook_condition import Labels
from server.authoring.workbook_import import Library
from server.definitions.load import BASIS, load, words_in
from server.kernel import strict_json
from server.locations.kinds import ASSET_KINDS, PLACE_KINDS


def library_of(folder: Path, checklists: Mapping[str, Mapping[str, Any]]) -> Library:
    """Take words from the files of the installation, and the checklists as they are in use."""
    return Library(vocabulary_in(folder), words_in(folder), checklists)


def library_in(folder: Path) -> Library:
    """Take everything from a folder of checklists."""
    return library_of(folder, {one.key: one.definition for one in load(folder)})


def vocabulary_in(folder: Path) -> Vocabulary:
    """Return the Chinese names of attributes, categories, laws and kinds."""
    attributes = _read(folder / "attributes.json")
    named = [
        (f"{group}.attributes.{entry['key']}", entry["label"]["zh"])
        for group in ("unit", "place")
        for entry in attributes[group]
    ]
    categories = _read(folder / "categories.json")["categories"]
    names = {
        "category": _plain((entry["key"], entry["label"]["zh"]) for entry in categories),
        "kinds": _plain((key, zh) for key, (zh, _) in (PLACE_KINDS | ASSET_KINDS).items()),
        "law": _plain((path.stem, _read(path)["title"]["zh"]) for path in _records(folder)),
    }
    return Vocabulary(Labels(_plain(named)), names)


def _records(folder: Path) -> list[Path]:
    return sorted((folder / BASIS).glob("*.json"))


def _plain(named: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Keep the names that mean one thing and fit between brackets."""
    pairs = list(named)
    count = Counter((key.rpartition(".")[0], name) for key, name in pairs)
    return {
        key: name
        for key, name in pairs
        if count[key.rpartition(".")[0], name] == 1 and not set(name) & set('【】[]"“”＂')
    }


def _read(path: Path) -> Any:
    return strict_json.loads(path.read_bytes())
