"""
Problems: everything the server may tell a client went wrong.

* Problem
  - Invalid          422  the request itself is wrong; retrying it unchanged cannot help
  - Unauthenticated  401  nobody is logged in
  - Forbidden        403  visible, but this actor may not do this
  - NotFound         404  absent, or hidden from this actor -- deliberately the same answer
  - Conflict         409  valid a moment ago; the record has moved on
  - TooLarge         413  more bytes than this place accepts
  - TooMany          429  too often; `retry_after` seconds
  - Unavailable      503  the server cannot work just now; nothing was changed
"""

from collections.abc import Mapping
from typing import Any, ClassVar


class Problem(Exception):
    """A refusal with a stable code, plain titles and typed extras."""

    code: ClassVar[str] = "problem"
    title: ClassVar[str] = "Something is wrong."
    title_zh: ClassVar[str] = "出了点问题。"

    def __init__(self, detail: str | None = None, **extras: Any) -> None:
        super().__init__(self.code)
        self.detail = detail
        self.extras: Mapping[str, Any] = extras


class Invalid(Problem):
    """The request is wrong as it stands; `errors` may name the fields by JSON pointer."""

    code = "invalid"
    title = "Some of what was sent is not valid."
    title_zh = "提交的内容有误，请检查后再试。"


class Unauthenticated(Problem):
    """Nobody is logged in, or the session has ended."""

    code = "unauthenticated"
    title = "Please sign in."
    title_zh = "请先登录。"


class Forbidden(Problem):
    """The thing is visible, but this person may not do this with it."""

    code = "forbidden"
    title = "You are not allowed to do this."
    title_zh = "您没有权限做这件事。"


class NotFound(Problem):
    """Absent or hidden: one answer for both, so that nothing leaks."""

    code = "not-found"
    title = "There is nothing here that you can see."
    title_zh = "没有找到，或您无权查看。"


class Conflict(Problem):
    """The record has moved on since it was read."""

    code = "conflict"
    title = "Someone changed this in the meantime."
    title_zh = "内容已被他人更新，请刷新后再试。"


class TooLarge(Problem):
    """More bytes than accepted."""

    code = "too-large"
    title = "This is too large."
    title_zh = "内容太大，无法接收。"


class TooMany(Problem):
    """Too many attempts; extras carry `retry_after` in seconds."""

    code = "too-many"
    title = "Too many attempts. Please wait a little."
    title_zh = "尝试次数过多，请稍后再试。"


class Unavailable(Problem):
    """The server cannot serve this now; nothing was changed."""

    code = "unavailable"
    title = "The server is busy. Nothing was lost; please try again."
    title_zh = "服务器正忙，内容没有丢失，请稍后再试。"


def problem_body(problem: Problem) -> dict[str, Any]:
    """Return the problem as data without HTTP: what the sync ledger stores."""
    body: dict[str, Any] = {
        "type": f"/problems/{problem.code}",
        "code": problem.code,
        "title": problem.title,
        "title_zh": problem.title_zh,
    }
    if problem.detail is not None:
        body["detail"] = problem.detail
    return body | dict(problem.extras)
