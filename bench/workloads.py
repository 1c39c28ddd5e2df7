"""The workloads: each a function that does one repetition and says how it went."""

import json
import time
from collections.abc import Callable
from typing import Any

import orjson

from bench.floor_app import Envelope
from bench.measure import Run
from bench.phones import EXCHANGE, JSON, PACKED, BenchPhone
from bench.raw import Raw
from bench.wire import Connection, together
from server.kernel import ids


def records(phones: list[BenchPhone], each: int) -> Callable[[], Run]:
    """W1N: every phone sends *each* inspections of sixty mutations, one request an inspection."""

    def run() -> Run:
        bodies = [[p.body(p.record()) for _ in range(each)] for p in phones]
        jobs = [[_post(EXCHANGE, body) for body in own] for own in bodies]
        return together([p.connection for p in phones], jobs, len(phones) * each)

    return run


def floor_records(port: int, phones: list[BenchPhone], each: int) -> Callable[[], Run]:
    """The same bodies' mutations to the stack's floor."""
    connections = [Connection(port) for _ in phones]

    def run() -> Run:
        jobs = [[_post("/push", floor_body(phone)) for _ in range(each)] for phone in phones]
        return together(connections, jobs, len(phones) * each)

    return run


def floor_body(phone: BenchPhone, most: int = 60) -> bytes:
    """As many commands of an inspection as a floor takes in one request."""
    shadow = BenchPhone(0, phone.world, 0)
    return json.dumps({"client": shadow.client, "push": shadow.record()[:most]}).encode()


def _post(path: str, body: bytes) -> Callable[[Connection], None]:
    return lambda connection: void(connection.ask("POST", path, body, JSON))


def void(_answer: Any) -> None:
    """Take an answer and be content."""


