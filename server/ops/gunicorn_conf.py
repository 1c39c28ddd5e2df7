"""How gunicorn serves Anxun: `gunicorn -c server/ops/gunicorn_conf.py wsgi:app`.

The gevent worker is what keeps a ward full of slow phones from starving everybody else: a stalled
upload holds one green thread, not one of a handful of threads. The application is loaded once and
workers are forked from it: one that was killed is back in a tenth of a second.
"""

from gevent import monkey

monkey.patch_all()  # before the application is loaded

import os  # noqa: E402 - only after patching
from typing import Any  # noqa: E402

bind = os.environ.get("ANXUN_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gevent"
preload_app = True
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
logger_class = "server.web.quiet_log.QuietLogger"
accesslog = os.environ.get("ANXUN_ACCESS_LOG") or None
access_log_format = '%({x-forwarded-for}i)s %(h)s %(t)s "%(m)s %(U)s" %(s)s %(B)s %(M)sms'


def post_worker_init(worker: Any) -> None:
    """Draw and compare pictures beside the requests; the queue is shared by all workers."""
    from server.evidence import worker as photos
    from server.tips import worker as tips

    photos.WORKER.start(worker.wsgi)
    tips.WORKER.start(worker.wsgi)
