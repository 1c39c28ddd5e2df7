"""
Workload L, papers: an inspection's record with thirty photos on about ten pages, and the library.

A phone brings the visit: its answers, and real photos of 300,000 bytes. Ours is the whole request:
session, permission, reading, pictures, glyph check, a process of its own, PDF/A. The floor sets the
very same document with the same pictures, which lie ready, in a fresh process whose start is not
counted: the library remembers what it has set before.

`python -m bench.papers [--quick]`
"""

import argparse
import io
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

from pypdf import PdfReader

from bench import albums, servers, years
from bench.measure import calibrate, verdict
from bench.phones import WORDS, BenchPhone
from server.kernel import ids

ROUNDS = 5
SAID = 24
PHOTOS = 30
PAGES = range(9, 13)


BARE = """
import sys, time, typst
folder, *paths = sys.argv[1:]
begun = time.perf_counter()
fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=paths)
document = typst.compile(f"{folder}/main.typ", root=folder, font_paths=fonts, pdf_standards="a-2b")
print(time.perf_counter() - begun)
open(f"{folder}/bare.pdf", "wb").write(document)
"""


class Desk:
    """A server, and a phone that brings it one visit to print."""

    def __init__(self, folder: Path) -> None:
        self.server, self._world = servers.product(folder, None, 2)
        self.phone = BenchPhone(self.server.port, self._world, 0)
        self.visit = ids.new_id()

    def bring(self) -> None:
        """Hand in a signed visit with its photos, and wait until they are drawn."""
        photos = albums.taken(PHOTOS)
        self._tell([self.phone.start(self.visit)])
        self._tell(list(self._answers(random.Random(1))))
        self._tell([photo.said(self.phone, self.visit) for photo in photos])
        albums.bring(self.phone, photos)
        self._tell([self._signed("inspector", "张三"), self._signed("unit", "李四")])
        self._tell([self.phone.envelope("inspection.submit", self._end())])
        colleague = BenchPhone(self.server.port, self._world, 1)
        albums.await_drawn(colleague.connection, photos)

    def _tell(self, commands: list[dict[str, Any]]) -> None:
        results = self.phone.send(self.phone.body(commands))["results"]
        assert {told["status"] for told in results} == {"applied"}, results

    def _answers(self, chance: random.Random) -> Iterator[dict[str, Any]]:
        """Each item has a result, a reading and some words."""
        for item in years.ITEMS:
            said = {
                "result": chance.choices(["pass", "fail"], [85, 15])[0],
                "r.m": round(chance.uniform(0, 1000), 2),
                "r.t": "".join(chance.choices(WORDS, k=SAID))[:SAID],
                "note": chance.choice(WORDS),
            }
            where = {"inspection": self.visit, "target": "", "item": item}
            base = dict.fromkeys(said, 0)
            yield self.phone.envelope("answer.set", {**where, "set": said, "base": base})

    def _signed(self, party: str, name: str) -> dict[str, Any]:
        drawn = [[[x, 60 + 40 * (x // 9 % 2)] for x in range(0, 300, 9)]]
        told = {
            "id": ids.new_id(),
            "inspection": self.visit,
            "party": party,
            "name": name,
            "refused": False,
            "strokes": drawn,
            "width": 320,
            "height": 160,
            "signed_at": int(time.time() * 1000),
            "photo_ids": [],
        }
        own = {"person_id": self.phone.person["id"]} if party == "inspector" else {}
        return self.phone.envelope("signature.add", told | own)

    def _end(self) -> dict[str, Any]:
        return {"inspection": self.visit, "submitted_at": int(time.time() * 1000)}

    def paper(self) -> tuple[float, bytes]:
        """Ask for the record: how long that took, and the paper."""
        begun = time.perf_counter()
        answer = self.phone.connection.ask("GET", f"/api/inspections/{self.visit}/record.pdf")
        return time.perf_counter() - begun, answer.body


@contextmanager
def ready(folder: Path, desk: Desk) -> Iterator[tuple[Path, list[str]]]:
    """The same document as the product would set it, and where its fonts lie."""
    os.environ |= servers.environment(folder, None)
    from server import create_app
    from server.kernel import clock
    from server.kernel.db import transaction
    from server.org.queries import load_actor
    from server.reports.inspection_record import gather
    from server.reports.render import fonts, pdf

    app = create_app()
    with app.app_context(), transaction(write=False):
        actor = load_actor(desk.phone.person["token"])
        assert actor is not None
        record = gather(actor, desk.visit, "http://127.0.0.1", clock.now(), demo=False)
    images = record.images | record.figures.draw(app.extensions["store"])
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        source = pdf.TEMPLATES / "inspection_record.typ"
        pdf.lay_out(Path(name), source, record.data, images)
        yield Path(name), list(map(str, fonts.FOLDERS))


def bare_paper(folder: Path, paths: list[str]) -> tuple[float, bytes]:
    """The library alone: its seconds, and the paper."""
    command = [sys.executable, "-c", BARE, str(folder), *paths]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return float(told), (folder / "bare.pdf").read_bytes()


def pictures_in(paper: PdfReader) -> int:
    """How many JPEG pictures a paper holds, each counted once."""
    waiting: list[Any] = [page["/Resources"] for page in paper.pages]
    found, seen = 0, set()
    while waiting:
        for reference in waiting.pop().get_object().get("/XObject", {}).values():
            if reference.idnum not in seen:
                seen.add(reference.idnum)
                shown = reference.get_object()
                found += "/DCTDecode" in shown.get("/Filter", ())
                waiting += [shown["/Resources"]] if "/Resources" in shown else []
    return found


def require_whole(name: str, data: bytes) -> int:
    """How many pages a paper has; it must hold every photo on about ten."""
    paper = PdfReader(io.BytesIO(data))
    pages, shown = len(paper.pages), pictures_in(paper)
    if shown != PHOTOS or pages not in PAGES:
        raise SystemExit(f"{name}: {shown} pictures on {pages} pages")
    return pages


def measured(desk: Desk, folder: Path, paths: list[str]) -> tuple[float, float, int]:
    """The same paper twice: seconds of ours and of the library, and how many pages it has."""
    ours, paper = desk.paper()
    bare, floor = bare_paper(folder, paths)
    pages = {require_whole("ours", paper), require_whole("bare library", floor)}
    assert len(pages) == 1, pages
    return ours, bare, pages.pop()


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one round")
    given = parser.parse_args()
    times = 1 if given.quick else ROUNDS
    print(f"\nL, papers (calibration {calibrate() * 1000:.0f} ms)", flush=True)
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        desk = Desk(Path(name))
        try:
            desk.bring()
            with ready(Path(name), desk) as (folder, paths):
                desk.paper()
                runs = [measured(desk, folder, paths) for _ in range(times)]
        finally:
            desk.server.stop()
    ours = statistics.median(run[0] for run in runs)
    ratio = statistics.median(run[0] / run[1] for run in runs)
    words = f"L, PDF of {runs[0][2]} pages with {PHOTOS} photos"
    print(f"{words:34s} {ours * 1000:8.0f} ms  {ratio:5.2f} x bare library", flush=True)
    print(verdict("L: PDF, times the bare library", ratio, 1.5), flush=True)


if __name__ == "__main__":
    main()
