"""gunicorn's own log, access and error alike, without what would tell of a sealed visit."""

import logging
from collections.abc import Mapping
from typing import Any

from gunicorn.glogging import Logger  # type: ignore[import-untyped]

from server.kernel.redaction import is_secret, redact


class Redacting(logging.Formatter):
    """Writes as another formatter does, and takes out what must not be told."""

    def __init__(self, inner: logging.Formatter | None) -> None:
        super().__init__()
        self._inner = inner or logging.Formatter()

    def format(self, record: logging.LogRecord) -> str:
        """Return the line as it may be read."""
        return str(redact(self._inner.format(record)))


class QuietLogger(Logger):  # type: ignore[misc]
    """Access and error log without what would tell of a sealed visit, whatever the format."""

    def setup(self, cfg: Any) -> None:
        """Set up as usual; every line is redacted."""
        super().setup(cfg)
        for log in (self.error_log, self.access_log):
            for handler in log.handlers:
                handler.setFormatter(Redacting(handler.formatter))

    def access(self, resp: Any, req: Any, environ: Mapping[str, Any], request_time: Any) -> None:
        """Leave out what concerns sealed visits and draws, whether it found anything or not."""
        if not is_secret(str(environ.get("PATH_INFO", ""))):
            super().access(resp, req, environ, request_time)
