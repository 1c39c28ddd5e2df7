"""Tests stay on this computer: a connection to anywhere else is an error."""

import ipaddress
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class LeftTheMachine(AssertionError):
    """A test tried to reach another computer."""


def _is_here(address: Any) -> bool:
    if not isinstance(address, tuple):
        return True  # a path: a UNIX socket
    host = str(address[0])
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@contextmanager
def loopback_only() -> Iterator[None]:
    """Refuse every connection that leaves the machine while the block runs."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def guarded(self: socket.socket, address: Any) -> None:
        if not _is_here(address):
            raise LeftTheMachine(repr(address))
        connect(self, address)

    def guarded_ex(self: socket.socket, address: Any) -> int:
        if not _is_here(address):
            raise LeftTheMachine(repr(address))
        return connect_ex(self, address)

    _install(guarded, guarded_ex)
    try:
        yield
    finally:
        _install(connect, connect_ex)


def _install(connect: Any, connect_ex: Any) -> None:
    setattr(socket.socket, "connect", connect)  # noqa: B010 (a plain assignment has no type)
    setattr(socket.socket, "connect_ex", connect_ex)  # noqa: B010
