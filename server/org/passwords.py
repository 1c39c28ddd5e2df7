"""Hashing passwords: argon2id with the parameters of the OWASP cheat sheet."""

import secrets
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from server.org.rules import normal_password, require_good_password

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
#: without 0/O, 1/l/I: an initial password is read aloud or copied from paper
_SPOKEN = "abcdefghjkmnpqrstuvwxyz23456789"


def hash_password(password: str) -> str:
    """Return what is kept of a password."""
    return _hasher.hash(normal_password(password))


@cache
def nobodys_hash() -> str:
    """Return a hash that no password fits: an unknown name is compared with it."""
    return hash_password(secrets.token_hex(16))


def verify(kept: str | None, password: str) -> bool:
    """Compare; where there is nothing to compare with, take just as long and say no."""
    try:
        matches = _hasher.verify(kept or nobodys_hash(), normal_password(password))
    except (VerificationError, InvalidHashError):
        return False
    return matches and kept is not None


def is_outdated(kept: str) -> bool:
    """Say whether a hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(kept)


@cache
def common_passwords() -> frozenset[str]:
    """Return the passwords that guessers try first."""
    path = Path(__file__).with_name("common_passwords.txt")
    return frozenset(path.read_text("utf-8").split())


def require_good(password: str, *personal: str | None) -> None:
    """Refuse a password that is short, common, or made of its owner's names."""
    words = [word for word in personal if word]
    require_good_password(password, common=common_passwords(), personal=words)


def initial_password() -> str:
    """Make a random first password, easy to copy by hand."""
    groups = ("".join(secrets.choice(_SPOKEN) for _ in range(4)) for _ in range(4))
    return "-".join(groups)
