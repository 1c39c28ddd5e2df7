"""
The database itself refuses to change or delete what the log says.

Whoever owns the database can take the guards away; the chain shows what was done then. They are
laid out at the end of every migration, so that one that rebuilds a table does not lose them.
"""

from sqlalchemy import Connection, inspect, text

TABLES = ("audit_entry", "audit_head")
_REFUSED = "the audit log is only ever added to"
_SQLITE = {
    "update": "BEFORE UPDATE ON {table}",
    "delete": "BEFORE DELETE ON {table}",
    # REPLACE removes the old row without asking the trigger for DELETE.
    "replace": "BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE seq = NEW.seq)",
}
_FUNCTION = f"""
CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '{_REFUSED}' USING ERRCODE = 'restrict_violation';
END $$
"""
_THERE = text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgname LIKE '%_guard'")


def install(connection: Connection) -> None:
    """Put a guard before each table that has none."""
    there = [name for name in TABLES if inspect(connection).has_table(name)]
    if connection.dialect.name == "sqlite":
        _install_sqlite(connection, there)
    elif there:
        _install_postgresql(connection, there)


def _install_sqlite(connection: Connection, tables: list[str]) -> None:
    for table in tables:
        for name, when in _SQLITE.items():
            connection.exec_driver_sql(
                f"CREATE TRIGGER IF NOT EXISTS {table}_{name}_guard {when.format(table=table)} "
                f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
            )


def _install_postgresql(connection: Connection, tables: list[str]) -> None:
    """ALWAYS: a session that plays a replica does not get round it."""
    there = set(connection.execute(_THERE).scalars())
    for table in tables:
        if f"{table}_guard" in there:
            continue
        connection.exec_driver_sql(_FUNCTION)
        connection.exec_driver_sql(
            f"CREATE TRIGGER {table}_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()"
        )
        connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_guard")
