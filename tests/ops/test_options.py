"""What `make run` may be told."""

import pytest

from server.ops import network, options
from server.ops.console import Failure


def test_the_defaults_serve_this_computer_alone() -> None:
    chosen = options.from_environment({})
    assert (chosen.bind, chosen.tls, chosen.demo) == ("127.0.0.1:8000", False, True)
    assert not chosen.exposed
    assert chosen.address("127.0.0.1") == "http://127.0.0.1:8000/"


def test_a_wildcard_host_is_named_by_the_addresses_that_people_can_type() -> None:
    chosen = options.from_environment({"HOST": "0.0.0.0", "TLS": "1"})
    assert chosen.exposed
    assert chosen.addresses == network.own_addresses()
    assert "0.0.0.0" not in chosen.addresses
    assert chosen.address("10.0.0.7") == "https://10.0.0.7:8000/"


def test_an_ipv6_address_is_bracketed() -> None:
    chosen = options.from_environment({"HOST": "::1", "PORT": "9000"})
    assert chosen.bind == "[::1]:9000"
    assert not chosen.exposed


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "八千"),
        ("PORT", "-1"),
        ("TLS", "maybe"),
        ("DEMO", "2"),
        ("WORKERS", "0"),
        ("WORKERS", "many"),
    ],
)
def test_a_wrong_value_is_refused_by_its_name(name: str, value: str) -> None:
    with pytest.raises(Failure, match=name):
        options.from_environment({name: value})


def test_an_empty_value_means_the_default() -> None:
    chosen = options.from_environment({"PORT": "", "HOST": "", "TLS": "", "WORKERS": ""})
    assert (chosen.host, chosen.port, chosen.tls) == ("127.0.0.1", 8000, False)
