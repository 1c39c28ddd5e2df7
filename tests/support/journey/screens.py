"""Looking at a screen as axe does, and as somebody with a narrow phone does."""

from typing import Any

from playwright.sync_api import Page

from server.ops import paths

AXE = (paths.PWA / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async (tags) => {
  const found = await axe.run(document, {runOnly: {type: 'tag', values: tags}});
  return {
    checked: found.passes.length,
    violations: found.violations.map((v) => ({
      rule: v.id, help: v.help, nodes: v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)),
    })),
  };
}"""
SETTLED = "() => !document.querySelector('[aria-busy=true], .skeleton, .splash')"


def settle(page: Page) -> None:
    """Wait until nothing is on its way any more."""
    page.wait_for_function(SETTLED)
    page.evaluate("() => document.fonts.ready.then(() => true)")
    page.evaluate(
        "() => Promise.allSettled(document.getAnimations().map((a) => a.finished)).then(() => true)"
    )


def examine(page: Page) -> dict[str, Any]:
    """Run axe on the page as it stands: how many rules passed, and what was found."""
    settle(page)
    page.evaluate(AXE)
    result: dict[str, Any] = page.evaluate(RUN, RULES)
    return result


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return int(page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth"))
