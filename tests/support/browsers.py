"""A real Chromium: profiles that survive restarts, a camera that shows what a test drew."""

import contextlib
import io
import os
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import BrowserContext, Playwright

from server.ops import debian

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
    "locale": "zh-CN",
    "timezone_id": "Asia/Shanghai",
}
DESK: dict[str, Any] = {
    "viewport": {"width": 1366, "height": 900},
    "locale": "zh-CN",
    "timezone_id": "Asia/Shanghai",
}


def executable() -> str:
    found = debian.chromium()
    assert found is not None, "install a browser: apt-get install chromium"
    return found


def make_camera(path: Path, frames: Sequence[Image.Image]) -> Path:
    """Write what the camera will see: JPEG frames one after another, shown in a loop."""
    with path.open("wb") as out:
        for frame in frames:
            picture = io.BytesIO()
            frame.convert("RGB").save(picture, "JPEG", quality=92)
            out.write(picture.getvalue())
    return path


class Chromium:
    """Opens persistent profiles and closes, or kills, what it opened."""

    def __init__(self, playwright: Playwright, folder: Path) -> None:
        self._playwright = playwright
        self._folder = folder
        self._open: list[BrowserContext] = []

    def profile(self, name: str) -> Path:
        """Where a profile lies, whether or not it was opened before."""
        return self._folder / name

    def open(
        self,
        profile: str = "phone",
        *,
        camera: Path | None = None,
        flags: Sequence[str] = (),
        device: dict[str, Any] | None = None,
        **options: Any,
    ) -> BrowserContext:
        """Open a profile; the same name again is the same phone after a restart."""
        arguments = [*FLAGS, *flags]
        if camera is not None:
            arguments += [
                "--use-fake-ui-for-media-stream",
                "--use-fake-device-for-media-stream",
                f"--use-file-for-fake-video-capture={camera}",
            ]
        given = {"permissions": ["camera", "geolocation"] if camera else ["geolocation"]}
        context = self._playwright.chromium.launch_persistent_context(
            self.profile(profile),
            args=arguments,
            **{"executable_path": executable(), **(device or PHONE), **given, **options},
        )
        self._open.append(context)
        return context

    def kill(self, profile: str) -> None:
        """End the browser of a profile as a dying phone does: no goodbye, nothing flushed."""
        for pid in _processes_of(self.profile(profile)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def close(self) -> None:
        for context in self._open:
            with contextlib.suppress(Exception):  # it may have been killed
                context.close()


def _processes_of(profile: Path) -> list[int]:
    """The processes that were started with this profile."""
    wanted = f"--user-data-dir={profile}".encode()
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):
                if wanted in (folder / "cmdline").read_bytes().split(b"\0"):
                    found.append(int(folder.name))
    return found