def pushes(phone: BenchPhone, count: int, batch: int, *, packed: bool) -> Callable[[], Run]:
    """P1: *count* answers in batches, into inspections begun before the clock starts."""

    def run() -> Run:
        bodies = []
        inspections = [ids.new_id() for _ in range(count // batch)]
        phone.send(phone.body([phone.start(inspection) for inspection in inspections]))
        for inspection in inspections:
            answers = [phone.answer(inspection, n % 60) for n in range(batch)]
            bodies.append(phone.body(answers, packed=packed))
        headers = PACKED if packed else JSON
        jobs = [[(lambda c, b=body: void(c.ask("POST", EXCHANGE, b, headers))) for body in bodies]]
        return together([phone.connection], jobs, count)

    return run


def raw_pushes(
    raw: Raw, phone: BenchPhone, count: int, batch: int, per: int = 1
) -> Callable[[], Run]:
    """The same rows written by the driver alone, with the same durability; *per* rows count one."""

    def run() -> Run:
        shadow = BenchPhone(0, phone.world, 0)
        batches = []
        for _ in range(count // batch):
            inspection = ids.new_id()
            answers = [shadow.answer(inspection, n % 60) for n in range(batch)]
            batches.append(
                [Envelope(a["id"], a["mid"], a["name"], a["args"], a["at"]) for a in answers]
            )
        begun = time.perf_counter()
        for one in batches:
            raw.write(shadow.client, one)
        return Run(count / per, time.perf_counter() - begun)

    return run


def exchanges(phone: BenchPhone, times: int, size: int) -> Callable[[], Run]:
    """Twenty answers and what they changed, in one round trip each."""
    state: dict[str, Any] = {}

    def run() -> Run:
        inspection = ids.new_id()
        phone.send(phone.body([phone.start(inspection)]))
        catch_up(phone, state)
        jobs: list[Callable[[Connection], None]] = []
        for number in range(times):
            answers = [phone.answer(inspection, (number * size + n) % 60) for n in range(size)]
            jobs.append(exchange_job(phone, answers, state))
        return together([phone.connection], [jobs], times)

    return run


def exchange_job(
    phone: BenchPhone, push: list[Any], state: dict[str, Any]
) -> Callable[[Connection], None]:
    """One round trip: *push* up, what changed down."""

    def job(connection: Connection) -> None:
        rest = push
        while True:
            body = phone.body(rest, pull(state), packed=True)
            answer = orjson.loads(connection.ask("POST", EXCHANGE, body, PACKED).body)
            _absorb(state, answer)
            # A server that is pressed for time answers a part and is sent the rest again.
            rest = rest[len(answer["results"]) :]
            if not rest:
                return

    return job


def pull(state: dict[str, Any]) -> dict[str, Any]:
    """What a phone that stands there asks for."""
    return {
        "scopes": state.get("cursors", {}),
        "resume": state.get("resume"),
        "max_rows": 5000,
        "max_bytes": 2_000_000,
        "have_manifest": state.get("manifest"),
    }


def _absorb(state: dict[str, Any], answer: dict[str, Any]) -> int:
    """Move the cursors as a phone does; how many rows came."""
    cursors = state.setdefault("cursors", {})
    state["resume"] = None
    rows = 0
    for page in answer.get("data", ()):
        rows += len(page["put"])
        if page.get("more"):
            state["resume"] = page["more"]
        else:
            cursors[page["scope"]] = page.get("to") or page["at"]
    if "manifest" in answer:
        state["manifest"] = answer["manifest"]["etag"]
    return rows


def catch_up(phone: BenchPhone, state: dict[str, Any]) -> None:
    """Fetch until there is nothing new."""
    answer = phone.send(phone.body([], pull(state)))
    while _absorb(state, answer) or answer["more"]:
        answer = phone.send(phone.body([], pull(state)))


def polls(phones: list[BenchPhone], times: int) -> Callable[[], Run]:
    """P3: nothing new."""
    states: list[dict[str, Any]] = [{} for _ in phones]

    def run() -> Run:
        jobs = []
        for phone, state in zip(phones, states, strict=True):
            catch_up(phone, state)
            jobs.append([exchange_job(phone, [], state) for _ in range(times)])
        return together([p.connection for p in phones], jobs, len(phones) * times)

    return run


def floor_polls(port: int, connections: int, times: int) -> Callable[[], Run]:
    """A question that reads one row and no more."""
    links = [Connection(port) for _ in range(connections)]

    def run() -> Run:
        jobs = [[_post("/poll", b"{}") for _ in range(times)] for _ in links]
        return together(links, jobs, connections * times)

    return run


def first_sync(port: int, world: dict[str, Any], number: int, rows: int) -> Callable[[], Run]:
    """P2: a new device fetches everything; the first repetition makes the rows."""
    phone = BenchPhone(port, world, number)
    made = False

    def fill() -> None:
        for _ in range(rows // 60 + 1):
            inspection = ids.new_id()
            answers = [phone.answer(inspection, n) for n in range(60)]
            start = phone.start(inspection)
            start["mid"], answers = answers[0]["mid"], _later(answers)
            phone.send(phone.body([start, *answers]))

    def run() -> Run:
        nonlocal made
        if not made:
            fill()
            made = True
        state: dict[str, Any] = {}
        fresh = BenchPhone(port, world, number)
        got = 0
        cpu, begun = time.process_time(), time.perf_counter()
        while True:
            answer = fresh.send(fresh.body([], pull(state)))
            got += _absorb(state, answer)
            if not answer["more"]:
                break
        seconds = time.perf_counter() - begun
        link = fresh.connection
        return Run(
            got, seconds, link.requests, link.up, link.down, client_cpu=time.process_time() - cpu
        )

    return run


def _later(answers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [a | {"mid": a["mid"] + 1} for a in answers]


def raw_rows(raw: Raw, rows: int) -> Callable[[], Run]:
    """The same number of answers read by the driver and written as JSON, in pages."""
    raw.fill(rows)

    def run() -> Run:
        begun = time.perf_counter()
        for page in raw.pages(rows):
            names = ("id", "t", "k", "rev", "fields")
            orjson.dumps([dict(zip(names, row[1:], strict=True)) for row in page])
        return Run(rows, time.perf_counter() - begun)

    return run
