"""
Lighthouse on the pages that an inspector opens all day, as a phone with a slow processor sees them.

`python -m bench.pages [--repeat N] [--page WORD]`; part of `make bench`. Chromium must be there;
Lighthouse is installed once under var/. Ends with 1 when a median misses its target.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from bench.cores import page_alone
from bench.demo import serving
from bench.measure import calibrate
from server.ops import debian, paths, process, webapp
from tests.support.browsers import Chromium, executable
from tests.support.journey.phone import Phone
from tests.support.live import LiveServer
from tests.support.ports import free_port

LIGHTHOUSE = "lighthouse@13.5.0"
FOLDER = paths.var() / "lighthouse"
PERFORMANCE, ACCESSIBILITY = 0.95, 1.0
TRIES = 3
UNIT, CHECKLIST = "青禾县人民医院", "消防"


@dataclass(frozen=True)
class Seen:
    """One audit of one page: scores of 0-1, times in milliseconds."""

    performance: float
    accessibility: float
    paint: float
    largest: float
    blocking: float
    kilobytes: float
    faults: tuple[str, ...]


def install() -> Path:
    """Fetch Lighthouse once; its command."""
    command = FOLDER / "node_modules" / "lighthouse" / "cli" / "index.js"
    if not command.is_file():
        FOLDER.mkdir(parents=True, exist_ok=True)
        words = [webapp.npm(), "install", "--prefix", str(FOLDER), "--no-audit", "--no-fund"]
        process.run([*words, LIGHTHOUSE], "lighthouse")
    return command


def audit(command: Path, url: str, port: int, out: Path) -> Seen:
    """
    Look at *url* in the browser at *port*, with its logins and its data.

    A recording that broke is made again.
    """
    for _ in range(TRIES):
        report, said = record(command, url, port, out)
        if report is not None and "runtimeError" not in report:
            return read(report)
    raise SystemExit(said[-2000:])


def record(command: Path, url: str, port: int, out: Path) -> tuple[dict[str, Any] | None, str]:
    """One run of Lighthouse: its report, and what it said."""
    out.unlink(missing_ok=True)
    words = [
        *("node", str(command), url, "--quiet", "--output=json", f"--output-path={out}"),
        *("--only-categories=performance,accessibility", "--disable-storage-reset"),
        *("--form-factor=mobile", f"--port={port}"),
    ]
    env = process.environment({"CHROME_PATH": executable()})
    done = subprocess.run(words, env=env, capture_output=True, text=True, check=False)
    return (json.loads(out.read_text()) if out.is_file() else None), done.stderr


def read(report: dict[str, Any]) -> Seen:
    """Take from a report what we compare."""
    audits, scores = report["audits"], report["categories"]
    parts = scores["accessibility"]["auditRefs"]
    faults = [part["id"] for part in parts if audits[part["id"]]["score"] == 0]
    return Seen(
        scores["performance"]["score"],
        scores["accessibility"]["score"],
        audits["first-contentful-paint"]["numericValue"],
        audits["largest-contentful-paint"]["numericValue"],
        audits["total-blocking-time"]["numericValue"],
        audits["total-byte-weight"]["numericValue"] / 1000,
        tuple(faults),
    )


def begin(phone: Phone) -> str:
    """Log in and begin a visit; the address of its walkthrough."""
    phone.goto("/login")
    phone.login("inspector1")
    phone.await_downloaded()
    phone.goto("/today")
    card = phone.at("assignment").filter(has_text=UNIT)
    card.get_by_test_id("start-assignment").click()
    phone.choose("pick-checklist", CHECKLIST)
    phone.tap("start-inspection")
    phone.tap("begin")
    phone.page.wait_for_url("**/inspections/*-*")
    phone.at("item-card").wait_for()
    return phone.page.url


def measure(server: LiveServer, folder: Path, repeat: int, word: str) -> dict[str, list[Seen]]:
    """Every page *repeat* times."""
    command, port = install(), free_port()
    found: dict[str, list[Seen]] = {}

    def look(name: str, url: str) -> None:
        if word not in name:
            return
        for number in range(repeat):
            found.setdefault(name, []).append(audit(command, url, port, folder / "report.json"))
            print(f"  {name} {number + 1}/{repeat} {found[name][-1].performance}", flush=True)

    with sync_playwright() as playwright:
        chromium = Chromium(playwright, folder / "profiles")
        phone = Phone(chromium, server, "pages")
        phone.open("/login", flags=[f"--remote-debugging-port={port}"])
        look("login", f"{server.url}/login")
        walk = begin(phone)
        for name, url in (("today", "/today"), ("walkthrough", walk), ("hazards", "/hazards")):
            look(name, url if url.startswith("http") else server.url + url)
        chromium.close()
    return found


def lines(found: dict[str, list[Seen]]) -> list[str]:
    """The result, a line a page: medians."""
    return [
        f"{name:14s} performance {middle(runs, lambda s: s.performance):.2f}"
        f"  accessibility {middle(runs, lambda s: s.accessibility):.2f}"
        f"  first paint {middle(runs, lambda s: s.paint):5.0f} ms"
        f"  largest {middle(runs, lambda s: s.largest):5.0f} ms"
        f"  blocked {middle(runs, lambda s: s.blocking):4.0f} ms"
        f"  {middle(runs, lambda s: s.kilobytes):4.0f} kB  {' '.join(runs[-1].faults)}"
        for name, runs in found.items()
    ]


def middle(runs: Sequence[Seen], pick: Callable[[Seen], float]) -> float:
    """The median of one figure."""
    return statistics.median(map(pick, runs))


def kept(runs: Sequence[Seen]) -> bool:
    """Whether a page keeps its targets."""
    return (
        middle(runs, lambda s: s.performance) >= PERFORMANCE
        and min(s.accessibility for s in runs) >= ACCESSIBILITY
    )


def main() -> int:
    """Measure on a demo server of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--page", default="", help="pages whose name contains this")
    given = parser.parse_args()
    debian.ensure_chromium()
    with tempfile.TemporaryDirectory(prefix="pages-") as name:
        folder = Path(name)
        with serving(folder) as server, page_alone():
            found = measure(server, folder, given.repeat, given.page)
    print(f"\nLighthouse, mobile, {os.cpu_count()} cores, calibration {calibrate() * 1000:.0f} ms")
    print("\n".join(lines(found)))
    return 0 if all(map(kept, found.values())) else 1


if __name__ == "__main__":
    sys.exit(main())
