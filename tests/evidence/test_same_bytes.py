"""The same picture brought by many phones in the same moment."""

import threading
from pathlib import Path

import pytest
from sqlalchemy import select

from server.evidence.models import Blob
from server.evidence.service import note_stored
from server.kernel.db import db, transaction
from tests.conftest import BACKENDS
from tests.support.databases import Databases
from tests.sync.live import closing, ground

PHONES, PICTURES = 6, 12


@pytest.mark.parametrize("kind", BACKENDS)
@pytest.mark.fault(97)
def test_bytes_that_arrive_twice_at_once_are_kept_once(
    kind: str, databases: Databases, tmp_path: Path
) -> None:
    with closing(ground(databases.fresh(kind), tmp_path, 1)) as made:
        failed: list[BaseException] = []
        start = threading.Barrier(PHONES)

        def bring() -> None:
            try:
                with made.app.app_context():
                    for number in range(PICTURES):
                        start.wait()
                        with transaction():
                            note_stored(made.people[0][0], f"{number:064x}", 10, "image/jpeg")
            except BaseException as exc:
                failed.append(exc)
                start.abort()

        threads = [threading.Thread(target=bring) for _ in range(PHONES)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with made.app.app_context():
            kept = db.session.scalars(select(Blob.sha256)).all()
            db.session.remove()
    assert failed == []
    assert len(kept) == PICTURES
