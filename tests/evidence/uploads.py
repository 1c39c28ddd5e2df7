"""Speaking tus in tests."""

import base64
import hashlib
import io
import random
from typing import Any

from PIL import Image

from server.kernel import ids
from tests.support.clients import AppClient

OCTETS = "application/offset+octet-stream"
TUS = {"Tus-Resumable": "1.0.0"}


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def picture(seed: int = 1, side: int = 64, **save: Any) -> bytes:
    """A small JPEG whose bytes depend on *seed*."""
    noise = random.Random(seed)
    image = Image.new("RGB", (side, side), tuple(noise.randrange(256) for _ in range(3)))
    image.putpixel((0, 0), (seed % 256, seed // 256 % 256, 0))
    out = io.BytesIO()
    image.save(out, save.pop("format", "JPEG"), **save)
    return out.getvalue()


def metadata(data: bytes, *, mime: str = "image/jpeg", photo: str | None = None) -> str:
    pairs = [f"sha256 {b64(sha(data))}", f"mime {b64(mime)}"]
    return ",".join(pairs + ([f"photo {b64(photo)}"] if photo else []))


def create(client: AppClient, data: bytes, *, body: bytes | None = None, **given: Any) -> Any:
    """POST /api/blobs; with *body*, the first part comes along."""
    headers = {
        **TUS,
        "Upload-Length": str(len(data)),
        "Upload-Metadata": metadata(data, **given),
    }
    if body is None:
        return client.post("/api/blobs", headers=headers)
    return client.post("/api/blobs", headers=headers, data=body, content_type=OCTETS)


def append(client: AppClient, url: str, offset: int, body: bytes, **headers: str) -> Any:
    return client.patch(
        url,
        headers={**TUS, "Upload-Offset": str(offset), **headers},
        data=body,
        content_type=OCTETS,
    )


def offset_of(client: AppClient, url: str) -> int:
    return int(client.head(url, headers=TUS).headers["Upload-Offset"])


def photo_args(data: bytes, **given: Any) -> dict[str, Any]:
    """photo.add for these bytes."""
    return {
        "id": ids.new_id(),
        "sha256": sha(data),
        "size": len(data),
        "mime": "image/jpeg",
        "w": 64,
        "h": 64,
        "taken_at": 1795000000000,
        "origin": "camera",
        "purpose": "found",
        "annotations": [],
    } | given
