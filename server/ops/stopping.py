"""How we are asked to stop: counted at any moment, heeded where nothing is half done."""

import signal
import time
from types import FrameType, TracebackType

ASKING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopping:
    """
    Counts Ctrl-C, SIGTERM and SIGHUP; `pause` raises KeyboardInterrupt once for each.

    A handler that raises does so between any two steps, also between taking a lock of the standard
    library (subprocess.Popen.wait has one) and the `try` that gives it back: whoever waits for that
    lock afterwards waits for ever.
    """

    def __init__(self) -> None:
        self._asked = 0
        self._heeded = 0
        self._before = {number: signal.getsignal(number) for number in ASKING}

    def __enter__(self) -> "Stopping":
        for number in ASKING:
            signal.signal(number, self._count)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def pause(self, seconds: float) -> None:
        """Sleep; raise KeyboardInterrupt when we were asked to stop since the last one."""
        time.sleep(seconds)
        if self._asked > self._heeded:
            self._heeded = self._asked
            raise KeyboardInterrupt

    def _count(self, _signal: int, _frame: FrameType | None) -> None:
        self._asked += 1
