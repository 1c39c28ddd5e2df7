"""Setting passwords."""

from server.access.rules import Actor
from server.audit import service as audit
from server.kernel.db import db
from server.org import passwords, sessions
from server.org.changes import announce
from server.org.grants import require_manages, seen_person
from server.org.models import Person
from server.org.rules import PasswordUnchanged


def keep_password(person: Person, password: str) -> None:
    """Hash a password that is good enough."""
    passwords.require_good(password, person.username, person.name)
    person.password_hash = passwords.hash_password(password)


def set_password(
    actor: Actor | None, person_id: str, password: str | None = None, *, must_change: bool = True
) -> str:
    """Give somebody a new password (default: a random one), log them out; return it."""
    person = seen_person(actor, person_id)
    require_manages(actor, person)
    chosen = password or passwords.initial_password()
    keep_password(person, chosen)
    person.must_change_password = must_change
    sessions.end_sessions_of(person.id)
    announce(person)
    audit.record(actor, "person.password-reset", "person", person.id, unit_id=person.unit_id)
    return chosen


def change_own_password(actor: Actor, old: str, new: str) -> None:
    """Replace the caller's password, log other browsers out. `old` was compared before."""
    if old == new:
        raise PasswordUnchanged()
    person = db.session.get_one(Person, actor.user_id)
    keep_password(person, new)
    person.must_change_password = False
    sessions.end_sessions_of(person.id, keep=actor.session_id)
    announce(person)
    audit.record(actor, "person.password-change", "person", person.id, unit_id=person.unit_id)
