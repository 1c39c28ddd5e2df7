"""Browsers that are logged in. Only hashes of their tokens are kept."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, update

from server.kernel import clock
from server.kernel.db import db
from server.org.models import LoginSession
from server.org.queries import token_hash
from server.org.rules import SESSION_IDLE, SESSION_RENEWAL, session_end

COOKIE_SECONDS = int(SESSION_IDLE.total_seconds())
CHECKED_FOR = timedelta(minutes=10)
MAX_CHECKED = 10_000
_checked: dict[str, datetime] = {}


def open_session(person_id: str, device: str) -> str:
    """Log a browser in; return the token for its cookie."""
    now = clock.now()
    db.session.execute(
        delete(LoginSession).where(
            LoginSession.person_id == person_id, LoginSession.expires_at <= now
        )
    )
    token = secrets.token_urlsafe(32)
    db.session.add(
        LoginSession(
            token_hash=token_hash(token),
            person_id=person_id,
            created_at=now,
            seen_at=now,
            expires_at=session_end(now, now),
            device=device[:200],
        )
    )
    return token


def end_session(session_id: str) -> None:
    """Log one browser out; a session is known by the hash of its token."""
    db.session.execute(delete(LoginSession).where(LoginSession.token_hash == session_id))


def end_sessions_of(person_id: str, *, keep: str | None = None) -> None:
    """Log a person out everywhere, but for the session whose hash is *keep*."""
    statement = delete(LoginSession).where(LoginSession.person_id == person_id)
    if keep is not None:
        statement = statement.where(LoginSession.token_hash != keep)
    db.session.execute(statement)


def forget_ended() -> int:
    """Delete sessions that have run out; return how many there were."""
    statement = delete(LoginSession).where(LoginSession.expires_at <= clock.now())
    return db.session.execute(statement).rowcount  # type: ignore[attr-defined,no-any-return]


def was_checked(token: str) -> bool:
    """Say whether this process has looked at the session within minutes: phones ask often."""
    now, name = clock.now(), token_hash(token)
    seen = _checked.get(name)
    if seen is not None and timedelta() <= now - seen < CHECKED_FOR:
        return True
    if len(_checked) >= MAX_CHECKED:
        _checked.clear()
    _checked[name] = now
    return False


def is_renewal_due(token: str) -> bool:
    """Say whether a live session was last prolonged long enough ago."""
    session = db.session.get(LoginSession, token_hash(token))
    now = clock.now()
    return (
        session is not None
        and session.expires_at > now
        and session.seen_at <= now - SESSION_RENEWAL
    )


def renew(token: str) -> None:
    """Prolong a session that is in use."""
    session = db.session.get(LoginSession, token_hash(token))
    if session is None:
        return
    now = clock.now()
    db.session.execute(
        update(LoginSession)
        .where(LoginSession.token_hash == session.token_hash)
        .values(seen_at=now, expires_at=session_end(session.created_at, now))
    )
