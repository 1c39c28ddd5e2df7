"""
Workload D: the detection gap over a thousand, ten thousand and a hundred thousand pairs.

Half the answers are from the own checks of a unit, half from visits a few days later. The page is
asked over HTTP beside two floors on the same database: reading the same answers and nothing else,
and the same comparison said in one statement of SQL.

`python -m bench.gap [--quick] [--database sqlite|postgres] [--sizes 1000,100000]`
"""

import argparse
import random
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench import servers, years
from bench.ground import ground
from bench.ledger import Ask, bare_ask
from bench.measure import calibrate
from bench.wire import Connection

ROUNDS, PLACES, LATER, DAYS = 5, 200, 4, 300
GROUPS = ("unit", "item", "unit-item")
RESULT = {
    "sqlite": "json_extract({side}.fields, '$.result.v')",
    "postgres": "({side}.fields::jsonb #>> '{{result,v}}')",
}
READ = """
    SELECT a.inspection_id, a.target_id, a.item_key, a.fields FROM answer a
    JOIN inspection i ON i.id = a.inspection_id WHERE i.mode IN ('self-check', 'spot')
"""
COMPARE = """
    SELECT count(*), sum(CASE WHEN {one} = 'pass' AND {other} = 'fail' THEN 1 ELSE 0 END)
    FROM inspection own
    JOIN inspection look ON look.unit_id = own.unit_id AND look.mode = 'spot'
      AND look.checklist_key = own.checklist_key AND look.started_at >= own.started_at
      AND look.started_at <= own.started_at + {reach}
    JOIN answer a ON a.inspection_id = own.id
    JOIN answer b ON b.inspection_id = look.id AND b.target_id = a.target_id
      AND b.item_key = a.item_key
    WHERE own.mode = 'self-check'
"""


class Gap:
    """A server over one number of pairs, and the database behind it."""

    def __init__(self, folder: Path, url: str | None, pairs: int) -> None:
        self.pairs, self.folder, self.url = pairs, folder, url
        self.kind = "postgres" if url else "sqlite"
        self.server, world = servers.product(folder, url, 2, self._fill)
        token = world["people"][0]["token"]
        self.link = Connection(self.server.port, f"anxun_session={token}")
        self.ask: Ask = bare_ask(folder, url)

    def _fill(self, world: dict[str, Any]) -> None:
        person, unit = world["people"][0]["id"], world["unit"]
        with years.opened(self.folder, self.url) as sink:
            sink.ask(f"UPDATE role_grant SET role = 'bureau_office' WHERE person_id = '{person}'")
            visits = list(self._visits())
            region = sink.ask(f"SELECT region_id FROM unit WHERE id = '{unit}'")[0][0]
            known = (unit, region, "bench", world["definition"])
            columns = (
                "id", "unit_id", "region_id", "checklist_key", "definition", "mode", "style",
                "state", "lead_id", "member_ids", "lead_claims", "targets", "started_at",
                "device_started_at", "submitted_at", "submitted_by", "rev",
            )  # fmt: skip
            rows = (
                (v, *known, mode, "full", "submitted", person, f'["{person}"]', "{}", "{}", at, at,
                 at, person, 2)
                for v, mode, at, _ in visits
            )  # fmt: skip
            sink.write("inspection", columns, rows)
            columns = ("inspection_id", "target_id", "item_key", "rev", "fields")
            sink.write("answer", columns, _answers(visits, person))
            if self.url is None:
                sink.ask("ANALYZE")

    def _visits(self) -> Iterator[tuple[str, str, int, str]]:
        now, count = int(time.time() * 1000), max(1, self.pairs // years.PER_VISIT)
        for number in range(count):
            at = now - (LATER + 1 + number * DAYS // count) * years.DAY_MS
            place = f"place-{number % PLACES}"
            yield years.identifier(at), "self-check", at, place
            later = at + LATER * years.DAY_MS
            yield years.identifier(later), "spot", later, place

    def page(self, by: str) -> float:
        begun = time.perf_counter()
        self.link.ask("GET", f"/api/insight/gap?by={by}")
        return time.perf_counter() - begun

    def bare(self, sql: str) -> float:
        begun = time.perf_counter()
        self.ask(sql)
        return time.perf_counter() - begun

    def compare(self) -> str:
        """The same question in one statement."""
        said = RESULT[self.kind]
        reach = str(30 * years.DAY_MS)
        return COMPARE.format(one=said.format(side="a"), other=said.format(side="b"), reach=reach)


def _answers(visits: list[Any], person: str) -> Iterator[tuple[str, str, str, int, str]]:
    luck = random.Random(20261122)
    for visit, _, at, place in visits:
        for item in years.ITEMS:
            word = "fail" if luck.random() < 0.1 else "pass"
            told = f'{{"result":{{"v":"{word}","rev":1,"by":"{person}","at":{at},"how":"tap"}}}}'
            yield visit, place, item, 1, told


@contextmanager
def gap(kind: str, pairs: int) -> Iterator[Gap]:
    """A server over one database."""
    with ground(kind) as (folder, url):
        found = Gap(folder, url, pairs)
        try:
            yield found
        finally:
            found.server.stop()


def measure(here: Gap, rounds: int) -> None:
    """Each grouping of the page, and both floors, in turn."""
    compare = here.compare()
    here.page("unit")
    for by in GROUPS:
        runs = [(here.page(by), here.bare(READ), here.bare(compare)) for _ in range(rounds)]
        ours = statistics.median(run[0] for run in runs)
        read, joined = (statistics.median(run[0] / run[n] for run in runs) for n in (1, 2))
        words = f"D {here.kind}, {here.pairs:,} pairs, by {by}"
        print(
            f"{words:40s} {ours * 1000:8.1f} ms  {read:6.2f} x reading  {joined:6.2f} x one SQL",
            flush=True,
        )


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few pairs, one round")
    parser.add_argument("--database", choices=["sqlite", "postgres"], action="append")
    parser.add_argument("--sizes", default="1000,10000,100000")
    given = parser.parse_args()
    sizes = [1_000] if given.quick else [int(s) for s in given.sizes.split(",")]
    for kind in given.database or ["sqlite", "postgres"]:
        print(f"\nD, {kind} (calibration {calibrate() * 1000:.0f} ms)", flush=True)
        for size in sizes:
            with gap(kind, size) as here:
                measure(here, 1 if given.quick else ROUNDS)


if __name__ == "__main__":
    main()
