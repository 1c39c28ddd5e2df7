"""
Rows that travel to phones.

A synced model names its wire type and says, from its own columns alone, in which scopes it lives.
The commit hook (server/sync/hook.py) reads nothing else. Bulk statements pass the hook by: whoever
writes in bulk calls touch() for each row.
"""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from server.kernel.db import db

Get = Callable[[str], Any]


class Synced:
    """Mixin: `rev` grows with every write and guards against lost updates."""

    sync_type: ClassVar[str]
    sync_id: ClassVar[str] = "id"
    # Whether a row that names unit and region goes along when the unit is put under another region.
    follows_unit: ClassVar[bool] = True

    rev: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.rev}

    @classmethod
    def sync_scopes(cls, get: Get) -> set[str]:
        """Return the scopes of a row whose columns are read by *get*."""
        raise NotImplementedError(cls.__name__)


class UnitOwned(Synced):
    """Mixin: the row belongs to a unit; its region is kept beside for scopes and filters."""

    unit_id: Mapped[str]
    region_id: Mapped[str]

    @classmethod
    def sync_scopes(cls, get: Get) -> set[str]:
        """Return the unit's and its region's scope."""
        return {f"unit:{get('unit_id')}", f"region:{get('region_id')}"}


def touch(scope: str, etype: str, eid: str, op: str = "put") -> None:
    """Note that a row of *scope* changed, for writes that pass the unit of work by."""
    touched: dict[tuple[str, str, str], str] = db.session.info.setdefault("touched", {})
    touched[(scope, etype, eid)] = op


def touch_all(rows: Iterable[tuple[str, str, str]]) -> None:
    """Note rows, each as (scope, etype, eid), that were written past the unit of work."""
    touched: dict[tuple[str, str, str], str] = db.session.info.setdefault("touched", {})
    touched.update(dict.fromkeys(rows, "put"))
