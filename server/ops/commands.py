"""The commands behind the Makefile's targets."""

import sys
from collections.abc import Callable, Mapping
from importlib import import_module

from server.ops.console import Failure, complain

INTERRUPTED = 130
#: name → where its function is; imported when asked for, since two need the virtual environment
COMMANDS: Mapping[str, str] = {
    "run": "running:main",
    "test": "testing:test",
    "check": "testing:check",
    "torture": "testing:torture",
    "accounts": "chores:accounts",
    "bench": "chores:bench",
    "contracts": "chores:contracts",
    "build": "chores:build",
    "fmt": "chores:fmt",
    "lock": "lock:main",
    "certificates": "certificates:main",
    "qr": "qr:main",
}
TAKES_ARGUMENTS = {"certificates", "qr"}


def main(arguments: list[str]) -> int:
    """Run one command; a Failure is told without a traceback."""
    if not arguments or arguments[0] not in COMMANDS:
        complain(f"one of: {' '.join(COMMANDS)}")
        return 2
    name, rest = arguments[0], arguments[1:]
    module, function = COMMANDS[name].split(":")
    command: Callable[..., int] = getattr(import_module(f"server.ops.{module}"), function)
    try:
        return command(rest) if name in TAKES_ARGUMENTS else command()
    except Failure as failure:
        complain(str(failure))
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        sys.stdout = None  # whoever read us has left
        return 0
