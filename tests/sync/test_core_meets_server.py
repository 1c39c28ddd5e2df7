"""The app's own core, in Node, against the real server over a line that loses a third of it all."""

from server.ops import webapp
from tests.conftest import MakeLiveServer
from tests.support import whole
from tests.support.core import meets


def test_the_real_core_and_the_real_server_agree(
    make_live_server: MakeLiveServer, backend: str
) -> None:
    webapp.ensure_modules()
    server = make_live_server(backend, "demo", ANXUN_DEMO="1")
    server.start()
    for test in ("cross", "visits-cross"):
        meets(server, f"tests/sync/{test}.test.ts", 1 if backend == "sqlite" else 2)
        # The first of the two loses a photo on purpose.
        assert whole.wrong(server, said_lost=1) == []
