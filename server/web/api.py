"""
The one way in: an endpoint cannot be added without saying who may call it.

A view gets the actor first, then the address's arguments. Reads run in a read transaction, all
else in one writing transaction that commits when the view returns.
"""

from collections.abc import Callable
from enum import Enum
from typing import Any, TypeVar

from flask import Blueprint, Response, request
from pydantic import BaseModel

from server.access.rules import Actor, Permission
from server.kernel import strict_json
from server.kernel.db import transaction
from server.kernel.errors import Forbidden, Invalid
from server.web import auth, replies

MAX_BODY = 2 * 1024 * 1024


class Who(Enum):
    """Entrances without a particular permission; a test lists each use with its reason."""

    ANYONE = "anyone"
    LOGGED_IN = "logged-in"


Access = Permission | Who
View = Callable[..., Any]
V = TypeVar("V", bound=View)
Schema = TypeVar("Schema", bound=BaseModel)


class NotPermitted(Forbidden):
    """The actor lacks the permission of this endpoint."""

    code = "not-permitted"
    title = "Your role does not allow this."
    title_zh = "您的角色没有这项权限。"


class BadQuery(Invalid):
    """An argument in the address cannot be read."""

    code = "bad-query"
    title = "The address holds an argument that cannot be read."
    title_zh = "地址中的参数有误。"


def body(schema: type[Schema]) -> Schema:
    """Parse the request body into *schema*; unknown keys are refused by the schema."""
    return schema.model_validate(strict_json.loads(request.get_data()))


def query(schema: type[Schema]) -> Schema:
    """Parse the address's arguments into *schema*."""
    return schema.model_validate(request.args.to_dict())


def _actor(access: Access) -> Actor | None:
    if access is Who.ANYONE:
        return None
    actor = auth.current_actor()
    if isinstance(access, Permission) and not actor.may(access):
        raise NotPermitted(permission=access.value)
    return actor


def _run_read(access: Access, view: View, args: dict[str, Any]) -> Response:
    with transaction(write=False):
        return replies.reply(view(_actor(access), **args))


def _run_write(access: Access, view: View, args: dict[str, Any]) -> Response:
    auth.require_same_origin()
    request.get_data()  # a slow phone must not hold the write lock while it sends
    with transaction(write=False, alone=True):
        actor = _actor(access)
    with transaction():
        return replies.reply(view(actor, **args))


def _run_bare(access: Access, view: View, args: dict[str, Any]) -> Response:
    if request.method not in ("GET", "HEAD", "OPTIONS"):
        auth.require_same_origin()
    with transaction(write=False, alone=True):
        actor = _actor(access)
    return replies.reply(view(actor, **args))


def _require_readable_address() -> None:
    """Refuse NUL characters, which PostgreSQL keeps in no text and compares with none."""
    if "\0" in request.path or any("\0" in value for value in request.args.values()):
        raise BadQuery()


class ApiBlueprint(Blueprint):
    """A feature's endpoints under /api."""

    def endpoint_for(
        self, rule: str, method: str, *, permission: Access, transactional: bool = True
    ) -> Callable[[V], V]:
        """Register a view; `transactional=False` lets it open its own transactions."""
        run = _run_bare if not transactional else _run_read if method == "GET" else _run_write

        def register(view: V) -> V:
            def handle(**args: Any) -> Response:
                _require_readable_address()
                return run(permission, view, args)

            handle.__name__ = view.__name__
            handle.__doc__ = view.__doc__
            handle.permission = permission  # type: ignore[attr-defined]
            self.add_url_rule(rule, f"{method.lower()}_{view.__name__}", handle, methods=[method])
            return view

        return register

    def get(self, rule: str, *, permission: Access, **options: Any) -> Callable[[V], V]:  # type: ignore[override]
        """Register a reading view."""
        return self.endpoint_for(rule, "GET", permission=permission, **options)

    def post(self, rule: str, *, permission: Access, **options: Any) -> Callable[[V], V]:  # type: ignore[override]
        """Register a writing view."""
        return self.endpoint_for(rule, "POST", permission=permission, **options)

    def patch(self, rule: str, *, permission: Access, **options: Any) -> Callable[[V], V]:  # type: ignore[override]
        """Register a changing view."""
        return self.endpoint_for(rule, "PATCH", permission=permission, **options)

    def put(self, rule: str, *, permission: Access, **options: Any) -> Callable[[V], V]:  # type: ignore[override]
        """Register a replacing view."""
        return self.endpoint_for(rule, "PUT", permission=permission, **options)

    def delete(self, rule: str, *, permission: Access, **options: Any) -> Callable[[V], V]:  # type: ignore[override]
        """Register a removing view."""
        return self.endpoint_for(rule, "DELETE", permission=permission, **options)

    def head(self, rule: str, *, permission: Access, **options: Any) -> Callable[[V], V]:
        """Register a view that answers HEAD alone (uploads)."""
        return self.endpoint_for(rule, "HEAD", permission=permission, **options)
