"""The app's own custody, in Node, against the real server: the same chain on both sides."""

from server.ops import webapp
from tests.conftest import MakeLiveServer
from tests.support.core import meets


def test_the_real_phone_and_the_real_server_make_one_chain(
    make_live_server: MakeLiveServer, backend: str
) -> None:
    webapp.ensure_modules()
    server = make_live_server(backend, "demo", ANXUN_DEMO="1")
    server.start()
    meets(server, "tests/sync/sealed.test.ts", 3 if backend == "sqlite" else 4)
