"""HTTPS for a server on the local network: certificates, and how phones come to trust them."""

import socket
from dataclasses import dataclass
from pathlib import Path

from server.ops import network, paths, process, trust_page
from server.ops.console import Failure, step
from server.ops.options import Options

OPS = [str(paths.PYTHON), str(paths.ROOT / "server" / "ops")]


@dataclass(frozen=True)
class Trust:
    """What gunicorn needs, and what a person needs to check."""

    env: dict[str, str]
    authority: Path
    fingerprint: str
    page: str | None


def prepare(chosen: Options) -> Trust:
    """Make the certificates that this computer's addresses need, and offer the authority's."""
    folder = paths.var() / "tls"
    with step("证书 Certificates"):
        names = [*network.own_addresses(), "localhost", socket.gethostname(), chosen.host]
        wanted = sorted({name for name in names if name and not network.is_wildcard(name)})
        fingerprint = process.answer(
            [*OPS, "certificates", str(folder), *wanted], "certificates"
        ).strip()
    env = {
        "ANXUN_TLS_CERTIFICATE": str(folder / "server.pem"),
        "ANXUN_TLS_KEY": str(folder / "server.key"),
    }
    authority = folder / "ca.crt"
    page = _offer(chosen, authority, fingerprint) if chosen.exposed else None
    return Trust(env=env, authority=authority, fingerprint=fingerprint, page=page)


def _offer(chosen: Options, authority: Path, fingerprint: str) -> str:
    """Serve the trust page on the next port; its address."""
    host, port = chosen.addresses[0], chosen.port + 1
    try:
        trust_page.start(
            chosen.host,
            port,
            certificate=authority,
            fingerprint=fingerprint,
            address=chosen.address(host),
        )
    except (OSError, OverflowError) as error:
        raise Failure(f"证书页需要端口 The certificate page needs port {port}: {error}") from error
    return f"http://{host}:{port}/"


def qr(text: str) -> str:
    return process.answer([*OPS, "qr", text], "qr")
