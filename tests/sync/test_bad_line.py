"""The app's own core in Node and real workers, with a proxy between them that does its worst."""

import hashlib
import json
import os
import subprocess
from collections.abc import Callable

import pytest
from sqlalchemy import create_engine, text

from server.ops import paths, process, webapp
from tests.conftest import MakeLiveServer
from tests.support import whole
from tests.support.badline import BadLine, Plan
from tests.support.live import LiveServer

#: `make torture` walks at the line's own pace, with all forty photos
SLOW = bool(os.environ.get("ANXUN_REAL_PACE"))
SEED = int(os.environ.get("ANXUN_TORTURE_SEED", "0")) or 7
SIZE = 400_000
PART = 256 * 1024
Record = Callable[[str, object], None]

DAY = (
    ("cut", 0.06), ("lose answer", 0.06), ("truncate", 0.06), ("twice", 0.06), ("delay", 0.05),
    ("portal", 0.06), ("redirect", 0.05), ("too large", 0.04), ("busy", 0.05),
    ("bad gateway", 0.06),
)  # fmt: skip


def run(server: LiveServer, url: str, scene: str, **more: str) -> None:
    """Play a scene of line.test.ts."""
    told = {
        "ANXUN_SERVER": url,
        "ANXUN_ACCOUNTS": str(server.folder / "demo-accounts.json"),
        "SCENE": scene,
        "SEED": str(SEED),
        **more,
    }
    done = subprocess.run(
        [webapp.npm(), "exec", "--", "vitest", "run", "tests/sync/line.test.ts"],
        cwd=paths.PWA,
        env=process.environment(told),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert "1 passed" in done.stdout.replace("\x1b[1m", "").replace("\x1b[32m", ""), done.stdout


@pytest.fixture
def county(make_live_server: MakeLiveServer) -> LiveServer:
    webapp.ensure_modules()
    server = make_live_server("sqlite", "demo", ANXUN_DEMO="1")
    server.start()
    return server


def through(server: LiveServer, plan: Plan, scene: str, **more: str) -> BadLine:
    """Play a scene over a line; the line, with what it counted."""
    line = BadLine(server.port, plan, SEED)
    try:
        run(server, line.url, scene, **more)
    finally:
        line.close()
    assert whole.wrong(server) == []
    return line


def new_photos(server: LiveServer) -> dict[str, str]:
    """Hash → state of the photos of the size that the scene takes."""
    engine = create_engine(server.database_url)
    with engine.connect() as connection:
        query = text("SELECT sha256, state FROM photo WHERE size = :size")
        found = {row[0]: row[1] for row in connection.execute(query, {"size": SIZE})}
    engine.dispose()
    return found


@pytest.mark.timeout(3600)
@pytest.mark.fault(91, 93)
def test_forty_photos_over_a_thin_line_with_cuts(
    county: LiveServer, record_property: Record
) -> None:
    """256 kbit/s and 5 % of requests cut anywhere; the bytes are counted at every pace."""
    photos, pace = (40, (32_000, 32_000)) if SLOW else (16, (0, 0))
    plan = Plan((("cut", 0.03), ("lose answer", 0.02)), "/api/blobs", pace)
    line = through(county, plan, "photos", PHOTOS=str(photos))
    found = new_photos(county)
    assert len(found) == photos
    assert set(found.values()) == {"stored"}
    for sha in found:
        path = county.folder / "store" / "blobs" / sha[:2] / sha
        assert hashlib.sha256(path.read_bytes()).hexdigest() == sha
    ratio = line.counts["photo bytes up"] / (photos * SIZE)
    cuts = line.counts["cut"] + line.counts["lose answer"]
    assert ratio <= 1.1, line.counts
    record_property("examined", f"{photos} photos, {cuts} cuts, bytes sent {ratio:.3f} of theirs")


@pytest.mark.timeout(600)
@pytest.mark.fault(91)
def test_a_photo_that_is_interrupted_sends_at_most_one_part_again(
    county: LiveServer, record_property: Record
) -> None:
    line = BadLine(county.port, Plan(path="/api/blobs"), SEED)
    uploads: list[str] = []
    line.strike = lambda path: (  # type: ignore[method-assign]
        (uploads.append(path) or ("cut" if len(uploads) == 2 else "none"), 0.7)
        if "/api/blobs" in path
        else ("none", 0.0)
    )
    try:
        run(county, line.url, "photos", PHOTOS="1")
    finally:
        line.close()
    assert whole.wrong(county) == []
    assert line.counts["cut"] == 1
    again = line.counts["photo bytes up"] - SIZE
    assert set(new_photos(county).values()) == {"stored"}
    # What arrived before the cut may count: the server keeps it.
    assert 0 <= again <= PART
    record_property("examined", f"one interrupted photo: {again} bytes sent again of {SIZE}")


@pytest.mark.timeout(900)
@pytest.mark.fault(1, 2, 3, 4, 8, 9, 10, 12, 13, 14)
def test_a_day_over_the_worst_of_lines(county: LiveServer, record_property: Record) -> None:
    line = through(county, Plan(DAY, "/sync/"), "day")
    run(county, county.url, "good")
    kinds = {kind for kind, _ in DAY} & line.counts.keys()
    assert len(kinds) >= len(DAY) - 3, line.counts
    struck = {kind: line.counts[kind] for kind in sorted(kinds)}
    record_property("examined", f"a day over a bad line: {json.dumps(struck)}")


@pytest.mark.timeout(1800)
@pytest.mark.fault(16, 17)
def test_a_line_that_crawls_and_flaps(county: LiveServer, record_property: Record) -> None:
    """2 kbit/s up at its own pace in torture; the flapping is by requests, at any pace."""
    plan = Plan((), "/sync/", (250, 4_000) if SLOW else (32_000, 512_000), flapping=(2, 3))
    line = through(county, plan, "crawl")
    run(county, county.url, "good")
    assert line.counts["gone"] > 0
    record_property("examined", f"a crawling, flapping line: {dict(line.counts)}")
