"""The core's own random histories in a long dose; the short one runs with the app's other tests."""

import os
import subprocess
from collections.abc import Callable

import pytest

from server.ops import paths, process, webapp

NAMES = ("HISTORIES", "SEARCH", "SEED")
FILES = ("history", "mechanisms", "two-tabs")


@pytest.mark.skipif("HISTORIES" not in os.environ, reason="a long dose is for make torture")
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("name", FILES)
def test_the_core_holds(name: str, record_property: Callable[[str, object], None]) -> None:
    webapp.ensure_modules()
    told = {one: os.environ[one] for one in NAMES if one in os.environ}
    done = subprocess.run(
        [webapp.npm(), "exec", "--", "vitest", "run", f"src/sync/{name}.test.ts"],
        cwd=paths.PWA,
        env=process.environment(told),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    for line in done.stdout.splitlines():
        if line.startswith("examined: "):
            record_property("examined", line.removeprefix("examined: "))
