"""Uploads that begin and then stand still, as on a ward where the signal ends at the door."""

import base64
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from bench.phones import BenchPhone
from server.kernel import ids

SIZE = 300_000


@contextmanager
def stalled_uploads(port: int, phones: Sequence[BenchPhone], count: int) -> Iterator[None]:
    """*count* uploads of which half has arrived and no more comes."""
    sockets = [_begin(port, phones[n % len(phones)]) for n in range(count)]
    try:
        yield
    finally:
        for one in sockets:
            one.close()


def _begin(port: int, phone: BenchPhone) -> socket.socket:
    def b64(text: str) -> str:
        return base64.b64encode(text.encode()).decode()

    metadata = f"sha256 {b64('0' * 64)},mime {b64('image/jpeg')},photo {b64(ids.new_id())}"
    head = (
        f"POST /api/blobs HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        f"Cookie: anxun_session={phone.person['token']}\r\n"
        "Tus-Resumable: 1.0.0\r\nContent-Type: application/offset+octet-stream\r\n"
        f"Upload-Length: {SIZE}\r\nUpload-Metadata: {metadata}\r\nContent-Length: {SIZE}\r\n\r\n"
    )
    link = socket.create_connection(("127.0.0.1", port))
    link.sendall(head.encode() + b"\xff\xd8\xff\xe0" + bytes(SIZE // 2))
    return link
