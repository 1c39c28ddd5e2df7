"""
Logging in: count first, compare outside any transaction, forgive on success.

Counting first means that a hundred guesses sent at once are counted a hundred times. Comparing
outside a transaction means that nobody waits for a write lock while argon2 works.
"""

import hashlib
import ipaddress
import math
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from server.audit import service as audit
from server.kernel import clock
from server.kernel.aside import aside
from server.kernel.db import db, is_sqlite, transaction
from server.org import passwords, sessions
from server.org.models import LoginAttempt, Person
from server.org.queries import actor_of
from server.org.rules import (
    ADDRESS,
    NAME,
    PAIR,
    Throttle,
    TooManyLogins,
    WrongCredentials,
    WrongOldPassword,
    normal_username,
)

log = structlog.get_logger()
_FORGOTTEN_DAYS = 90


@dataclass(frozen=True)
class Caller:
    """Who seems to be asking: the name as typed, and where the request came from."""

    username: str
    address: str

    def key(self, kind: str, *parts: str) -> str:
        """Name a counter without keeping what was typed: people type passwords into names."""
        digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()
        return f"{kind}:{digest[:40]}"

    @property
    def network(self) -> str:
        """Return the address, or the network that one IPv6 subscriber owns."""
        try:
            parsed = ipaddress.ip_address(self.address)
        except ValueError:
            return self.address
        if parsed.version == 4:
            return str(parsed)
        return str(ipaddress.ip_network((parsed, 64), strict=False))

    @property
    def name_key(self) -> str:
        return self.key("name", normal_username(self.username))

    @property
    def pair_key(self) -> str:
        return self.key("pair", normal_username(self.username), self.network)

    @property
    def known_key(self) -> str:
        return self.key("known", normal_username(self.username), self.network)

    @property
    def address_key(self) -> str:
        return self.key("address", self.network)


@dataclass(frozen=True)
class _Account:
    id: str | None
    password_hash: str | None


def log_in(username: str, password: str, *, address: str, device: str) -> tuple[str, str]:
    """Return (token, person id) of a fresh session, or raise WrongCredentials or TooManyLogins."""
    caller = Caller(username, address)
    with transaction():
        _claim_attempt(caller)
        account = _find_account(username)
    matches = aside(lambda: passwords.verify(account.password_hash, password))
    if not matches or account.id is None:
        with transaction():
            _count(_locked(caller.address_key), ADDRESS)
        log.warning("login refused", address=address)
        raise WrongCredentials()
    with transaction():
        return _enter(account.id, password, caller, device), account.id


def _find_account(username: str) -> _Account:
    row = db.session.execute(
        select(Person.id, Person.password_hash).where(
            Person.username == normal_username(username), Person.active
        )
    ).first()
    return _Account(row.id, row.password_hash) if row else _Account(None, None)


def _enter(person_id: str, password: str, caller: Caller, device: str) -> str:
    person = db.session.get(Person, person_id)
    if person is None or not person.active:
        raise WrongCredentials()
    _forgive(caller)
    if person.password_hash and passwords.is_outdated(person.password_hash):
        person.password_hash = passwords.hash_password(password)
    audit.record(actor_of(person), "auth.login", "person", person.id, unit_id=person.unit_id)
    return sessions.open_session(person.id, device)


def _claim_attempt(caller: Caller) -> None:
    """
    Refuse while a wait runs; else count the attempt as failed until it succeeds.

    The counters are locked before they are looked at: guesses sent at once stand in line here.
    """
    now = clock.now()
    name, pair = _locked(caller.name_key), _locked(caller.pair_key)
    waits: list[LoginAttempt | None] = [pair]
    if db.session.get(LoginAttempt, caller.known_key) is None:
        waits += [name, db.session.get(LoginAttempt, caller.address_key)]
    longest = max(_wait_left(row, now) for row in waits)
    if longest > 0:
        raise TooManyLogins(retry_after=longest)
    _count(name, NAME)
    _count(pair, PAIR)


def _wait_left(row: LoginAttempt | None, now: datetime) -> int:
    if row is None or row.blocked_until is None:
        return 0
    return max(0, math.ceil((row.blocked_until - now).total_seconds()))


def _locked(key: str) -> LoginAttempt:
    """Return the counter's row, made if need be, locked against a second request."""
    insert = sqlite.insert if is_sqlite() else postgresql.insert
    fresh = {"key": key, "failures": 0, "last_at": clock.now(), "blocked_until": None}
    db.session.execute(insert(LoginAttempt).values(**fresh).on_conflict_do_nothing())
    return db.session.scalars(
        select(LoginAttempt).where(LoginAttempt.key == key).with_for_update()
    ).one()


def _count(row: LoginAttempt, throttle: Throttle) -> None:
    now = clock.now()
    row.failures = throttle.remembered(row.failures, row.last_at, now) + 1
    row.last_at = now
    wait = throttle.wait(row.failures)
    row.blocked_until = now + wait if wait else None


def _forgive(caller: Caller) -> None:
    """Take the counted attempt back and remember that this name logs in from here."""
    name = _locked(caller.name_key)
    name.failures = max(0, name.failures - 1)
    name.blocked_until = None
    _locked(caller.known_key).last_at = clock.now()
    pair = _locked(caller.pair_key)
    pair.failures, pair.blocked_until = 0, None


def forget_old_attempts() -> int:
    """Delete counters that no longer matter; return how many there were."""
    limit = clock.now_ms() - _FORGOTTEN_DAYS * 86_400_000
    statement = delete(LoginAttempt).where(LoginAttempt.last_at < limit)
    return db.session.execute(statement).rowcount  # type: ignore[attr-defined,no-any-return]


def confirm_password(person_id: str, password: str) -> None:
    """Compare the present password of somebody logged in; guesses wait here as they do outside."""
    key = f"confirm:{person_id}"
    with transaction():
        counter = _locked(key)
        wait = _wait_left(counter, clock.now())
        if wait > 0:
            raise TooManyLogins(retry_after=wait)
        _count(counter, PAIR)
        kept = db.session.scalar(select(Person.password_hash).where(Person.id == person_id))
    if not aside(lambda: passwords.verify(kept, password)):
        raise WrongOldPassword()
    with transaction():
        db.session.execute(delete(LoginAttempt).where(LoginAttempt.key == key))
