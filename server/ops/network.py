"""Addresses and ports of this computer."""

import errno
import fcntl
import ipaddress
import socket
import struct

from server.ops.console import Failure

SIOCGIFADDR = 0x8915  # Linux: ask an interface for its IPv4 address
TAKEN = (
    "端口 {port} 已被占用 Port {port} is taken on {host}: stop that program, "
    "or choose another port: make run PORT={other}"
)
NOT_OURS = "本机没有地址 This computer has no address {host}"
FORBIDDEN = "无权使用端口 Port {port} needs privileges; choose one above 1023"


def parse_port(text: str) -> int:
    if text.isascii() and text.isdigit() and 0 < int(text) < 65536:
        return int(text)
    raise Failure(f"PORT 应为 1–65535 的整数 PORT must be a number from 1 to 65535, not {text!r}")


def require_free(host: str, port: int) -> None:
    """Refuse early, in one line, an address that cannot be listened on."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise Failure(_reason(error, host, port)) from error


def _reason(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return TAKEN.format(host=host, port=port, other=port + 1 if port < 65535 else 8001)
    if error.errno in (errno.EACCES, errno.EPERM):
        return FORBIDDEN.format(port=port)
    return NOT_OURS.format(host=host)


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_wildcard(host: str) -> bool:
    return host in ("0.0.0.0", "::", "")


def own_addresses() -> list[str]:
    """The IPv4 addresses of this computer's interfaces, loopback last."""
    found = [address for _, name in socket.if_nameindex() if (address := _address_of(name))]
    return sorted(set(found), key=lambda address: (is_loopback(address), found.index(address)))


def _address_of(interface: str) -> str | None:
    request = struct.pack("256s", interface.encode()[:15])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            reply = fcntl.ioctl(probe.fileno(), SIOCGIFADDR, request)
        except OSError:
            return None
    return socket.inet_ntoa(reply[20:24])
