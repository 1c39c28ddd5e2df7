"""Workloads of photos: uploads, inspections with photos, a cut upload, small pictures."""

import base64
import hashlib
import io
import os
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from bench.measure import Run
from bench.phones import EXCHANGE, JSON, BenchPhone
from bench.wire import Connection, together
from bench.workloads import floor_body, void
from server.evidence import drawing
from server.kernel import ids

TUS = ("Tus-Resumable: 1.0.0", "Content-Type: application/offset+octet-stream")
PHOTO = 300_000
EACH = 5
LARGE = 20_000_000
Job = Callable[[Connection], None]


def photos(phones: list[BenchPhone], count: int) -> Callable[[], Run]:
    """W3: new photos of 300 kB by tus, one request each."""

    def run() -> Run:
        jobs = [[upload(noise()) for _ in range(count // len(phones))] for _ in phones]
        return together([p.connection for p in phones], jobs, count * PHOTO / 1e6)

    return run


def noise() -> bytes:
    """Bytes that begin as a JPEG's do and were never seen before."""
    return b"\xff\xd8\xff\xe0" + random.randbytes(PHOTO - 4)


def upload(data: bytes, photo: str | None = None) -> Job:
    """A whole photo in one request."""

    def b64(text: str) -> str:
        return base64.b64encode(text.encode()).decode()

    sha = hashlib.sha256(data).hexdigest()
    told = {"sha256": sha, "mime": "image/jpeg", "photo": photo or ids.new_id()}
    metadata = ",".join(f"{name} {b64(text)}" for name, text in told.items())
    headers = (*TUS, f"Upload-Length: {len(data)}", f"Upload-Metadata: {metadata}")
    return lambda connection: void(connection.ask("POST", "/api/blobs", data, headers, expect=201))


def floor_photos(port: int, connections: int, count: int) -> Callable[[], Run]:
    """The same bytes to bare Flask: hashed while they stream, synced, renamed."""
    links = [Connection(port) for _ in range(connections)]

    def run() -> Run:
        def job(data: bytes) -> Callable[[Connection], None]:
            path = f"/photo/{ids.new_id()}"
            return lambda c: void(c.ask("POST", path, data, TUS, expect=201))

        jobs = [[job(noise()) for _ in range(count // connections)] for _ in links]
        return together(links, jobs, count * PHOTO / 1e6)

    return run


def raw_photos(folder: Path, count: int) -> Callable[[], Run]:
    """The same bytes hashed, written and synced without any server."""

    def run() -> Run:
        data = [noise() for _ in range(count)]
        begun = time.perf_counter()
        for piece in data:
            name = hashlib.sha256(piece).hexdigest()
            with (folder / name).open("wb") as out:
                out.write(piece)
                out.flush()
                os.fsync(out.fileno())
        seconds = time.perf_counter() - begun
        for piece in data:
            (folder / hashlib.sha256(piece).hexdigest()).unlink()
        return Run(count * PHOTO / 1e6, seconds)

    return run


def with_photos(phones: list[BenchPhone], each: int) -> Callable[[], Run]:
    """W1A: inspections of sixty commands with five photos each, to stored, checked and linked."""

    def run() -> Run:
        jobs = [[job for _ in range(each) for job in _with_photos(phone)] for phone in phones]
        return together([p.connection for p in phones], jobs, len(phones) * each)

    return run


def _with_photos(phone: BenchPhone) -> list[Job]:
    push, pictures = phone.record(), [noise() for _ in range(EACH)]
    inspection, names = push[0]["args"]["id"], [ids.new_id() for _ in pictures]
    for name, data in zip(names, pictures, strict=True):
        push.append(announced(phone, name, data, inspection))
    body = phone.body(push)
    jobs: list[Job] = [lambda c: void(c.ask("POST", EXCHANGE, body, JSON))]
    return jobs + [upload(data, name) for name, data in zip(names, pictures, strict=True)]


def announced(
    phone: BenchPhone, name: str, data: bytes, inspection: str, item: str = "g0.q00"
) -> dict[str, Any]:
    """The command that says of a photo what it shows."""
    told = {
        "id": name,
        "sha256": hashlib.sha256(data).hexdigest(),
        "size": len(data),
        "mime": "image/jpeg",
        "w": 1600,
        "h": 1200,
        "taken_at": int(time.time() * 1000),
        "origin": "camera",
        "purpose": "answer",
        "inspection": inspection,
        "target": "",
        "item": item,
        "annotations": [],
    }
    return phone.envelope("photo.add", told)


def floor_with_photos(port: int, phones: Sequence[BenchPhone], each: int) -> Callable[[], Run]:
    """The same commands and bytes to the stack's floor."""
    links = [Connection(port) for _ in phones]

    def one(phone: BenchPhone) -> list[Job]:
        body = floor_body(phone)
        jobs: list[Job] = [lambda c: void(c.ask("POST", "/push", body, JSON))]
        return jobs + [floor_photo(noise()) for _ in range(EACH)]

    def run() -> Run:
        jobs = [[job for _ in range(each) for job in one(phone)] for phone in phones]
        return together(links, jobs, len(phones) * each)

    return run


def floor_photo(data: bytes) -> Job:
    """The bytes of a photo to bare Flask."""
    path = f"/photo/{ids.new_id()}"
    return lambda c: void(c.ask("POST", path, data, TUS, expect=201))


def resumed(phone: BenchPhone) -> Callable[[], Run]:
    """One large upload, cut at half: asked how far it came, and sent on from there."""

    def run() -> Run:
        data = b"\xff\xd8\xff\xe0" + random.randbytes(LARGE - 4)
        return together([phone.connection], [[lambda c: _cut_and_resumed(c, data)]], LARGE / 1e6)

    return run


def _cut_and_resumed(link: Connection, data: bytes) -> None:
    sha = base64.b64encode(hashlib.sha256(data).hexdigest().encode()).decode()
    mime = base64.b64encode(b"image/jpeg").decode()
    announced = (f"Upload-Length: {len(data)}", f"Upload-Metadata: sha256 {sha},mime {mime}")
    made = link.ask("POST", "/api/blobs", b"", (*TUS, *announced), expect=201)
    where, half = made.headers["location"], len(data) // 2
    link.ask("PATCH", where, data[:half], (*TUS, "Upload-Offset: 0"), expect=204)
    told = link.ask("HEAD", where, b"", TUS, expect=200)
    offset = int(told.headers["upload-offset"])
    link.ask("PATCH", where, data[offset:], (*TUS, f"Upload-Offset: {offset}"), expect=204)


def floor_large(port: int) -> Callable[[], Run]:
    """As many bytes to bare Flask in one request."""
    link = Connection(port)

    def run() -> Run:
        data = random.randbytes(LARGE)
        return together([link], [[floor_photo(data)]], LARGE / 1e6)

    return run


def picture(seed: int = 6, scales: Sequence[int] = (8, 64, 512), quality: int = 85) -> bytes:
    """W6: a picture of 1600 by 1200 with noise on three scales."""
    noise = random.Random(seed)
    whole = Image.new("RGB", (1600, 1200))
    for side in scales:
        rough = Image.frombytes("RGB", (side, side), noise.randbytes(3 * side * side))
        whole = Image.blend(whole, rough.resize(whole.size, Image.Resampling.BICUBIC), 0.5)
    out = io.BytesIO()
    whole.save(out, "JPEG", quality=quality)
    return out.getvalue()


def thumbnails(count: int) -> Callable[[], Run]:
    """Small pictures as the worker draws them."""
    data = picture()

    def run() -> Run:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            source, target = Path(folder) / "photo", Path(folder) / "small"
            source.write_bytes(data)
            begun = time.perf_counter()
            for _ in range(count):
                drawing.draw(source, target)
            return Run(count, time.perf_counter() - begun)

    return run


def naive_thumbnails(count: int) -> Callable[[], Run]:
    """The same by decoding the whole picture and shrinking that."""
    data = picture()

    def run() -> Run:
        begun = time.perf_counter()
        for _ in range(count):
            with Image.open(io.BytesIO(data)) as image:
                small = image.convert("RGB").resize((320, 240), Image.Resampling.LANCZOS)
            small.save(io.BytesIO(), "JPEG", quality=drawing.QUALITY)
        return Run(count, time.perf_counter() - begun)

    return run
