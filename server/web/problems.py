"""Exceptions to application/problem+json, or to a page: the only place with numbers like 409."""

import structlog
from flask import Flask, Response, g, request
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException

from server.kernel import ids
from server.kernel.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Problem,
    TooLarge,
    TooMany,
    Unauthenticated,
    Unavailable,
    problem_body,
)
from server.web.problem_page import page_of, wants_page
from server.web.replies import json_bytes

log = structlog.get_logger()

STATUS: dict[type[Problem], int] = {
    Unauthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    TooLarge: 413,
    Invalid: 422,
    TooMany: 429,
    Unavailable: 503,
}


class Internal(Problem):
    """A bug of ours: logged under the request id, told without details."""

    code = "internal"
    title = "Something broke on the server. Nothing was half saved."
    title_zh = "服务器内部出错，没有留下不完整的数据。请把下面的编号告诉管理员。"


class BadRequest(Invalid):
    """HTTP itself refused: unknown method, malformed headers."""

    code = "bad-request"
    title = "The server does not understand this request."
    title_zh = "服务器无法识别这个请求。"


def status_of(problem: Problem) -> int:
    """Return the HTTP status of a problem by its kind."""
    return next((code for kind, code in STATUS.items() if isinstance(problem, kind)), 500)


def reply(problem: Problem, status: int | None = None) -> Response:
    """Write a problem as RFC 9457 says; as a page where a person would read it."""
    number = status or status_of(problem)
    if wants_page(request):
        response = Response(page_of(problem), number, mimetype="text/html")
    else:
        body = problem_body(problem) | {"status": number, "instance": request.path}
        response = Response(json_bytes(body), number, mimetype="application/problem+json")
    response.headers["Cache-Control"] = "no-store"
    if "retry_after" in problem.extras:
        response.headers["Retry-After"] = str(problem.extras["retry_after"])
    return response


def from_validation(error: ValidationError) -> Invalid:
    """Turn pydantic's list into pointers and short reasons."""
    return Invalid(
        errors=[
            {
                "pointer": "#/" + "/".join(str(part) for part in item["loc"]),
                "code": item["type"],
                "detail": item["msg"],
            }
            for item in error.errors(include_url=False, include_context=False, include_input=False)
        ]
    )


def _http(error: HTTPException) -> Response:
    if error.code == 404:
        return reply(NotFound())
    if error.code == 413:
        return reply(TooLarge())
    return reply(BadRequest(error.description), error.code)


def _bug(error: Exception) -> Response:
    request_id = g.get("request_id") or ids.new_id()
    log.exception("unhandled", request_id=request_id, path=request.path)
    return reply(Internal(request_id=request_id), 500)


def init_app(app: Flask) -> None:
    """Register the one writer of errors."""
    app.register_error_handler(Problem, reply)
    app.register_error_handler(ValidationError, lambda error: reply(from_validation(error)))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _bug)
