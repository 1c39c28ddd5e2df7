"""Entry of the Makefile: `python3 server/ops <command>`.

Keep this file readable by old Pythons: its first duty is to say which one is needed.
"""

import os
import shutil
import sys
import types

OLDEST = (3, 11)
NEWEST_TRIED = 15
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def prefer_new_python() -> None:
    """Start again under a Python that is new enough, or say in one line what to install."""
    if sys.version_info >= OLDEST:
        return
    for minor in range(NEWEST_TRIED, OLDEST[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found:
            os.execv(found, [found, *sys.argv])
    sys.exit("需要 Python 3.11 或更新版本 Python 3.11 or newer is needed: apt-get install python3")


def stand_in_for_the_server_package() -> None:
    """Make `server.ops` importable without running server/__init__.py, which needs Flask."""
    package = types.ModuleType("server")
    package.__path__ = [os.path.join(ROOT, "server")]
    sys.modules["server"] = package


if __name__ == "__main__":
    prefer_new_python()
    stand_in_for_the_server_package()
    from server.ops.commands import main

    sys.exit(main(sys.argv[1:]))
