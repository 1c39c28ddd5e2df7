"""What `make run` may be told: PORT, HOST, TLS, DEMO, WORKERS."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from server.ops import network
from server.ops.console import Failure

_YES, _NO = {"1", "yes", "true", "on"}, {"", "0", "no", "false", "off"}


@dataclass(frozen=True)
class Options:
    host: str
    port: int
    tls: bool
    demo: bool
    workers: int

    @property
    def scheme(self) -> str:
        return "https" if self.tls else "http"

    @property
    def bind(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    @property
    def addresses(self) -> list[str]:
        """The hosts under which a person may open the app, the most reachable first."""
        if network.is_wildcard(self.host):
            return network.own_addresses()
        return [self.host]

    def address(self, host: str) -> str:
        bracketed = f"[{host}]" if ":" in host else host
        return f"{self.scheme}://{bracketed}:{self.port}/"

    @property
    def exposed(self) -> bool:
        return not network.is_loopback(self.host)


def from_environment(environ: Mapping[str, str] = os.environ) -> Options:
    return Options(
        host=environ.get("HOST") or "127.0.0.1",
        port=network.parse_port(environ.get("PORT") or "8000"),
        tls=_flag(environ, "TLS", default="0"),
        demo=_flag(environ, "DEMO", default="1"),
        workers=_workers(environ.get("WORKERS") or "2"),
    )


def _flag(environ: Mapping[str, str], name: str, *, default: str) -> bool:
    value = environ.get(name, default).strip().lower()
    if value not in _YES | _NO:
        raise Failure(f"{name} 应为 0 或 1 {name} must be 0 or 1, not {value!r}")
    return value in _YES


def _workers(text: str) -> int:
    if text.isascii() and text.isdigit() and 0 < int(text) <= 64:
        return int(text)
    raise Failure(f"WORKERS 应为 1–64 的整数 WORKERS must be a number from 1 to 64, not {text!r}")
