"""What a spy puts into an address, its arguments and a body: whatever could hit something."""

import enum
import types
import typing
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from annotated_types import MinLen
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from tests.spy.doors import Door

MISSING = "01a1ee56-5e00-7000-8000-00000000dead"


@dataclass(frozen=True)
class Clues:
    """
    What a spy might know or guess.

    `known`: by word of a parameter or field ("unit", "person", …) the ids that the spy sees anyhow;
    `secrets`: ids and words of the sealed visit, as if somebody had let them slip.
    """

    known: dict[str, str]
    secrets: tuple[str, ...]
    words: str
    now: int
    today: date

    def named(self, name: str) -> str | None:
        """The known id that belongs to a name: "unit_id", "lead_id", "inspector_ids"."""
        stem = name.removesuffix("s").removesuffix("_id")
        return self.known.get(stem)


def addresses(door: Door, clues: Clues) -> list[str]:
    """The addresses to try: something visible, each secret, nothing at all."""
    if not door.parameters:
        return [door.rule]
    values = [None, *clues.secrets, MISSING]
    tried = [_filled(door, clues, value) for value in values]
    return list(dict.fromkeys(tried))


def _filled(door: Door, clues: Clues, value: str | None) -> str:
    """Put *value* into the last parameter, and what is known into the others."""
    path = door.rule
    for part in [piece for piece in path.split("/") if "<" in piece]:
        name = part[part.index("<") + 1 : part.index(">")].rpartition(":")[2]
        last = part == [piece for piece in door.rule.split("/") if "<" in piece][-1]
        chosen = value if last and value is not None else clues.named(name) or MISSING
        before, after = part.split("<")[0], part.split(">")[1]
        path = path.replace(part, f"{before}{chosen}{after}", 1)
    return path


def arguments(door: Door, clues: Clues) -> list[dict[str, str]]:
    """Sets of arguments: none, the sealed words, the unit, and each filter that has a known id."""
    tried: list[dict[str, str]] = [{}]
    fields = door.arguments.model_fields if door.arguments else {}
    if "q" in fields:
        tried.append({"q": clues.words})
    tried += [{n: v} for n in fields if (v := clues.named(n)) is not None]
    tried += [{n: clues.today.isoformat()} for n in fields if n in ("from", "to", "day", "on")]
    return tried


def bodies(door: Door, clues: Clues) -> list[dict[str, Any]]:
    """Bodies that pass the schema as far as it tells: once with what is needed, once with all."""
    if door.content is None:
        return [{}]
    short, full = (_model(door.content, clues, every=e, depth=0) for e in (False, True))
    return [short] if short == full else [short, full]


def _model(model: type[BaseModel], clues: Clues, *, every: bool, depth: int) -> dict[str, Any]:
    return {
        field.alias or name: _value(
            field.alias or name, field.annotation, field, clues, every, depth
        )
        for name, field in model.model_fields.items()
        if every or field.is_required()
    }


def _value(
    name: str, kind: Any, field: FieldInfo | None, clues: Clues, every: bool, depth: int
) -> Any:
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Annotated:
        return _value(name, inner[0], field, clues, every, depth)
    if origin is typing.Literal:
        return inner[0]
    if origin in (typing.Union, types.UnionType):
        kinds = [one for one in inner if one is not type(None)]
        return _value(name, kinds[0], field, clues, every, depth)
    if origin in (list, tuple, set, frozenset) or _is_sequence(origin):
        need = max(
            [m.min_length for m in (field.metadata if field else ()) if isinstance(m, MinLen)]
            or [1]
        )
        return [_value(name, inner[0] if inner else str, None, clues, every, depth)] * need
    if isinstance(kind, type):
        return _plain(name, kind, clues, every, depth)
    return clues.named(name) or MISSING


def _is_sequence(origin: Any) -> bool:
    return isinstance(origin, type) and origin.__name__ in ("Sequence", "Iterable", "Collection")


def _plain(name: str, kind: type, clues: Clues, every: bool, depth: int) -> Any:
    if issubclass(kind, BaseModel):
        return _model(kind, clues, every=every and depth < 3, depth=depth + 1)
    if issubclass(kind, enum.Enum):
        return next(iter(kind)).value
    if kind is bool:
        return False
    if issubclass(kind, (int, float)):
        return clues.now if name.endswith("_at") else 1
    if issubclass(kind, datetime):
        return clues.now
    if issubclass(kind, date):
        return clues.today.isoformat()
    if kind is dict or issubclass(kind, dict):
        return {}
    return clues.named(name) or (MISSING if name == "id" else clues.words)
