"""Ports for servers that go away and come back on the same one."""

import os
import random
import socket

#: below what the system gives to whoever asks for any port, so that nobody is given one of ours
#: while its server is away; browsers refuse 10080
PORTS = range(10_100, 32_000)
#: workers of one run choose from parts of their own
PARTS = 8
_given: set[int] = set()


def free_port() -> int:
    """Return a port that nobody listens on and that this process has not been given before."""
    part = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % PARTS
    size = len(PORTS) // PARTS
    own = PORTS[part * size : (part + 1) * size]
    while True:
        port = random.choice(own)
        if port not in _given and _is_free(port):
            _given.add(port)
            return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
