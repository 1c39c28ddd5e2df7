"""
Where the time of a request goes: layer by layer, in one process, beside the stack's floor.

Each layer counts its own time, without that of the layers it calls. Processor time says what a
busy machine cannot change; the clock on the wall adds what was waited for: disk and database.

`python -m bench.layers [--database sqlite|postgres] [--what push|poll|photo] [--count 200]`
"""

import argparse
import gzip
import io
import os
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import phones, pictures, servers, workloads
from bench.measure import calibrate
from bench.phones import EXCHANGE, JSON, BenchPhone
from bench.wire import Answer

Clock = tuple[float, float]


class Layers:
    """Own times of the layers that are open; whoever is innermost pays."""

    def __init__(self) -> None:
        self.spent: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
        self._open: list[str] = ["the rest"]
        self._since = self._now()

    def _now(self) -> Clock:
        return time.process_time(), time.perf_counter()

    def _pay(self) -> None:
        now = self._now()
        own = self.spent[self._open[-1]]
        own[0] += now[0] - self._since[0]
        own[1] += now[1] - self._since[1]
        self._since = now

    def begin(self) -> None:
        """Forget what was before."""
        self.spent.clear()
        self._since = self._now()

    def end(self) -> dict[str, list[float]]:
        """Return what every layer used: processor, wall, times called."""
        self._pay()
        return {layer: list(own) for layer, own in self.spent.items()}

    def around(self, place: Any, name: str, layer: str) -> None:
        """Count a function of a module or class to a layer."""
        real = getattr(place, name)

        def run(*args: Any, **named: Any) -> Any:
            self._pay()
            self._open.append(layer)
            self.spent[layer][2] += 1
            try:
                return real(*args, **named)
            finally:
                self._pay()
                self._open.pop()

        setattr(place, name, run)


def watch(layers: Layers) -> None:
    """Put the layers around the product's functions."""
    from flask import Flask
    from sqlalchemy.engine.default import DefaultDialect
    from sqlalchemy.orm import Session

    from server.custody import chains
    from server.evidence import uploads
    from server.evidence.parts import Part
    from server.inspections import service
    from server.kernel import driver
    from server.sync import answers, exchange, intake, ledger, witness
    from server.web import auth, replies

    for name in ("read_body", "parse_exchange"):
        layers.around(intake, name, "read and parse the request")
    layers.around(auth, "current_actor", "who asks, what they may")
    layers.around(service, "begin_inspection", "begin the inspection")
    layers.around(answers, "apply", "check and merge the answers")
    for place, name in ((chains, "follow"), (witness, "attest"), (witness, "moments")):
        layers.around(place, name, "chain of custody, clocks")
    layers.around(ledger, "record", "write the ledger")
    layers.around(exchange, "pull", "decide and read what is new")
    layers.around(Part, "append", "take the bytes, hash, write")
    layers.around(uploads, "_keep", "sync the file and its folder")
    for name in ("rows_on", "run_on", "run_many", "run"):
        layers.around(driver, name, "SQL statements")
    layers.around(DefaultDialect, "do_commit", "COMMIT, synced")
    for name in ("connection", "commit", "close"):
        layers.around(Session, name, "session, change feed, audit chain")
    layers.around(Flask, "process_response", "headers, gzip")
    layers.around(replies, "reply", "write the answer")


class InProcess:
    """A connection to an application in this process."""

    def __init__(self, _port: int, cookie: str = "") -> None:
        self.cookie = cookie

    def ask(
        self, method: str, path: str, body: bytes = b"", headers: Any = (), expect: int = 200
    ) -> Answer:
        """Do one request."""
        status, told, data = call(self.app, method, path, body, (*headers, *self._own()))
        assert status == expect, data[:300]
        plain = gzip.decompress(data) if told.get("content-encoding") == "gzip" else data
        return Answer(status, told, plain, len(data))

    app: Any = None

    def _own(self) -> tuple[str, ...]:
        return (f"Cookie: {self.cookie}", "Accept-Encoding: gzip")


def call(
    app: Any, method: str, path: str, body: bytes, headers: Any
) -> tuple[int, dict[str, str], bytes]:
    """Ask a WSGI application, as a server does."""
    told: list[Any] = []
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "127.0.0.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "CONTENT_LENGTH": str(len(body)),
    }
    for line in headers:
        name, _, value = line.partition(": ")
        key = name.upper().replace("-", "_")
        environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
    pieces = app(environ, lambda *said: told.extend(said))
    data = b"".join(pieces)
    pieces.close()
    return int(told[0].split()[0]), {k.lower(): v for k, v in told[1]}, data


