"""Both engines behind one door: the server's rules, and the phone's in one node process."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from server.checklists import rules

ROOT = Path(__file__).resolve().parents[2]
ENGINE = ROOT / "pwa" / "src" / "engine"

Request = tuple[str, dict[str, Any]]
Run = Callable[[Sequence[Request]], list[Any]]

RULES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "citations": lambda i: rules.citations(i["basis"], i["records"], i["day"]),
    "holds": lambda i: rules.holds(i["condition"], i["values"].get),
    "judge": lambda i: rules.judge(i["item"], i["values"], i["today"]),
    "lines": lambda i: rules.lines(i["definition"], i["context"], i["answers"]),
    "candidates": lambda i: rules.candidates(
        i["definition"], i["context"], i["answers"], i["criteria"]
    ),
    "missing": lambda i: rules.missing(i["definition"], i["context"], i["answers"], i["photos"]),
    "findings": lambda i: rules.findings(i["definition"], i["context"], i["answers"]),
    "score": lambda i: rules.score(i["definition"], i["context"], i["answers"]),
    "draw": lambda i: rules.draw(i["definition"], i["context"], i["seed"], i["last"]),
    "exceptions": lambda i: rules.exceptions(
        i["definition"], i["context"], i["answers"], i["photos"]
    ),
    "estimate": lambda i: rules.estimate(
        i["definition"], i["context"], i["answers"], i["measured"], i["style"]
    ),
    "merge_field": lambda i: rules.merge_field(i["field"], i["current"], i["incoming"]),
}


def on_server(requests: Sequence[Request]) -> list[Any]:
    """Run the server's rules."""
    return [RULES[rule](given) for rule, given in requests]


def node() -> str:
    """Find node: the one installed beside Python first."""
    beside = Path(sys.executable).with_name("node")
    found = str(beside) if beside.exists() else shutil.which("node")
    assert found, "node is missing: pip install -r requirements-dev.txt"
    return found


@contextmanager
def phone() -> Iterator[Run]:
    """Start the phone's rules once, and run many requests through them."""
    program = [node(), str(Path(__file__).with_name("engine.mjs")), str(ENGINE)]
    with subprocess.Popen(
        program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        assert process.stdin
        assert process.stdout
        stdin, stdout = process.stdin, process.stdout

        def run(requests: Sequence[Request]) -> list[Any]:
            asked = [{"rule": rule, "input": given} for rule, given in requests]
            stdin.write(json.dumps(asked) + "\n")
            stdin.flush()
            answers: list[Any] = json.loads(stdout.readline())
            return answers

        yield run
        stdin.close()
