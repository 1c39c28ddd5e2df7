"""Alembic environment: the application's own engine, one advisory lock, named constraints."""

from alembic import context
from sqlalchemy import JSON, Connection, Text, text
from sqlalchemy.types import TypeDecorator

from server.audit import guards
from server.kernel.db import Base, Moment, db

LOCK = 0x616E78756E  # "anxun": two starting servers must not migrate at once


def render(kind: str, item: object, autogen_context: object) -> str | bool:
    """Write our types as the plain ones that they are, so that a migration stands alone."""
    if kind == "type" and isinstance(item, Moment):
        return "sa.BigInteger()"
    if kind == "type" and isinstance(item, TypeDecorator) and isinstance(item.impl_instance, Text):
        return "sa.Text()"
    if kind == "type" and isinstance(item, JSON):
        return "sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')"
    return False


def run(connection: Connection) -> None:
    """Migrate inside one transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET lock_timeout = '10s'"))
        connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=render,
        compare_type=True,
    )
    context.run_migrations()
    guards.install(connection)


if isinstance(db.engine, Connection):
    run(db.engine)
else:
    with db.engine.begin() as connection:
        run(connection)
