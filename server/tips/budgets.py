"""What is used of the budgets, kept in the database so that all processes share them."""

from collections.abc import Mapping

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from server.kernel import clock
from server.kernel.db import db, is_sqlite
from server.tips.models import TipBudget
from server.tips.rules import RULES, budget

Keys = Mapping[str, str]


def levels(keys: Keys, *, for_update: bool = False) -> dict[str, float]:
    """Return how much of each budget is used now, by kind; locked in one order where asked."""
    query = select(TipBudget).where(TipBudget.key.in_(keys.values())).order_by(TipBudget.key)
    if for_update:
        _make(keys)
        query = query.with_for_update().execution_options(populate_existing=True)
    rows = {row.key: row for row in db.session.scalars(query)}
    return {kind: _level(kind, rows.get(key)) for kind, key in keys.items()}


def charge(keys: Keys, cost: float = 1.0) -> None:
    """Use something of each budget; a negative cost gives it back."""
    now = clock.now()
    before = levels(keys, for_update=True)
    for kind, key in keys.items():
        row = db.session.get_one(TipBudget, key)
        row.level, row.at = max(0.0, before[kind] + cost), now
    db.session.flush()


def forget_old() -> int:
    """Delete what was used of budgets that have long refilled."""
    limit = clock.now_ms() - RULES["keep"]["net_h"] * 3_600_000
    done = db.session.execute(delete(TipBudget).where(TipBudget.at < limit))
    return done.rowcount  # type: ignore[attr-defined,no-any-return]


def _level(kind: str, row: TipBudget | None) -> float:
    if row is None:
        return 0.0
    return budget.refilled(kind, row.level, clock.now_ms() - clock.to_ms(row.at))


def _make(keys: Keys) -> None:
    insert = (sqlite if is_sqlite() else postgresql).insert(TipBudget)
    for key in sorted(keys.values()):
        values = {"key": key, "level": 0.0, "at": clock.now()}
        db.session.execute(insert.values(values).on_conflict_do_nothing())
