"""
Commands of older apps, brought up to what this server runs.

A phone may have kept a command for months; it is never refused for its age. Whoever raises a
handler's `v` adds the step from the version before it here, and a vector of both versions to
contracts/vectors/mutations. Nothing was released before version 1, so that the table begins empty.
"""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import orjson

Args = dict[str, Any]
Step = Callable[[Args], Args]
# (name, v) → the arguments as version v + 1 has them. A step stays for at least twelve months.
UPCASTS: Mapping[tuple[str, int], Step] = {}


class NoWay(Exception):
    """A step is missing: a fault of this server, not of the phone; the work is parked whole."""


def lift(name: str, v: int, to: int, raw: msgspec.Raw) -> msgspec.Raw:
    """Return arguments of version *v* as version *to* has them; those of today untouched."""
    if v == to:
        return raw
    args: Args = orjson.loads(bytes(raw))
    for version in range(v, to):
        step = UPCASTS.get((name, version))
        if step is None:
            raise NoWay(f"{name} {version}")
        args = step(args)
    return msgspec.Raw(orjson.dumps(args))
