"""The measures of a phone: each does one thing as a person or the app does it, and its floor."""

import base64
import io
import json
import re
import statistics
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from time import perf_counter
from typing import Any

from PIL import Image
from playwright.sync_api import FilePayload, Page

from bench import large
from bench.phones import BenchPhone
from bench.walking import Walker
from server.ops import paths, process
from tests.support.browsers import Chromium
from tests.support.journey.phone import Phone
from tests.support.journey.values import Items
from tests.support.journey.walk import Walk
from tests.support.live import LiveServer

FETCHED = 10_000
TAPS = 60
LONG_EDGE, QUALITY = 2560, 0.85
#: drawing what a larger camera shows would keep a machine without a graphics chip busy
TWELVE, FRAME = (4000, 3000), (1280, 960)
CARD = "[data-testid=assignment]"
#: milliseconds, or times as long as the floor
START_MS, TAP_MS, PHOTO_MS, FETCH_TIMES = 1000, 50, 1500, 1.3


@dataclass
class Measured:
    """Milliseconds of each repetition, and of its floor where it has one."""

    name: str
    ours: list[float] = field(default_factory=list)
    floor: list[float] = field(default_factory=list)
    wanted: tuple[str, float] = ("", 0)
    words: str = ""

    @property
    def figure(self) -> float:
        """What the target is about."""
        if self.wanted[0] == "times":
            return statistics.median(a / b for a, b in zip(self.ours, self.floor, strict=True))
        if self.wanted[0] == "p95":
            return sorted(self.ours)[int(0.95 * len(self.ours))]
        return statistics.median(self.ours)

    def kept(self) -> bool:
        """Whether the target was kept; without one there is nothing to miss."""
        return not self.wanted[0] or self.figure <= self.wanted[1]

    def line(self) -> str:
        """The result in one line."""
        said = f"{self.name:34s} {statistics.median(self.ours):8,.0f} ms"
        if self.floor:
            ratio = statistics.median(a / b for a, b in zip(self.ours, self.floor, strict=True))
            said += f"  floor {statistics.median(self.floor):7,.0f} ms  {ratio:5.2f} times"
        if self.wanted[0]:
            verdict = "met" if self.kept() else "MISSED"
            said += f"  target {self.wanted[0]} <= {self.wanted[1]:g}: {self.figure:.4g}, {verdict}"
        return f"{said}  {self.words}".rstrip()


class Handset:
    """One inspector's phone and the server that it talks to."""

    def __init__(self, chromium: Chromium, server: LiveServer, slower: int, camera: Path) -> None:
        self.chromium = chromium
        self.server = server
        self.slower = slower
        self.camera = camera
        told = server.folder / "large.json"
        command = [sys.executable, "-m", "bench.large", str(told)]
        env = process.environment(server.env)
        subprocess.run(command, cwd=paths.ROOT, env=env, check=True)
        self.world: dict[str, Any] = json.loads(told.read_text())

    def ready(self, name: str) -> Phone:
        """A phone with everything on it, the app included."""
        phone = self.phone(name)
        phone.open("/login")
        phone.login(large.PERSON)
        phone.await_downloaded()
        phone.await_worker()
        return phone

    def phone(self, name: str) -> Phone:
        """A phone that nobody has used, or one that was used under this name."""
        return Phone(self.chromium, self.server, name, camera=self.camera)

    def throttle(self, page: Page) -> None:
        """Slow the page's thread down."""
        session = page.context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": self.slower})

    def script(self, name: str) -> str:
        """A piece of JavaScript of this bench."""
        return (Path(__file__).with_name(f"handset_{name}.js")).read_text()


def fetch(handset: Handset, repeat: int) -> Measured:
    """A new phone fetches all that its inspector may know, then the browser alone writes it."""
    filled(handset)
    found = Measured("first sync of 10,000 rows", wanted=("times", FETCH_TIMES))
    for number in range(repeat):
        phone = handset.phone(f"fetch-{number}")
        phone.open("/login")
        handset.throttle(phone.page)
        phone.login(large.PERSON)
        told = phone.page.evaluate(handset.script("sync"), phone.user)
        assert told["rows"] >= FETCHED, told
        raw = {"user": phone.user, "transactions": told["exchanges"]}
        found.ours.append(told["ms"])
        found.floor.append(phone.page.evaluate(handset.script("raw"), raw))
        found.words = f"{told['rows']:,} rows, {told['exchanges']} exchanges"
        phone.close()
    return found


def start(handset: Handset, repeat: int) -> Measured:
    """The app is opened without a line, the browser being just started: the first card."""
    found = Measured("cold start offline to first card", wanted=("ms", START_MS))
    phone = handset.ready("start")
    phone.goto("/today")
    phone.page.locator(CARD).first.wait_for()
    phone.close()
    for _ in range(repeat):
        context = handset.chromium.open(phone.name, camera=handset.camera)
        context.set_offline(True)
        context.add_init_script(handset.script("seen") % CARD)
        page = context.pages[0]
        handset.throttle(page)
        page.goto(f"{handset.server.url}/today")
        page.wait_for_function("() => window.benchSeen !== undefined")
        found.ours.append(page.evaluate("window.benchSeen"))
        context.close()
    return found


