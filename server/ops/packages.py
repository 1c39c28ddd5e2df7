"""The virtual environment of the clone and the Python packages in it."""

import importlib.util
import shutil
import sys
from pathlib import Path

from server.ops import paths, process, stamps
from server.ops.console import Failure, step

RUN_TIME = paths.ROOT / "requirements.txt"
TOOLS = paths.ROOT / "requirements-dev.txt"


def ensure_run_time() -> None:
    """Install what the server needs, unless exactly that is installed already."""
    _ensure([RUN_TIME], ".stamp-run-time", "Python 组件 Python packages")


def ensure_tools() -> None:
    """Install what the tests and checks need as well."""
    _ensure([RUN_TIME, TOOLS], ".stamp-tools", "测试工具 Test tools")


def _ensure(files: list[Path], name: str, label: str) -> None:
    _ensure_venv()
    stamp, wanted = paths.VENV / name, stamps.content(files)
    if stamps.fresh(stamp, wanted):
        return
    with step(label):
        command = [str(paths.PYTHON), "-m", "pip", "install", "--disable-pip-version-check"]
        for file in files:
            command += ["-r", str(file)]
        process.run(command, "pip")
    stamps.remember(stamp, wanted)


def _ensure_venv() -> None:
    if _usable():
        return
    found = importlib.util.find_spec("ensurepip")
    if found is None or found.origin is None:  # Debian ships it apart
        wanted = f"python3.{sys.version_info.minor}-venv"
        raise Failure(f"缺少 venv 模块 Python's venv module is missing: apt-get install {wanted}")
    with step("虚拟环境 Virtual environment"):
        if paths.VENV.exists():
            shutil.rmtree(paths.VENV)
        process.run([sys.executable, "-m", "venv", paths.VENV], "venv")


def _usable() -> bool:
    """Whether the environment is whole and was made here, not copied along with a clone."""
    pip = paths.VENV_BIN / "pip"
    if not pip.is_file() or not paths.PYTHON.exists():
        return False
    return str(paths.VENV_BIN) in pip.read_text(errors="replace").splitlines()[0]
