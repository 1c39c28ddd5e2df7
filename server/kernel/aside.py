"""Work that would hold up every other request of a green-threaded worker."""

import sys
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def _is_green() -> bool:
    if "gevent.monkey" not in sys.modules:
        return False
    from gevent import monkey

    return bool(monkey.is_module_patched("socket"))


def aside(work: Callable[[], T]) -> T:
    """
    Run *work* and return its result; under gevent in a real thread, so that others go on meanwhile.

    It must not touch the database session, which belongs to the green thread.
    """
    if not _is_green():
        return work()
    from gevent import get_hub

    result: T = get_hub().threadpool.apply(work)
    return result


def real_sleep(seconds: float) -> None:
    """Sleep as a real thread does, also where the module `time` belongs to green ones."""
    if _is_green():
        from gevent import monkey

        monkey.get_original("time", "sleep")(seconds)
    else:
        time.sleep(seconds)
