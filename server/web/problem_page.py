"""A refusal as a page: for whoever opened a paper or a picture in a window of its own."""

from html import escape

from flask import Request

from server.kernel.errors import Problem

_PAGE = """<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{zh}</title>
<style>
:root {{ color-scheme: light dark; font: 18px/1.6 system-ui, sans-serif }}
main {{ max-width: 36em; padding: 24px 16px; margin: 0 auto; overflow-wrap: anywhere }}
h1 {{ font-size: 24px }}
a {{ display: inline-block; padding: 12px 0 }}
</style>
<main>
<h1>{zh}</h1>
<p lang="en">{en}</p>
<p><code>{code}</code></p>
<a href="/">回到安巡 · Back to Anxun</a>
</main>
</html>
"""
_PROBLEM, _HTML = "application/problem+json", "text/html"


def wants_page(request: Request) -> bool:
    """Say whether a browser shows the answer to a person, instead of handing it to the app."""
    accepted = request.accept_mimetypes
    return request.method == "GET" and accepted.best_match([_PROBLEM, _HTML]) == _HTML


def page_of(problem: Problem) -> str:
    """Say it in both languages; the code, or the number under which a bug is logged, to quote."""
    code = str(problem.extras.get("request_id", problem.code))
    return _PAGE.format(zh=escape(problem.title_zh), en=escape(problem.title), code=escape(code))
