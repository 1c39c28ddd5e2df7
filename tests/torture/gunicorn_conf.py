"""
As in production, but the application is loaded once and workers are forked from it.

A worker that was killed is back in a tenth of a second, so that many kills fit into a short test.
"""

from gevent import monkey

monkey.patch_all()

from server.ops import gunicorn_conf as usual  # noqa: E402 - only after patching

globals().update({name: value for name, value in vars(usual).items() if name[0] != "_"})
preload_app = True
