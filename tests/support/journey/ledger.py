"""What the server knows: its database and its store, read as they are."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from tests.support.live import LiveServer


class Ledger:
    """Reads the database of a live server, running or not."""

    def __init__(self, server: LiveServer) -> None:
        self._engine = create_engine(server.database_url, poolclass=NullPool)
        self._store = Path(server.env["ANXUN_STORE"])

    def rows(self, query: str, **values: Any) -> list[Mapping[str, Any]]:
        with self._engine.connect() as connection:
            return [dict(row) for row in connection.execute(text(query), values).mappings()]

    def one(self, query: str, **values: Any) -> Mapping[str, Any]:
        found = self.rows(query, **values)
        assert len(found) == 1, found
        return found[0]

    def answers(self, inspection: str) -> dict[str, dict[str, Any]]:
        """Answer → its values."""
        query = "SELECT target_id, item_key, fields FROM answer WHERE inspection_id = :id"
        return {
            f"{inspection}|{row['target_id']}|{row['item_key']}": {
                name: told["v"]
                for name, told in plain(row["fields"]).items()
                if told["v"] is not None
            }
            for row in self.rows(query, id=inspection)
        }

    def stored(self, sha256: str) -> str:
        """The hash of what really lies in the store under this name."""
        path = self._store / "blobs" / sha256[:2] / sha256
        return hashlib.sha256(path.read_bytes()).hexdigest()


def plain(value: Any) -> Any:
    """JSON as PostgreSQL gives it back, and as SQLite does."""
    return json.loads(value) if isinstance(value, str) else value
