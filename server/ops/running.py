"""`make run`: from a clone to an address that can be opened."""

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from server.ops import network, options, packages, paths, secure, site, webapp, welcome
from server.ops.console import complain, say, step
from server.ops.options import Options
from server.ops.serving import Server
from server.ops.stopping import Stopping

BIGGEST_LOG = 20 * 1024 * 1024
FIRST_TIDY = 3600.0
DAY = 86_400.0


def main() -> int:
    started = time.monotonic()
    chosen = options.from_environment()
    network.require_free(chosen.host, chosen.port)
    say("安巡 Anxun")
    with _alone():
        packages.ensure_run_time()
        webapp.ensure_built()
        env = settings(chosen)
        found = site.prepare(env, demo=chosen.demo)
    welcome.introduce(found)  # at once: the password is told only now, whatever happens next
    trust = secure.prepare(chosen) if chosen.tls else None
    with Stopping() as asked:
        server = _server(chosen, env | (trust.env if trust else {}), asked)
        try:
            with step("启动 Start"):
                server.start()
                server.await_ready()
            welcome.greet(chosen, found, trust=trust, seconds=time.monotonic() - started)
            code = serve(server, lambda: site.tidy(server.env, asked.pause))
        except KeyboardInterrupt:
            _stop(server)
            return 0
        except BaseException:
            server.kill()
            raise
    complain(f"服务器意外结束 The server ended by itself, see {paths.shown(server.log)}")
    return code or 1


def settings(chosen: Options) -> dict[str, str]:
    """What the server is told by its environment, beside the ANXUN_* that the caller set."""
    return {
        "ANXUN_DEMO": "1" if chosen.demo else "0",
        "ANXUN_VAR": str(paths.var()),
        "ANXUN_BIND": chosen.bind,
        "WEB_CONCURRENCY": str(chosen.workers),
    }


@contextmanager
def _alone() -> Iterator[None]:
    """Let one `make run` at a time install, build and migrate."""
    with (paths.var() / "setup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("  等待另一个 make run 完成准备 Waiting for another make run to finish its setup")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _server(chosen: Options, env: dict[str, str], asked: Stopping) -> Server:
    log = paths.logs() / "server.log"
    if log.is_file() and log.stat().st_size > BIGGEST_LOG:
        log.replace(log.with_suffix(".log.1"))
    local = "127.0.0.1" if chosen.host in ("0.0.0.0", "") else chosen.host
    probe = chosen.address("::1" if chosen.host == "::" else local) + "readyz"
    return Server(env, probe=probe, log=log, pause=asked.pause)


def serve(
    server: Server, tidy: Callable[[], None], *, first: float = FIRST_TIDY, again: float = DAY
) -> int:
    """Wait for the server's end; tidy up a while after the start and every day from then on."""
    pause = first
    while (code := server.wait(pause)) is None:
        tidy()
        pause = again
    return code


def _stop(server: Server) -> None:
    say()
    with step("停止 Stop"):
        try:
            server.stop()
        except KeyboardInterrupt:
            server.kill()
