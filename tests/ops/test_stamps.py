"""Work is repeated when its sources changed, and only then."""

from pathlib import Path

import pytest

from server.ops import paths, stamps


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    for name, text in {"src/a.ts": "one", "src/b.ts": "two", "dist/a.js": "built"}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def hash_of(tree: Path) -> str:
    return stamps.content(stamps.tree(tree, without=frozenset({"dist"})))


def test_the_same_content_has_the_same_stamp(tree: Path) -> None:
    before = hash_of(tree)
    (tree / "dist" / "more.js").write_text("built again")
    assert hash_of(tree) == before


@pytest.mark.parametrize("change", ["edit", "rename", "add", "remove", "move text"])
def test_every_kind_of_change_is_seen(tree: Path, change: str) -> None:
    before = hash_of(tree)
    source = tree / "src"
    if change == "edit":
        (source / "a.ts").write_text("One")
    elif change == "rename":
        (source / "a.ts").rename(source / "c.ts")
    elif change == "add":
        (source / "c.ts").write_text("")
    elif change == "remove":
        (source / "b.ts").unlink()
    else:
        (source / "a.ts").write_text("onetwo")
        (source / "b.ts").write_text("")
    assert hash_of(tree) != before


def test_a_stamp_is_fresh_only_for_its_own_value(tmp_path: Path) -> None:
    stamp = tmp_path / "stamp"
    assert not stamps.fresh(stamp, "x")
    stamps.remember(stamp, "x")
    assert stamps.fresh(stamp, "x")
    assert not stamps.fresh(stamp, "y")
