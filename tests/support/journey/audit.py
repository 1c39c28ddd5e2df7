"""What must be true of every screen: accessible, as wide as the screen, without an error."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from server.ops.paths import PWA
from tests.support.journey.phone import Phone

AXE = PWA / "node_modules" / "axe-core" / "axe.min.js"
RUN = """async () => {
  const found = await axe.run(document, {resultTypes: ['violations'], elementRef: false});
  return {
    checks: found.passes.length + found.violations.length,
    violations: found.violations.map(({id, impact, nodes}) => ({
      id, impact, where: nodes.slice(0, 5).map(({target, html}) => [target, html.slice(0, 160)]),
    })),
  };
}"""
STILL = """() => {
  const main = document.querySelector('main');
  return main !== null && main.innerText.trim() !== ''
    && document.querySelector('[aria-busy="true"], .skeleton') === null
    && [...document.images].every((image) => image.complete || image.loading === 'lazy')
    && document.getAnimations().every((one) => one.playState !== 'running'
      || one.effect?.getTiming().iterations === Infinity);
}"""
WIDTH = "() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]"


def settle(page: Page) -> None:
    """Wait until nothing moves and nothing is being read any more."""
    page.wait_for_function(STILL)


def inaccessible(page: Page) -> tuple[int, list[dict[str, Any]]]:
    """How many rules axe-core examined, and what it found wrong."""
    if not page.evaluate("() => 'axe' in window"):
        # The app's own policy forbids foreign scripts; this is the tester's, not the page's.
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(RUN)
    return found["checks"], found["violations"]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its screen."""
    inner, outer = page.evaluate(WIDTH)
    return int(inner - outer)


class Screens:
    """Looks at one screen after the other, by day and by night, and keeps what it finds."""

    def __init__(self, what: str, phone: Phone, folder: Path, narrow: int | None = None) -> None:
        self.what = what
        self.phone = phone
        self.folder = folder
        self.narrow = narrow
        self.seen: list[str] = []
        self.checks = 0
        self.findings: list[Any] = []
        folder.mkdir(parents=True, exist_ok=True)

    def look(self, name: str) -> None:
        """Examine what is on the screen now, in both lights."""
        page = self.phone.page
        for light in ("light", "dark"):
            page.emulate_media(color_scheme=light)
            settle(page)
            page.screenshot(path=self.folder / f"{name}-{light}.png")
            checks, violations = inaccessible(page)
            self.checks += checks
            self.findings += [(name, light, violation) for violation in violations]
        page.emulate_media(color_scheme="light")
        self._look_at_width(name)
        self.seen.append(name)

    def _look_at_width(self, name: str) -> None:
        """Nothing may be wider than the screen, not on the narrowest one either."""
        page = self.phone.page
        if over := overflow(page):
            self.findings.append((name, "too wide by", over))
        if self.narrow is None or page.viewport_size is None:
            return
        usual = page.viewport_size
        page.set_viewport_size({"width": self.narrow, "height": usual["height"]})
        if over := overflow(page):
            page.screenshot(path=self.folder / f"{name}-narrow.png")
            self.findings.append((name, f"at {self.narrow} px too wide by", over))
        page.set_viewport_size(usual)

    def visit(self, name: str, path: str) -> None:
        """Go to a page and examine it."""
        self.phone.goto(path)
        self.look(name)

    def open(self, name: str, opener: str) -> None:
        """Open a sheet, examine it, and close it."""
        self.phone.tap(opener)
        expect(self.phone.page.locator("dialog[open]")).to_be_visible()
        self.look(name)
        self.phone.close_sheet()

    def summary(self) -> str:
        return f"{len(self.seen)} screens of {self.what} by axe in two lights, {self.checks} checks"
