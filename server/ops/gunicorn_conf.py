"""How gunicorn serves Anxun: `gunicorn -c server/ops/gunicorn_conf.py wsgi:app`.

The gevent worker is what keeps a ward full of slow phones from starving everybody else: a stalled
upload holds one green thread, not one of a handful of threads.
"""

import importlib.util
import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gunicorn.glogging import Logger  # type: ignore[import-untyped]

# By its path: the package would bring in the application before gevent has patched the library.
_REDACTION = Path(__file__).resolve().parents[1] / "kernel" / "redaction.py"
_spec = importlib.util.spec_from_file_location("anxun_redaction", _REDACTION)
assert _spec is not None
assert _spec.loader is not None
redaction = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(redaction)


class Redacting(logging.Formatter):
    """Writes as another formatter does, and takes out what must not be told."""

    def __init__(self, inner: logging.Formatter | None) -> None:
        super().__init__()
        self._inner = inner or logging.Formatter()

    def format(self, record: logging.LogRecord) -> str:
        """Return the line as it may be read."""
        return str(redaction.redact(self._inner.format(record)))


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
        if not redaction.is_secret(str(environ.get("PATH_INFO", ""))):
            super().access(resp, req, environ, request_time)


bind = os.environ.get("ANXUN_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gevent"
worker_connections = 1000
timeout = 60
graceful_timeout = 30
keepalive = 5
limit_request_line = 4094
limit_request_fields = 60
limit_request_field_size = 8190
forwarded_allow_ips = os.environ.get("ANXUN_PROXY", "127.0.0.1")
certfile = os.environ.get("ANXUN_TLS_CERTIFICATE") or None
keyfile = os.environ.get("ANXUN_TLS_KEY") or None
control_socket_disable = True
logger_class = QuietLogger
accesslog = os.environ.get("ANXUN_ACCESS_LOG") or None
access_log_format = '%({x-forwarded-for}i)s %(h)s %(t)s "%(m)s %(U)s" %(s)s %(B)s %(M)sms'


def post_worker_init(worker: Any) -> None:
    """Draw and compare pictures beside the requests; the queue is shared by all workers."""
    from server.evidence import worker as photos
    from server.tips import worker as tips

    photos.WORKER.start(worker.wsgi)
    tips.WORKER.start(worker.wsgi)
