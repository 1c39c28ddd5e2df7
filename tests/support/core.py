"""The app's own core, run in Node against the real server."""

import subprocess

from server.ops import paths, process, webapp
from tests.support.live import LiveServer


def meets(server: LiveServer, test: str, seed: int) -> None:
    """Run one file of vitest against *server*; it must pass, and not by being left out."""
    told = {
        "ANXUN_SERVER": server.url,
        "ANXUN_ACCOUNTS": str(server.folder / "demo-accounts.json"),
        "SEED": str(seed),
    }
    done = subprocess.run(
        [webapp.npm(), "exec", "--", "vitest", "run", test],
        cwd=paths.PWA,
        env=process.environment(told),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert "skipped" not in done.stdout
