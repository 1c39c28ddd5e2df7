"""
What a phone with a slow processor does by itself: start, tap, take photos, fetch, send.

`python -m bench.handset [--repeat N] [--quick] [--slower N] [--only WORD]`; workload C. The built
app in Chromium, four times slower than this machine, on SQLite. Ends with 1 when a target is
missed.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from bench import handset_steps as steps
from bench.cores import page_alone
from bench.demo import serving
from bench.measure import calibrate
from server.ops import debian
from tests.support.browsers import Chromium, make_camera
from tests.support.live import LiveServer

SLOWER = 4
WORDS = ("start", "tap", "photo", "send", "fetch")


def measure(server: LiveServer, folder: Path, given: argparse.Namespace) -> list[steps.Measured]:
    """Everything that was asked for, one after the other."""
    camera = make_camera(folder / "wall.mjpeg", steps.frames())
    repeat = 1 if given.quick else given.repeat
    found: list[steps.Measured] = []
    with sync_playwright() as playwright, page_alone():
        chromium = Chromium(playwright, folder / "profiles")
        handset = steps.Handset(chromium, server, given.slower, camera)
        for word in (one for one in WORDS if given.only in one):
            found += steps.STEPS[word](handset, repeat)
            print(f"  {word} done", flush=True)
        chromium.close()
    return found


def main() -> int:
    """Measure on a demo server of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="one repetition")
    parser.add_argument("--only", default="", help="measures whose name contains this")
    parser.add_argument(
        "--slower", type=int, default=SLOWER, help="times that the processor is slowed"
    )
    given = parser.parse_args()
    debian.ensure_chromium()
    with tempfile.TemporaryDirectory(prefix="handset-") as name, serving(Path(name)) as server:
        found = measure(server, Path(name), given)
    load, pace = os.getloadavg()[0], calibrate() * 1000
    print(
        f"\nA phone at 1/{given.slower} of the processor, {os.cpu_count()} cores, load {load:.1f},"
        f" calibration {pace:.0f} ms"
    )
    print("\n".join(one.line() for one in found))
    return 0 if all(one.kept() for one in found) else 1


if __name__ == "__main__":
    sys.exit(main())