def jobs(what: str, phone: BenchPhone, state: dict[str, Any], count: int) -> list[Any]:
    """Requests, made before any clock runs."""
    if what == "push":
        bodies = [phone.body(phone.record()) for _ in range(count)]
        return [lambda c, b=body: c.ask("POST", EXCHANGE, b, JSON) for body in bodies]
    if what == "photo":
        return [pictures.upload(pictures.noise()) for _ in range(count)]
    workloads.catch_up(phone, state)
    return [workloads.exchange_job(phone, [], state) for _ in range(count)]


def floor_of(what: str, phone: BenchPhone, count: int) -> list[Callable[[], Any]]:
    """The floor's requests."""
    from bench import floor_app

    def one(path: str, body: bytes) -> Callable[[], Any]:
        return lambda: call(floor_app.app, "POST", path, body, JSON)

    if what == "push":
        return [one("/push", workloads.floor_body(phone)) for _ in range(count)]
    if what == "photo":
        return [one(f"/photo/{n}", pictures.noise()) for n in range(count)]
    return [one("/poll", b"{}") for _ in range(count)]


def used(work: list[Callable[[], Any]]) -> Clock:
    """Processor and wall time of each, in milliseconds."""
    before = time.process_time(), time.perf_counter()
    for one in work:
        one()
    after = time.process_time(), time.perf_counter()
    return tuple((b - a) * 1000 / len(work) for a, b in zip(before, after, strict=True))  # type: ignore[return-value]


def profile(what: str, count: int, phone: BenchPhone, layers: Layers, name: str) -> None:
    """One kind of request: its layers, and its floor in the same minute."""
    link, state = phone.connection, {}
    for job in jobs(what, phone, state, 30):
        job(link)
    work = jobs(what, phone, state, count)
    layers.begin()
    for job in work:
        job(link)
    spent = layers.end()
    floor = used(floor_of(what, phone, count))
    cpu, wall = (sum(own[n] for own in spent.values()) * 1000 / count for n in (0, 1))
    print(f"\n{what}, {name}: {cpu:.2f} ms processor, {wall:.2f} ms", end="")
    print(
        f"; floor {floor[0]:.2f} and {floor[1]:.2f}: {floor[0] / cpu:.2f} and {floor[1] / wall:.2f}"
    )
    for layer, own in sorted(spent.items(), key=lambda one: -one[1][1]):
        times = f"{own[2] / count:5.1f} x" if own[2] else "       "
        share = own[1] * 100_000 / count / wall
        print(
            f"  {layer:34s} {times} {own[0] * 1000 / count:6.2f} ms processor "
            f"{own[1] * 1000 / count:6.2f} ms  {share:3.0f} %"
        )


def run(kind: str, what: list[str], count: int) -> None:
    """Profile the requests over one kind of database."""
    from bench.run import _database

    with tempfile.TemporaryDirectory(prefix="bench-") as folder, _database(kind) as (url, _):
        world = servers.world(Path(folder), url)
        os.environ.update(servers.environment(Path(folder), url) | {"BENCH_FLOOR": folder})
        from server import create_app

        InProcess.app = create_app()
        setattr(phones, "Connection", InProcess)  # noqa: B010
        layers = Layers()
        watch(layers)
        print(f"\nLayers, {kind} (calibration {calibrate() * 1000:.0f} ms)")
        for one in what:
            profile(one, count, BenchPhone(0, world, 0), layers, kind)


def main() -> None:
    """Run what was asked for; each database in a process of its own, as its modules are changed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few requests")
    parser.add_argument("--database", choices=["sqlite", "postgres"], action="append")
    parser.add_argument("--what", choices=["push", "poll", "photo"], action="append")
    parser.add_argument("--count", type=int, default=200)
    given = parser.parse_args()
    for kind in given.database or ["sqlite", "postgres"]:
        if (child := os.fork()) == 0:
            run(kind, given.what or ["push", "poll", "photo"], 40 if given.quick else given.count)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status:
            raise SystemExit(1)


if __name__ == "__main__":
    main()
