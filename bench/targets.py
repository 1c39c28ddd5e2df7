"""
What is wanted of each workload, under the names of the list of targets.

Figures of rivals were taken on another machine: they are orientation, the ratios are the measure.
"""

from collections.abc import Callable

from bench.measure import Contest, Target

Figure = Callable[[Contest], float]
_CENTRAL = "(ODK Central, another machine)"
_TUS = "(tus on Node, another machine)"
_POUCH = "(PouchDB and its server, another machine)"


def over(floor: str) -> Figure:
    """The ratio to a floor whose name begins so."""
    return lambda contest: contest.ratio(next(n for n in contest.floors if n.startswith(floor)))


def rate(contest: Contest) -> float:
    """How much a second, in the median."""
    runs = sorted(run.rate for run in contest.runs["ours"])
    return runs[len(runs) // 2]


def within(part: float) -> Figure:
    """Milliseconds within which so much was answered."""
    return lambda contest: contest.within(part)


def requests(contest: Contest) -> float:
    """Requests of one repetition."""
    return contest.runs["ours"][-1].requests


def _wire(contest: Contest, per: float, *, up: bool, down: bool) -> float:
    run = contest.runs["ours"][-1]
    return (run.up * up + run.down * down) / (per or 1)


def kilobytes(*, up: bool = True, down: bool = True) -> Figure:
    """What one repetition sent, in kB."""
    return lambda contest: _wire(contest, 1000, up=up, down=down)


def each(*, up: bool = True, down: bool = True) -> Figure:
    """What one request sent, in bytes."""
    return lambda contest: _wire(contest, requests(contest), up=up, down=down)


def overhead(contest: Contest) -> float:
    """Bytes sent for each byte of the photos."""
    run = contest.runs["ours"][-1]
    return run.up / (run.amount * 1e6)


def server_ms(contest: Contest) -> float:
    """Processor time of the servers for one unit of the workload, database included."""
    runs = sorted(run.server_cpu / run.amount for run in contest.runs["ours"])
    return runs[len(runs) // 2] * 1000


BOTH: dict[str, tuple[Target, ...]] = {
    "record1": (Target("T3", f"p95 ms {_CENTRAL}", within(0.95), 6.9),),
    "record16": (Target("T3", f"p95 ms {_CENTRAL}", within(0.95), 75),),
    "record40": (Target("G", "p95 ms with 40 phones", within(0.95), 500),),
    "sustained": (Target("T2", f"rec/s over 5,000 {_CENTRAL}", rate, 360, at_least=True),),
    "with-photos": (Target("T11", f"rec/s {_CENTRAL}", rate, 96, at_least=True),),
    "push": (
        Target("T4", "of the raw driver", over("raw"), 0.12, at_least=True),
        Target("T5", "requests for 1,000", requests, 2),
        Target("T5", "kB up for 1,000", kilobytes(down=False), 70),
    ),
    "first": (
        Target("T6", "of the raw driver and orjson", over("raw"), 0.11, at_least=True),
        Target("T7", "requests", requests, 12),
        Target("T7", "kB up and down", kilobytes(), 650),
    ),
    "poll1": (
        Target("T8", "bytes up of a request", each(down=False), 600),
        Target("T8", "bytes down of a request", each(up=False), 600),
        Target("T8", "p50 ms (half of CouchDB's rival, another machine)", within(0.5), 6.5),
    ),
    "sixty": (
        Target("T9", "bytes up and down of a round trip", each(), 6000),
        Target("T9", "requests for 10 round trips", requests, 20),
    ),
    "photo1": (
        Target("T10", f"MB/s {_TUS}", rate, 81, at_least=True),
        Target("T10", "of bare Flask", over("bare Flask"), 0.80, at_least=True),
        Target("T13", "bytes sent for each byte of photo", overhead, 1.01),
    ),
    "photo4": (
        Target("T10", f"MB/s {_TUS}", rate, 131, at_least=True),
        Target("T10", "of bare Flask", over("bare Flask"), 0.80, at_least=True),
    ),
    "fetched1": (Target("A2", f"MB/s {_POUCH}", rate, 48, at_least=True),),
    "pushed1": (Target("A1", f"MB/s {_POUCH}", rate, 47, at_least=True),),
    "resumed": (
        Target("T12", f"MB/s, cut at half {_TUS}", rate, 200, at_least=True),
        Target("T12", "bytes sent for each byte", overhead, 1.01),
    ),
    "thumbnail": (Target("T16", "of naive decoding, times as fast", over("naive"), 2, True),),
}
ALONE: dict[str, dict[str, tuple[Target, ...]]] = {
    "sqlite": {
        "record4": (
            Target("T1", "of the stack floor", over("stack"), 0.60, at_least=True),
            Target("T1", f"rec/s {_CENTRAL}", rate, 399, at_least=True),
            Target("T18", f"server ms each {_CENTRAL}", server_ms, 5),
        ),
    },
    "postgres": {
        "record4": (
            Target("T17", f"rec/s {_CENTRAL}", rate, 319, at_least=True),
            Target("T18", f"server ms each {_CENTRAL}", server_ms, 5),
        ),
        "record16": (Target("T17", f"rec/s {_CENTRAL}", rate, 319, at_least=True),),
    },
}


def wanted(workload: str, database: str) -> tuple[Target, ...]:
    """What is wanted of a workload on a database."""
    return (*BOTH.get(workload, ()), *ALONE[database].get(workload, ()))
