"""
Setting databases up, to be killed at it: `python -m tests.torture.migrator FOLDER`.

Everything is imported once. Each line on standard input is a database's address: it forks a child
that sets this one up; the child's process id and then how it ended are written as lines.
"""

import os
import sys
import traceback
from pathlib import Path

from server import create_app
from server.kernel.settings import Settings
from server.setup import set_up


def child(url: str, folder: Path) -> None:
    """Set up, and end without any of the parent's tidying."""
    settings = Settings(
        database_url=url, var=folder, store=folder / "store", demo=False, public_url=""
    )
    try:
        with create_app(settings).app_context():
            set_up()
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def main(folder: Path) -> None:
    """Answer each line with a child."""
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            child(line.strip(), folder)
        print(pid, flush=True)  # noqa: T201
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]))
