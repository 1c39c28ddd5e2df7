"""
From the bytes of a request to typed structs, as fast as is safe.

msgspec refuses other types, unknown fields and infinite numbers, but keeps the last of two equal
keys. Two parsers could then read one mutation differently. What the phone writes is compact JSON:
when parsing and writing it again gives the same bytes, no key stood twice. Anything else goes
through the slow, strict parser first.
"""

import re
import zlib
from typing import TypeVar

import msgspec
import orjson
from flask import Request

from server.kernel import strict_json
from server.kernel.errors import Invalid, TooLarge
from server.sync.schemas import MAX_BATCH, Digest, Envelope, Exchange

T = TypeVar("T")
MAX_PUSH = 256 * 1024
MAX_PLAIN = 8 * 1024 * 1024
MAX_PACKED = 1024 * 1024
MAX_RATIO = 100
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")

_exchange = msgspec.json.Decoder(Exchange)
_envelope = msgspec.json.Decoder(Envelope)
_digest = msgspec.json.Decoder(Digest)


class BadEnvelope(Invalid):
    """The request is not one of ours."""

    code = "malformed"
    title = "The app sent something the server cannot read. Nothing was applied."
    title_zh = "应用发送的数据无法识别，未作任何处理。"


class BatchTooLarge(TooLarge):
    """Too much in one request; the phone sends half of it."""

    code = "batch-too-large"
    title = "This is too much for one request; the app sends it in smaller parts."
    title_zh = "一次发送的内容过多，应用会分批发送。"


def read_body(request: Request) -> bytes:
    """Return the body, unpacked when it came compressed, within limits of size and ratio."""
    if request.mimetype != "application/json":
        raise WrongType()
    packed = _read(request, MAX_PACKED)
    encoding = request.headers.get("Content-Encoding", "identity").lower()
    if encoding == "identity":
        return packed
    if encoding != "gzip":
        raise WrongType()
    return gunzip(packed)


class WrongType(Invalid):
    """Not JSON, or packed in a way we do not unpack: answered with 415."""

    code = "wrong-type"
    title = "Only JSON is accepted here, plain or gzip."
    title_zh = "此处只接受 JSON 数据。"


def _read(request: Request, limit: int) -> bytes:
    if (request.content_length or 0) > limit:
        raise BatchTooLarge()
    data = request.stream.read(limit + 1)
    if len(data) > limit:
        raise BatchTooLarge()
    if request.content_length is not None and len(data) < request.content_length:
        raise BadEnvelope("The connection was cut.")
    return data


def gunzip(packed: bytes) -> bytes:
    """Unpack gzip; refuse what grows without measure, is cut, or has something behind it."""
    limit = min(MAX_PLAIN, max(len(packed), 64) * MAX_RATIO)
    unpacker = zlib.decompressobj(wbits=31)
    try:
        plain = unpacker.decompress(packed, limit)
    except zlib.error as exc:
        raise BadEnvelope("The compressed data is damaged.") from exc
    if unpacker.unconsumed_tail:
        raise BatchTooLarge()
    if not unpacker.eof or unpacker.unused_data:
        raise BadEnvelope("The compressed data is cut.")
    return plain


def require_unambiguous(data: bytes) -> None:
    """Raise unless every reader of *data* must see the same thing."""
    if b"\\u0000" in data and _NUL.search(data):
        raise BadEnvelope("A text holds the character NUL.")
    try:
        if orjson.dumps(orjson.loads(data)) == data:
            return
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        pass
    strict_json.loads(data)


def _decode(decoder: msgspec.json.Decoder[T], data: bytes | msgspec.Raw) -> T:
    try:
        return decoder.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as exc:
        raise BadEnvelope(str(exc)) from exc


def parse_exchange(data: bytes) -> tuple[Exchange, list[Envelope]]:
    """Parse a whole exchange; one bad envelope refuses all, so that nothing is half applied."""
    require_unambiguous(data)
    request = _decode(_exchange, data)
    if (
        len(request.push) > MAX_BATCH
        or sum(memoryview(raw).nbytes for raw in request.push) > MAX_PUSH
    ):
        raise BatchTooLarge()
    envelopes = [_decode(_envelope, raw) for raw in request.push]
    for envelope in envelopes:
        _require_shallow(bytes(envelope.args))
    return request, envelopes


def _require_shallow(args: bytes) -> None:
    """
    Refuse arguments nested too deeply.

    Known arguments are bounded by their types; those of a command that this server does not know
    are kept as they came. Few brackets cannot nest deeply, so that answers cost only the counting.
    """
    if args.count(b"[") + args.count(b"{") > strict_json.MAX_DEPTH:
        strict_json.loads(args)


def parse_digest(data: bytes) -> Digest:
    """Parse the request of the self-check."""
    require_unambiguous(data)
    return _decode(_digest, data)
