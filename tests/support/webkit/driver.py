"""Speaking W3C WebDriver to WebKitWebDriver: plain HTTP, nothing installed for it."""

import contextlib
import http.client
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.support.ports import free_port

WINDOW = Path(__file__).with_name("window.py")
PYTHON = "/usr/bin/python3"
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
PATIENCE_S = 60.0
CALL_S = 120.0
#: what is clicked may be gone before the driver knows that it clicked, and then it never answers
CLICK_S = 15.0
STEP_S = 0.05
#: how long a click may take to show
EFFECT_S = 5.0


class Refused(Exception):
    """The driver says that it cannot be done."""


class Screen:
    """A screen that nobody sees."""

    def __init__(self) -> None:
        told, tell = os.pipe()
        self._process = subprocess.Popen(
            ["Xvfb", "-displayfd", str(tell), "-screen", "0", "800x1000x24", "-nolisten", "tcp"],
            pass_fds=(tell,),
            stderr=subprocess.DEVNULL,
        )
        os.close(tell)
        with os.fdopen(told) as said:
            self.name = f":{said.readline().strip()}"
        assert self.name != ":", "Xvfb did not begin"

    def close(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait(10)


class WebKit:
    """One browser with one profile; it can be killed and opened again."""

    def __init__(self, screen: Screen, profile: Path) -> None:
        self.screen, self.profile = screen, profile
        self._process: subprocess.Popen[bytes] | None = None
        self._session = ""
        self._port = 0

    def open(self) -> None:
        """Start driver and browser."""
        self.profile.mkdir(parents=True, exist_ok=True)
        start = self.profile / "start"
        start.write_text(f'#!/bin/sh\nexec {PYTHON} "{WINDOW}" "{self.profile}"\n')
        start.chmod(0o755)
        self._port = free_port()
        log = (self.profile / "driver.log").open("ab")
        self._process = subprocess.Popen(
            ["WebKitWebDriver", "--host=127.0.0.1", f"--port={self._port}"],
            env=self._environment(),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        log.close()
        wanted = {"webkitgtk:browserOptions": {"binary": str(start), "args": []}}
        self._session = self._insist(lambda: self._begin({"alwaysMatch": wanted}))
        self.call("POST", "/timeouts", {"script": 90_000, "pageLoad": 60_000})

    def _environment(self) -> dict[str, str]:
        own = {
            "DISPLAY": self.screen.name,
            "GDK_BACKEND": "x11",
            "HOME": str(self.profile),
            "XDG_DATA_HOME": str(self.profile / "xdg"),
            "XDG_CACHE_HOME": str(self.profile / "xdg-cache"),
            "LANG": "C.UTF-8",
            "TZ": "Asia/Shanghai",
            "LIBGL_ALWAYS_SOFTWARE": "1",
            "WEBKIT_DISABLE_COMPOSITING_MODE": "1",
            "NO_AT_BRIDGE": "1",
        }
        return {"PATH": os.environ["PATH"], **own}

    def _begin(self, wanted: dict[str, Any]) -> str:
        told = self._ask("POST", "/session", {"capabilities": wanted})
        return str(told["sessionId"])

    def kill(self) -> None:
        """The battery is empty: every process at once, nothing flushed."""
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(10)
        self._process = None

    def close(self) -> None:
        """End what is left of it."""
        if self._process is not None:
            self.kill()

    def call(self, method: str, path: str, body: Any = None, seconds: float = CALL_S) -> Any:
        """One command of the session."""
        return self._ask(method, f"/session/{self._session}{path}", body, seconds)

    def _ask(self, method: str, path: str, body: Any, seconds: float = CALL_S) -> Any:
        line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=seconds)
        try:
            text = None if body is None else json.dumps(body)
            line.request(method, path, text, {"Content-Type": "application/json"})
            told = json.loads(line.getresponse().read())["value"]
        finally:
            line.close()
        if isinstance(told, dict) and "error" in told:
            raise Refused(f"{told['error']}: {told.get('message', '')}")
        return told

    def goto(self, url: str) -> None:
        """Open an address."""
        self.call("POST", "/url", {"url": url})

    def run(self, script: str, *given: Any) -> Any:
        """The value of an expression over `arguments`, once its promise is kept."""
        body = (
            "const done = arguments[arguments.length - 1];"
            f"new Promise((keep) => {{ keep({script}); }})"
            ".then((value) => done({ value }), (error) => done({ error: String(error) }));"
        )
        told = self.call("POST", "/execute/async", {"script": body, "args": list(given)})
        if "error" in told:
            raise Refused(told["error"])
        return told.get("value")

    def wait_for(self, script: str, *given: Any) -> Any:
        """Ask until the expression is true; its value."""
        return self._insist(lambda: self.run(script, *given) or None, script)

    def _insist(self, ask: Callable[[], Any], what: str = "a session") -> Any:
        deadline, last = time.monotonic() + PATIENCE_S, ""
        while time.monotonic() < deadline:
            try:
                if (found := ask()) is not None:
                    return found
            except (Refused, OSError) as exc:
                last = repr(exc)
            time.sleep(STEP_S)
        raise AssertionError(f"WebKit: not in time: {what} {last}")

    def tap(self, testid: str) -> None:
        """A real click on what carries this mark, once it can be clicked."""
        self.click(f"[data-testid='{testid}']")

    def click(self, css: str) -> None:
        """A real click on the first that fits and is in sight."""
        self._insist(lambda: self._click(css), css)

    def _click(self, css: str) -> bool | None:
        found = self.call("POST", "/element", {"using": "css selector", "value": css})
        if not self.call("GET", f"/element/{found[ELEMENT]}/enabled"):
            return None
        self.call("POST", f"/element/{found[ELEMENT]}/click", {}, seconds=CLICK_S)
        return True

    def press(self, script: str, then: str) -> None:
        """
        A real click on the element of an expression, until what follows from it is true.

        A page that is still being drawn loses clicks, as it loses those of a thumb.
        """
        self._insist(lambda: self._press(script, then), f"{script} → {then}")

    def _press(self, script: str, then: str) -> bool | None:
        if self.run(f"!!({then})"):
            return True  # the click before has shown late
        wanted = (
            f"const it = ({script}) ?? null; it?.scrollIntoView({{ block: 'center' }}); return it;"
        )
        found = self.call("POST", "/execute/sync", {"script": wanted, "args": []})
        if found is None:
            return None
        self.call("POST", f"/element/{found[ELEMENT]}/click", {}, seconds=CLICK_S)
        deadline = time.monotonic() + EFFECT_S
        while time.monotonic() < deadline:
            if self.run(f"!!({then})"):
                return True
            time.sleep(STEP_S)
        return None

    def fill(self, css: str, words: str) -> None:
        """Type into a field."""
        found = self._insist(
            lambda: self.call("POST", "/element", {"using": "css selector", "value": css}), css
        )
        self.call("POST", f"/element/{found[ELEMENT]}/value", {"text": words})
