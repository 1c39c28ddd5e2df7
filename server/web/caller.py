"""Where a request comes from."""

from flask import current_app, request


def address() -> str:
    """Return who asks: a proxy of ours says for whom it does, a stranger is not believed."""
    found = request.remote_addr or ""
    if found not in current_app.extensions["settings"].proxies:
        return found
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")[-1].strip()
    return forwarded or found
