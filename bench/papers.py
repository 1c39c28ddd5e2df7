"""
Workload L, papers: the record of an inspection of about ten pages, beside the bare library.

Ours is the whole request: session, permission, reading, glyph check, a process of its own, PDF/A.
The floor sets the very same document, which lies ready, in a fresh process
whose start is not counted: the library remembers what it has set before.

`python -m bench.papers [--quick]`
"""

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

from bench import servers, years
from bench.measure import calibrate, verdict
from bench.phones import WORDS
from bench.wire import Connection

ROUNDS = 5
NOTE = 120


BARE = """
import sys, time, typst
folder, *paths = sys.argv[1:]
begun = time.perf_counter()
fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=paths)
typst.compile(f"{folder}/main.typ", root=folder, font_paths=fonts, pdf_standards="a-2b")
print(time.perf_counter() - begun)
drawn = typst.compile(f"{folder}/main.typ", root=folder, font_paths=fonts, format="svg")
print(len(drawn) if isinstance(drawn, list) else 1)
"""


class Wordy(years.Visits):
    """One submitted visit whose every answer has a reading and a long note."""

    def write(self, sink: years.Sink) -> None:
        """Write its header and its answers."""
        region = sink.ask(f"SELECT region_id FROM unit WHERE id = '{self.world['unit']}'")[0][0]
        self._headers(sink, region)
        columns = ("inspection_id", "target_id", "item_key", "rev", "fields")
        sink.write("answer", columns, self._said(random.Random(1)))

    def _said(self, chance: random.Random) -> Iterator[tuple[Any, ...]]:
        visit, person, at = self.visits[0]
        common = {"rev": 1, "by": person, "at": at, "how": "tap"}
        for item in years.ITEMS:
            said = {
                "result": chance.choices(["pass", "fail"], [85, 15])[0],
                "r.m": round(chance.uniform(0, 1000), 2),
                "note": "".join(chance.choices(WORDS, k=NOTE))[:NOTE],
            }
            fields = {name: {"v": value, **common} for name, value in said.items()}
            yield visit, "", item, 1, orjson.dumps(fields).decode()


class Desk:
    """A server with one visit to print."""

    def __init__(self, folder: Path) -> None:
        self.visit = ""
        self.server, world = servers.product(folder, None, 2, lambda w: self._fill(folder, w))
        self.token = world["people"][0]["token"]
        self.link = Connection(self.server.port, f"anxun_session={self.token}")

    def _fill(self, folder: Path, world: dict[str, Any]) -> None:
        visits = Wordy(world, years.PER_VISIT, int(time.time() * 1000))
        self.visit = visits.visits[0][0]
        with years.opened(folder, None) as sink:
            visits.write(sink)

    def paper(self) -> float:
        """Ask for the record."""
        begun = time.perf_counter()
        self.link.ask("GET", f"/api/inspections/{self.visit}/record.pdf")
        return time.perf_counter() - begun


@contextmanager
def ready(folder: Path, token: str, visit: str) -> Iterator[tuple[Path, Any]]:
    """The same document as the product would set it, and where its fonts lie."""
    os.environ |= servers.environment(folder, None)
    from server import create_app
    from server.kernel import clock
    from server.kernel.db import transaction
    from server.org.queries import load_actor
    from server.reports.inspection_record import gather
    from server.reports.render import fonts, pdf

    with create_app().app_context(), transaction(write=False):
        actor = load_actor(token)
        assert actor is not None
        record = gather(actor, visit, "http://127.0.0.1", clock.now(), demo=False)
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        source = pdf.TEMPLATES / "inspection_record.typ"
        pdf.lay_out(Path(name), source, record.data, record.images)
        yield Path(name), list(map(str, fonts.FOLDERS))


def bare_paper(folder: Path, paths: list[str]) -> tuple[float, int]:
    """The library alone: its seconds, and how many pages it made."""
    command = [sys.executable, "-c", BARE, str(folder), *paths]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(told[0]), int(told[1])


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one round")
    given = parser.parse_args()
    rounds = 1 if given.quick else ROUNDS
    print(f"\nL, papers (calibration {calibrate() * 1000:.0f} ms)", flush=True)
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        here = Desk(Path(name))
        try:
            with ready(Path(name), here.token, here.visit) as (folder, paths):
                here.paper()
                runs = [(here.paper(), *bare_paper(folder, paths)) for _ in range(rounds)]
        finally:
            here.server.stop()
    ours = statistics.median(run[0] for run in runs)
    ratio = statistics.median(run[0] / run[1] for run in runs)
    words = f"L, PDF of {runs[0][2]} pages"
    print(f"{words:34s} {ours * 1000:8.0f} ms  {ratio:5.2f} x bare library", flush=True)
    print(verdict("L: PDF, times the bare library", ratio, 1.5), flush=True)


if __name__ == "__main__":
    main()
