"""Work that would hold up every other request of a green-threaded worker."""

import sys
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def aside(work: Callable[[], T]) -> T:
    """
    Run *work* and return its result; under gevent in a real thread, so that others go on meanwhile.

    It must not touch the database session, which belongs to the green thread.
    """
    if "gevent.monkey" in sys.modules:
        from gevent import get_hub, monkey

        if monkey.is_module_patched("socket"):
            result: T = get_hub().threadpool.apply(work)
            return result
    return work()
