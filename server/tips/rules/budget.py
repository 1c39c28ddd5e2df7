"""Budgets that refill as time goes by, and how hot one is."""

import hmac
import ipaddress
import math
from collections.abc import Mapping
from typing import Any

from server.tips.rules import RULES

TAG, NET, ALL, PICTURES = "tag", "net", "all", "pictures"
_HOUR_MS = 3_600_000


def refilled(kind: str, level: float, elapsed_ms: int) -> float:
    """Return what is used of a budget after some time."""
    rate: float = RULES["budgets"][kind]["per_hour"] / _HOUR_MS
    return max(0.0, level - rate * max(0, elapsed_ms))


def heat(kind: str, level: float) -> float:
    """Say how much of a budget is used, from 0 to 1 and beyond."""
    return float(level / RULES["budgets"][kind]["size"])


def has_room(kind: str, level: float) -> bool:
    """Say whether one more fits."""
    return bool(level + 1 <= RULES["budgets"][kind]["size"])


def wait_s(kind: str, level: float) -> int:
    """Return after how many seconds one more fits."""
    budget = RULES["budgets"][kind]
    over = max(0.0, level + 1 - budget["size"])
    return max(1, math.ceil(float(over * 3600 / budget["per_hour"])))


def bits_for(hottest: float, ladder: list[Mapping[str, Any]] | None = None) -> int:
    """Return how hard the reckoning is at this heat; 0 where none is asked for."""
    steps = RULES["proof"]["ladder"] if ladder is None else ladder
    return max((int(step["bits"]) for step in steps if hottest >= step["heat"]), default=0)


def network(address: str) -> str:
    """Return the network of an address, or the words themselves where they are no address."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    mapped = getattr(parsed, "ipv4_mapped", None)
    parsed = mapped or parsed
    width = RULES["net"]["ipv4" if parsed.version == 4 else "ipv6"]
    return str(ipaddress.ip_network((parsed, width), strict=False))


def bucket_key(salt: bytes, kind: str, what: str) -> str:
    """Name a budget without keeping whose it is."""
    digest = hmac.new(salt, f"{kind}\n{what}".encode(), "sha256").hexdigest()
    return f"{kind}:{digest[:40]}"
