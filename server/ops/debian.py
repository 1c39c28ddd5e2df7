"""Programs that are not Python packages, for the tests: browsers, PostgreSQL, strace.

Installed by apt when that is possible; otherwise one line says what to install.
"""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from server.ops import process
from server.ops.console import Failure, step

TYPELIBS = Path("/usr/lib")
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
POSTGRESQL_HOMES = Path("/usr/lib/postgresql")


def chromium() -> str | None:
    """The browser for the journeys: ANXUN_CHROMIUM, or the first one on the PATH."""
    chosen = os.environ.get("ANXUN_CHROMIUM")
    return chosen or next((path for name in CHROMIUMS if (path := shutil.which(name))), None)


def postgresql() -> Path | None:
    """The folder of initdb and postgres: the newest that Debian installed, or the PATH's."""
    homes = sorted(
        (home for home in POSTGRESQL_HOMES.glob("*/bin/postgres") if home.is_file()),
        key=lambda home: float(home.parent.parent.name),
    )
    if homes:
        return homes[-1].parent
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found and shutil.which("postgres") else None


def webkit() -> bool:
    """Say whether WebKit can be driven without a screen: driver, screen, GTK for Python."""
    programs = ("WebKitWebDriver", "Xvfb")
    types = TYPELIBS.glob("*/girepository-1.0/WebKit2-4.1.typelib")
    bindings = Path("/usr/lib/python3/dist-packages/gi")
    return all(map(shutil.which, programs)) and any(types) and bindings.is_dir()


def ensure_chromium() -> None:
    _ensure(chromium, "chromium", "浏览器 Chromium")


def ensure_webkit() -> None:
    """Install what a real WebKit needs."""
    packages = ("webkit2gtk-driver", "gir1.2-webkit2-4.1", "python3-gi", "xvfb")
    _ensure(webkit, " ".join(packages), "浏览器 WebKit")


def ensure_postgresql() -> None:
    _ensure(postgresql, "postgresql", "数据库服务器 PostgreSQL")


def ensure_strace() -> None:
    _ensure(lambda: shutil.which("strace"), "strace", "系统调用跟踪 strace")


def _ensure(find: Callable[[], object], package: str, label: str) -> None:
    if find():
        return
    wanted = f"测试需要 {label} The tests need it: apt-get install {package}"
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise Failure(wanted)
    with step(label):
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        process.run(["apt-get", "update"], "apt", env=quiet)
        process.run(["apt-get", "install", "-y", *package.split()], "apt", env=quiet)
    if not find():
        raise Failure(wanted)
