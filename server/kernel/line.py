"""A line in the order of coming, for green threads and threads of one process."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from server.kernel.errors import Unavailable

PATIENCE_S = 10.0


class Line:
    """
    So many places at once, handed on in the order of coming.

    A plain lock lets whoever runs barge in, and the one that has waited longest waits on.
    """

    def __init__(self, places: int = 1) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._free = places

    @contextmanager
    def place(self) -> Iterator[None]:
        """Hold a place during the block; raise Unavailable when none comes free in time."""
        if not self._acquire(PATIENCE_S):
            raise Unavailable(retry_after=2)
        try:
            yield
        finally:
            self._release()

    def _acquire(self, timeout: float) -> bool:
        with self._guard:
            if self._free:
                self._free -= 1
                return True
            gate = threading.Lock()
            gate.acquire()
            self._waiting.append(gate)
        if gate.acquire(timeout=timeout):
            return True
        with self._guard:
            if gate not in self._waiting:
                return True  # handed over in this very moment
            self._waiting.remove(gate)
            return False

    def _release(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1
