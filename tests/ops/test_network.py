"""Ports and addresses."""

import socket

import pytest

from server.ops import network
from server.ops.console import Failure


def test_a_taken_port_is_told_in_one_line_with_another_port_to_try() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Failure) as told:
            network.require_free("127.0.0.1", port)
    assert "\n" not in str(told.value)
    assert str(port) in str(told.value)
    assert f"PORT={port + 1}" in str(told.value)


def test_a_port_is_free_again_once_its_owner_is_gone() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
    network.require_free("127.0.0.1", port)


def test_an_address_of_another_computer_is_refused() -> None:
    with pytest.raises(Failure, match=r"192\.0\.2\.1"):
        network.require_free("192.0.2.1", 8000)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("192.168.1.4", False),
        ("example.org", False),
    ],
)
def test_only_loopback_counts_as_this_computer(host: str, expected: bool) -> None:
    assert network.is_loopback(host) is expected


def test_loopback_is_named_last() -> None:
    found = network.own_addresses()
    assert "127.0.0.1" in found
    assert network.is_loopback(found[-1])
