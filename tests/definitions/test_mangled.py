"""Whatever is done to a file, the check answers with mistakes and never falls over."""

import copy
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from server.definitions.load import check

ROOT = Path(__file__).resolve().parents[2]
STRANGE = [None, True, -1, 1e300, "", "x", "unit.tier", [], [[]], {}, {"equals": ["unit.tier", 1]}]
TREES, TEXTS = 120, 150


def containers(value: Any) -> list[Any]:
    """List every object and array of a document."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [c for one in inner for c in containers(one)] + (
        [value] if isinstance(value, dict | list) and value else []
    )


def mangle(value: Any, random: Random) -> None:
    """Replace, remove or copy one thing somewhere."""
    container = random.choice(containers(value))
    keys = list(container) if isinstance(container, dict) else range(len(container))
    key = random.choice(list(keys))
    match random.randrange(3):
        case 0:
            container[key] = copy.deepcopy(random.choice(STRANGE))
        case 1:
            del container[key]
        case _:
            container[key] = copy.deepcopy(random.choice(containers(value)))


def test_a_mangled_checklist_is_reported_on(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    random = Random(20261121)
    for name in ("attributes.json", "categories.json"):
        shutil.copy(ROOT / "checklists" / name, tmp_path)
    sound = json.loads((ROOT / "checklists" / "hot-work.json").read_text(encoding="utf-8"))
    sound["sections"] = sound["sections"][:2]
    refused = 0
    for _ in range(TREES):
        broken = copy.deepcopy(sound)
        for _ in range(random.randint(1, 3)):
            mangle(broken, random)
        (tmp_path / "hot-work.json").write_text(json.dumps(broken), encoding="utf-8")
        refused += bool(check(tmp_path).mistakes)
    assert refused > TREES * 0.9
    record_property("examined", f"{TREES} mangled documents, {refused} refused")


def test_a_mangled_text_is_reported_on(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    random = Random(20261121)
    for name in ("attributes.json", "categories.json"):
        shutil.copy(ROOT / "checklists" / name, tmp_path)
    raw = (ROOT / "docs" / "how-to" / "add-a-focus-area.md").read_bytes()
    sound = raw.split(b"```json\n")[1].split(b"```")[0]
    refused = 0
    for _ in range(TEXTS):
        broken = bytearray(sound)
        for _ in range(random.randint(1, 3)):
            at = random.randrange(len(broken))
            broken[at : at + random.randint(0, 2)] = random.randbytes(random.randint(0, 2))
        (tmp_path / "e-bikes.json").write_bytes(bytes(broken))
        refused += bool(check(tmp_path).mistakes)
    assert refused > TEXTS / 2
    record_property("examined", f"{TEXTS} mangled texts, {refused} refused")