def taps(handset: Handset, repeat: int) -> Measured:
    """A tap on 合格 in a list of sixty, until what was said is on the disk and on the screen."""
    found = Measured("tap to kept", wanted=("p95", TAP_MS))
    walker = Walker(handset.phone("taps"), TAPS * (repeat + 1), 1, handset.slower)
    walker.open()
    walker.tap(5)
    for _ in range(repeat):
        found.ours += walker.tap(TAPS // 2)
    found.words = f"processor {walker.work(20):.1f} ms a tap, not slowed down"
    walker.phone.close()
    return found


def photos(handset: Handset, repeat: int) -> list[Measured]:
    """A picture of twelve megapixels from the gallery, and one by the shutter, until it is kept."""
    files = [picture(TWELVE, number) for number in range(repeat)]
    phone = handset.ready("photos")
    begin(phone, handset.world["unit"])
    phone.set_offline(True)
    handset.throttle(phone.page)
    phone.tap("tool-photo")
    phone.page.wait_for_function("() => !document.querySelector('[data-testid=shutter]').disabled")
    chosen = Measured("photo of 12 MP from the gallery", wanted=("ms", PHOTO_MS))
    shot = Measured("photo of 1.2 MP by the shutter", wanted=("ms", PHOTO_MS))
    for number, file in enumerate(files):
        given: FilePayload = {"name": "1.jpg", "mimeType": "image/jpeg", "buffer": file}
        choose = partial(phone.at("photo-gallery").set_input_files, given)
        chosen.ours.append(until_kept(phone, handset, "change", choose))
        chosen.floor.append(resized(phone, handset, file))
        shot.ours.append(until_kept(phone, handset, "click", partial(phone.tap, "shutter")))
        shot.floor.append(resized(phone, handset, picture(FRAME, number)))
    chosen.words = f"{len(files[0]) / 1e6:.1f} MB"
    phone.close()
    return [chosen, shot]


def until_kept(phone: Phone, handset: Handset, event: str, act: Callable[[], None]) -> float:
    """Do something to the camera; milliseconds from its event to the picture."""
    phone.page.evaluate(f"window.benchPhoto = ({handset.script('photo')})('{event}'); undefined")
    act()
    return float(phone.page.evaluate("window.benchPhoto"))


def resized(phone: Phone, handset: Handset, file: bytes) -> float:
    """What a bare canvas needs for the same picture."""
    given = {"base64": base64.b64encode(file).decode(), "edge": LONG_EDGE, "quality": QUALITY}
    told = phone.page.evaluate(handset.script("resize"), given)
    assert told["bytes"] > 10_000, told
    return float(told["ms"])


@cache
def picture(size: tuple[int, int], seed: int) -> bytes:
    """Noise of three scales, as a real photo has: seeded, so that every run sees the same."""
    mixed = Image.new("RGB", size)
    for scale, share in ((64, 1.0), (8, 0.5), (2, 0.25)):
        small = (size[0] // scale, size[1] // scale)
        grains = Image.effect_noise(small, 60 + seed % 7).convert("RGB").resize(size)
        mixed = Image.blend(mixed, grains, share)
    out = io.BytesIO()
    mixed.save(out, "JPEG", quality=85)
    return out.getvalue()


def begin(phone: Phone, unit: str) -> None:
    """Begin a visit with the checklist of a thousand items."""
    phone.goto(f"/inspections/new?unit={unit}&checklist={large.KEY}")
    phone.tap("begin")
    phone.page.wait_for_url(re.compile(r"/inspections/[0-9a-f-]{36}$"))
    phone.at("item-card").wait_for()


def frames() -> list[Image.Image]:
    """What the camera sees."""
    return [Image.open(io.BytesIO(picture(FRAME, number))) for number in range(4)]


def send(handset: Handset, repeat: int) -> Measured:
    """A thousand answers given without a line, sent when it is back; the server alone as floor."""
    found = Measured("P1 1,000 answers, by the app")
    phone = handset.ready("send")
    for _ in range(repeat):
        phone.set_offline(True)
        begin(phone, handset.world["unit"])
        pass_all(phone)
        watch = f"({handset.script('push')})({json.dumps(phone.user)})"
        phone.page.evaluate(f"window.benchSent = {watch}; undefined")
        phone.set_offline(False)
        told = phone.page.evaluate("window.benchSent")
        assert told["queued"] > large.ITEMS, told
        found.ours.append(told["ms"])
        found.floor.append(sent_ready(handset))
        found.words = f"{told['queued']} commands, {told['exchanges']} exchanges"
    phone.close()
    return found


def pass_all(phone: Phone) -> None:
    """本节其余合格, part after part."""
    walk = Walk(phone, Items({"sections": []}, datetime.now(UTC).date()))
    for _ in range(large.SECTIONS):
        phone.at("rest-open").wait_for()
        assert walk.pass_rest() == large.ITEMS // large.SECTIONS


def sent_ready(handset: Handset) -> float:
    """The same commands from a client that has its bodies ready; milliseconds."""
    phone = BenchPhone(handset.server.port, handset.world, 0)
    bodies = [phone.body(batch, packed=True) for batch in large.batches(phone)]
    began = perf_counter()
    for body in bodies:
        said = phone.send(body, packed=True)
        assert all(one["status"] == "applied" for one in said["results"]), said
    return (perf_counter() - began) * 1000


def filled(handset: Handset) -> None:
    """Ten inspections of a thousand answers, so that there is something to fetch."""
    for _ in range(FETCHED // large.ITEMS):
        sent_ready(handset)


STEPS: dict[str, Callable[[Handset, int], list[Measured]]] = {
    "start": lambda handset, repeat: [start(handset, repeat)],
    "tap": lambda handset, repeat: [taps(handset, repeat)],
    "photo": photos,
    "fetch": lambda handset, repeat: [fetch(handset, repeat)],
    "send": lambda handset, repeat: [send(handset, repeat)],
}
