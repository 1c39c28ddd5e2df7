"""Every door of the application, as the application itself lists them."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from flask import Flask
from pydantic import BaseModel

UNSENT = {"HEAD", "OPTIONS"}


@dataclass(frozen=True)
class Door:
    """One address with one method; `arguments` and `content` are what its view parses."""

    method: str
    rule: str
    parameters: tuple[str, ...]
    arguments: type[BaseModel] | None
    content: type[BaseModel] | None

    @property
    def name(self) -> str:
        return f"{self.method} {self.rule}"


def doors(app: Flask) -> list[Door]:
    """Every route and method, in a fixed order; a new route is here by being there."""
    return sorted(_doors(app), key=lambda door: door.name)


def _doors(app: Flask) -> Iterator[Door]:
    for rule in app.url_map.iter_rules():
        view = _view(app.view_functions[rule.endpoint])
        names = tuple(sorted(rule.arguments))
        for method in (rule.methods or set()) - UNSENT:
            yield Door(method, rule.rule, names, _parsed(view, "query"), _parsed(view, "body"))


def _view(handle: Callable[..., Any]) -> Callable[..., Any]:
    """The feature's own function inside what ApiBlueprint registered."""
    inner = inspect.getclosurevars(handle).nonlocals.get("view")
    return inner if callable(inner) else handle


def _parsed(view: Callable[..., Any], parser: str) -> type[BaseModel] | None:
    """The schema that a view gives to `body(…)` or `query(…)`."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(view)))
    known = inspect.getclosurevars(view).globals
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        first = node.args[0] if node.args else None
        found = known.get(first.id) if isinstance(first, ast.Name) else None
        if node.func.id == parser and isinstance(found, type) and issubclass(found, BaseModel):
            return found
    return None
