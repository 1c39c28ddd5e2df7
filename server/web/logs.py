"""Logs: one JSON line an event on standard error."""

import logging

import structlog
from structlog.typing import EventDict, WrappedLogger

from server.kernel.redaction import redact

# By these a case is found again; they name no visit.
_KEPT = frozenset({"timestamp", "level", "request_id", "client", "mutation"})


def _redacted(_log: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Take out what would tell of a sealed visit, wherever it stands."""
    return {
        name: redact(value) if isinstance(value, str) and name not in _KEPT else value
        for name, value in event.items()
    }


def configure() -> None:
    """Set up structured logging once."""
    if structlog.is_configured():
        return
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _redacted,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(file=None),
        cache_logger_on_first_use=False,
    )
