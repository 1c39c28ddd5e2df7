"""Migrations: one line of them, the same tables as the models, on both databases."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Connection, inspect

from server import create_app
from server.kernel import migrate
from server.kernel.db import Base, db
from tests.architecture.conftest import Examined
from tests.support.databases import Databases


def _connection() -> Connection:
    return db.session.connection()


def test_there_is_one_head_and_one_base(examined: Examined) -> None:
    scripts = ScriptDirectory.from_config(migrate.config())
    assert len(scripts.get_heads()) == 1
    assert len(scripts.get_bases()) == 1
    numbers = [script.revision for script in scripts.walk_revisions()]
    examined(len(numbers), "migrations")
    assert sorted(numbers, reverse=True) == numbers, "numbers follow the order of application"


def test_the_migrated_database_is_the_one_that_the_models_describe(app: Flask) -> None:
    options = {"compare_type": True, "render_as_batch": True}
    context = MigrationContext.configure(_connection(), opts=options)
    assert compare_metadata(context, Base.metadata) == []
    assert len(Base.metadata.tables) > 20


def test_constraints_that_comparison_passes_by_are_there_too(app: Flask) -> None:
    """Alembic compares neither check constraints nor foreign keys' names."""
    inspector = inspect(_connection())
    missing = []
    for name, table in Base.metadata.tables.items():
        wanted = {str(c.name) for c in table.constraints if type(c).__name__ == "CheckConstraint"}
        there = {str(check["name"]) for check in inspector.get_check_constraints(name)}
        missing += [f"{name}.{constraint}" for constraint in wanted - there]
    assert missing == []


@pytest.mark.parametrize(
    "backend", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)
def test_upgrading_twice_changes_nothing(databases: Databases, backend: str) -> None:
    url = databases.empty(backend)
    app = create_app(databases.settings(url, databases.folder / f"twice-{backend}"))
    with app.app_context():
        migrate.upgrade()
        before = sorted(inspect(db.engine).get_table_names())
        migrate.upgrade()
        assert sorted(inspect(db.engine).get_table_names()) == before
        db.engine.dispose()
