"""Setting a document: a template of ours, data that is never taken for markup, images by name."""

import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
import structlog

from server.kernel.errors import Unavailable
from server.reports.render import fonts

log = structlog.get_logger()
_HERE = Path(__file__).parent
TEMPLATES = _HERE / "templates"
_COMMON = "common.typ"
_IMAGE_NAME = re.compile(r"[a-zA-Z0-9_-]{1,80}\.(png|jpg|svg)")
SECONDS = 60
#: a document takes a core for itself; more at once would only make each of them later
_turns = threading.BoundedSemaphore(2)


class RenderTimeout(Unavailable):
    """The document was not ready in time."""

    code = "reports-render-timeout"
    title = "The document took too long to make. Please try with fewer records."
    title_zh = "文档生成超时，请减少内容后再试。"


class RenderFailure(Exception):
    """A template of ours is wrong: a bug, whatever the data."""


def render_pdf(
    template: str,
    data: Mapping[str, Any],
    images: Mapping[str, bytes] | None = None,
    *,
    seconds: int = SECONDS,
) -> bytes:
    """
    Set `templates/<template>.typ` with *data* and *images*; return PDF/A-2b with its fonts inside.

    The template reads `data.json` and `images/<name>`. A character that no font can show raises
    MissingGlyph before anything is set.
    """
    source = TEMPLATES / f"{template}.typ"
    own = [source.read_text("utf-8"), (TEMPLATES / _COMMON).read_text("utf-8")]
    fonts.require_glyphs([*fonts.texts_of(data), *own])
    with _turns, tempfile.TemporaryDirectory(prefix="anxun-document-") as name:
        folder = Path(name)
        lay_out(folder, source, data, images or {})
        _run(folder, template, seconds)
        return (folder / "document.pdf").read_bytes()


def lay_out(
    folder: Path, source: Path, data: Mapping[str, Any], images: Mapping[str, bytes]
) -> None:
    """Put all that the library reads into a folder."""
    shutil.copyfile(source, folder / "main.typ")
    shutil.copyfile(TEMPLATES / _COMMON, folder / _COMMON)
    shown = {"families": list(fonts.FAMILIES), **data}
    (folder / "data.json").write_bytes(orjson.dumps(shown))
    (folder / "images").mkdir()
    for name, content in images.items():
        assert _IMAGE_NAME.fullmatch(name), name
        (folder / "images" / name).write_bytes(content)


def _run(folder: Path, template: str, seconds: int) -> None:
    """Run the child; a document that hangs or eats memory takes nobody along."""
    command = [sys.executable, "-I", str(_HERE / "child.py"), str(folder), str(seconds)]
    command += map(str, fonts.FOLDERS)
    try:
        done = subprocess.run(command, capture_output=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired as exc:
        log.warning("document timed out", template=template, seconds=seconds)
        raise RenderTimeout() from exc
    if done.returncode != 0:
        raise RenderFailure(f"{template}: {done.stderr.decode(errors='replace')[-2000:]}")
