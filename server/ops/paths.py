"""Where things lie in a clone."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PWA = ROOT / "pwa"
DIST = PWA / "dist"
VENV = ROOT / ".venv"
VENV_BIN = VENV / "bin"
PYTHON = VENV_BIN / "python"


def var() -> Path:
    """The directory for everything that is made at run time."""
    folder = Path(os.environ.get("ANXUN_VAR") or ROOT / "var").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def logs() -> Path:
    folder = var() / "log"
    folder.mkdir(exist_ok=True)
    return folder


def shown(path: Path) -> str:
    """The shortest way to name a path to a person who stands in the clone."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
