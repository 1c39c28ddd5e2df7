"""What must be true of every screen: accessible, as wide as the screen, without an error."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from server.ops.paths import PWA

AXE = PWA / "node_modules" / "axe-core" / "axe.min.js"
RUN = """async () => {
  const found = await axe.run(document, {resultTypes: ['violations'], elementRef: false});
  return {
    checks: found.passes.length + found.violations.length,
    violations: found.violations.map(({id, impact, nodes}) => ({
      id, impact, where: nodes.slice(0, 5).map((node) => [node.target.join(' '), node.html.slice(0, 160)]),
    })),
  };
}"""
STILL = """() => document.getAnimations().every((one) => one.playState !== 'running'
    || one.effect?.getTiming().iterations === Infinity)
  && document.querySelector('[aria-busy="true"], .skeleton') === null"""
WIDTH = "() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]"


def settle(page: Page) -> None:
    """Wait until nothing moves and nothing is being read any more."""
    page.wait_for_load_state("networkidle")
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


def picture(page: Page, folder: Path, name: str) -> None:
    """Keep what is to be seen."""
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}.png")
