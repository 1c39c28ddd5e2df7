"""
Workers and masters of the server are killed in the middle of everything; nothing acknowledged is
lost, nothing is doubled. The kills are proved, and so is the eye that looks for losses.
"""

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import BACKENDS
from tests.support.databases import Databases
from tests.sync.live import closing, ground
from tests.torture import audit
from tests.torture.book import PHASES, Book
from tests.torture.crowd import Inspector, at_work
from tests.torture.dose import KILLS, SEED
from tests.torture.killing import Toll, torment
from tests.torture.serving import Victim

PHONES = 6


def torture(
    databases: Databases, folder: Path, kind: str, kills: int, *, weakness: str = "", masters: int
) -> tuple[Toll, list[str], Victim, Book, list[str]]:
    """One history from beginning to end, and what is wrong after it."""
    book = Book()
    url = databases.fresh(kind, into=folder)
    with closing(ground(url, folder, PHONES)) as made:
        server = Victim(folder, url, weakness=weakness)
        server.up()
        people = [Inspector(server.port, made, n, book, SEED) for n in range(PHONES)]
        try:
            with at_work(people):
                toll = torment(server, book, kills, SEED, masters)
            differing = []
            if not book.wrong:
                for person in people:
                    person.come_to_rest()
                differing = list(audit.digests(people))
        finally:
            server.kill()
            book.write(folder / "history.jsonl")
        return toll, audit.found(made.app, folder / "store", book), server, book, differing


@pytest.mark.parametrize("kind", BACKENDS)
@pytest.mark.fault(7, 63)
def test_nothing_acknowledged_is_lost_or_doubled(
    kind: str,
    databases: Databases,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    begun = time.monotonic()
    toll, wrong, server, book, differing = torture(
        databases, tmp_path, kind, KILLS // 2, masters=max(1, KILLS // 50)
    )
    record_property(
        "examined",
        f"seed {SEED} on {kind}: {toll.told()}; {len(book.mutations)} mutations and "
        f"{len(book.photos)} photos acknowledged in {time.monotonic() - begun:.0f} s; "
        f"answers {dict(sorted(book.answered.items()))}",
    )
    assert wrong == [], f"seed {SEED}, history in {tmp_path / 'history.jsonl'}"
    assert differing == []
    assert toll.kills == KILLS // 2
    assert server.ended_by_signal() >= server.sent, "some were killed by nobody"
    assert all(toll.hits[phase] for phase in PHASES), toll.hits
    assert len(set(toll.counts)) > toll.kills // 2
    assert len(book.mutations) > 3 * toll.kills
    assert len(book.photos) > toll.kills // 2


@pytest.mark.parametrize(
    ("weakness", "sign"),
    [
        ("answer-before-commit", "acknowledged and lost|back at number"),
        ("photo-before-commit", "acknowledged and lost: photo"),
        ("thumb-in-place", "small picture"),
    ],
)
def test_a_server_that_answers_too_early_is_caught(
    weakness: str, sign: str, databases: Databases, tmp_path: Path
) -> None:
    """Where the kills fall is chance: a history that misses the weak moment is followed by more."""
    seen: list[str] = []
    for kills in (4, 8, 16):
        folder = tmp_path / str(kills)
        folder.mkdir()
        _, wrong, _, _, _ = torture(
            databases, folder, "sqlite", kills, weakness=weakness, masters=0
        )
        seen += wrong
        if any(re.search(sign, words) for words in wrong):
            return
    raise AssertionError(sorted(set(seen)))
