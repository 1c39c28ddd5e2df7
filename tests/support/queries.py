"""Counting the statements that code sends to the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event


class Queries(list[str]):
    """The statements seen, in order; their number is the budget that list endpoints keep."""

    def __str__(self) -> str:
        return f"{len(self)} statements:\n" + "\n".join(" ".join(text.split()) for text in self)


_OURS = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT", "BEGIN")


@contextmanager
def counted() -> Iterator[Queries]:
    """Collect the statements of the block, without those that only mark transactions."""
    seen = Queries()

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(_OURS):
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)
