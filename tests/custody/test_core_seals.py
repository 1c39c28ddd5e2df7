"""The app's own custody, in Node, against the real server: the same chain on both sides."""

import subprocess

from server.ops import paths, process, webapp
from tests.conftest import MakeLiveServer


def test_the_real_phone_and_the_real_server_make_one_chain(
    make_live_server: MakeLiveServer, backend: str
) -> None:
    webapp.ensure_modules()
    server = make_live_server(backend, "demo", ANXUN_DEMO="1")
    server.start()
    told = {
        "ANXUN_SERVER": server.url,
        "ANXUN_ACCOUNTS": str(server.folder / "demo-accounts.json"),
        "SEED": "3" if backend == "sqlite" else "4",
    }
    done = subprocess.run(
        [webapp.npm(), "exec", "--", "vitest", "run", "tests/sync/sealed.test.ts"],
        cwd=paths.PWA,
        env=process.environment(told),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert "skipped" not in done.stdout
