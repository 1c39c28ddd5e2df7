"""Two requests for one file in one green-threaded worker: neither may hold up the process."""

import subprocess
import sys
from pathlib import Path

from server.kernel import ids
from server.ops.paths import ROOT

TWO = """
from gevent import monkey

monkey.patch_all()
import sys, time
from pathlib import Path
import gevent
from server.rescue.spool import Spool

said = []

def work(name, seconds):
    with Spool(Path(sys.argv[1]), sys.argv[2]).locked():
        said.append(f"{name} in")
        time.sleep(seconds)
        said.append(f"{name} out")

gevent.joinall([gevent.spawn(work, "first", 0.3), gevent.spawn(work, "second", 0)])
print(", ".join(said))
"""


def test_a_second_request_waits_without_stopping_the_first(tmp_path: Path) -> None:
    name = ids.new_id()
    (tmp_path / name).mkdir()
    command = [sys.executable, "-c", TWO, str(tmp_path), name]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30, cwd=ROOT)
    assert done.stdout.strip() == "first in, first out, second in, second out"
