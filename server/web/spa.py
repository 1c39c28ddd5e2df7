"""The app shell: the built PWA with its precompressed files; unknown pages get index.html."""

from pathlib import Path

from flask import Blueprint, Response, current_app, request, send_from_directory
from werkzeug.security import safe_join

from server.kernel.errors import NotFound
from server.web.auth import COOKIE

bp = Blueprint("spa", __name__)

_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
_TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".html": "text/html",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".png": "image/png",
    ".ico": "image/x-icon",
}


def _send(folder: Path, name: str) -> Response:
    suffix = Path(name).suffix
    accepted = request.headers.get("Accept-Encoding", "")
    for encoding, ending in _ENCODINGS:
        if encoding in accepted and (folder / (name + ending)).is_file():
            response = send_from_directory(folder, name + ending, mimetype=_TYPES.get(suffix))
            response.headers["Content-Encoding"] = encoding
            break
    else:
        response = send_from_directory(folder, name, mimetype=_TYPES.get(suffix))
    response.headers["Vary"] = "Accept-Encoding"
    forever = name.startswith("assets/")
    response.headers["Cache-Control"] = (
        "public, max-age=31536000, immutable" if forever else "no-cache"
    )
    return response


@bp.get("/")
@bp.get("/<path:name>")
def shell(name: str = "index.html") -> Response:
    """Serve a file of the app, or the app itself for any of its pages."""
    folder: Path = current_app.extensions["settings"].pwa_dist
    if name.startswith("api/"):
        raise NotFound()
    path = safe_join(str(folder), name)
    if path is not None and Path(path).is_file():
        return _send(folder, name)
    if Path(name).suffix in _TYPES and not name.startswith("t/"):
        raise NotFound()
    return _page(folder, name)


def _page(folder: Path, name: str) -> Response:
    """Give the app; who scans a label without an account gets the small page for visitors."""
    is_label = name.startswith("t/")
    is_visitor = is_label and COOKIE not in request.cookies
    is_public = is_visitor or name == "tips" or name.startswith("tips/")
    response = _send(folder, "tips.html" if is_public else "index.html")
    if is_label:
        response.headers["Vary"] = "Accept-Encoding, Cookie"
    return response
