"""Which reference files a phone should hold: the etag of the manifest, remembered for a moment."""

from datetime import timedelta

from server.definitions.queries import manifest
from server.kernel import clock

URL = "/api/ref/manifest.json"
_FRESH = timedelta(seconds=30).total_seconds() * 1000
_known: dict[str, tuple[int, str]] = {}


def current() -> dict[str, str]:
    """Return etag and address. A new publication is noticed within half a minute."""
    now = clock.now_ms()
    day = clock.today()
    at, etag = _known.get(day.isoformat(), (0, ""))
    if not 0 <= now - at < _FRESH:
        etag = str(manifest(day)["etag"])
        _known.clear()
        _known[day.isoformat()] = (now, etag)
    return {"etag": etag, "url": URL}
