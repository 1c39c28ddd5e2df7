"""What counts as a photo, and what an upload may look like. Pure."""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from server.kernel.errors import Conflict, Invalid, NotFound, TooLarge, Unavailable

PICTURE_RULES: Mapping[str, Any] = json.loads(
    Path(__file__).with_name("picture-rules.json").read_text(encoding="utf-8")
)
MAX_BYTES: int = PICTURE_RULES["kept_to"]["bytes"]
MIMES: Mapping[str, str] = {
    form["mime"]: form["ending"] for form in PICTURE_RULES["forms"] if form["kept"]
}
PURPOSES = frozenset({"answer", "found", "rectified", "comment", "refusal", "place"})
_SHA = re.compile(r"[0-9a-f]{64}")
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MAX_METADATA = 2000


class PhotoIdTaken(Conflict):
    """Two different photos claim one identifier."""

    code = "photo-id-taken"
    title = "This identifier is already in use."
    title_zh = "该照片编号已被占用，请重新提交。"


class PhotoType(Invalid):
    """Not a kind of image that is kept."""

    code = "photo-type"
    title = "This kind of file cannot be kept as a photo."
    title_zh = "不支持这种格式的照片。"


class PhotoInUse(Conflict):
    """The record that it proves is closed."""

    code = "photo-in-use"
    title = "This photo proves a record that is closed."
    title_zh = "照片所属的记录已经关闭，不能删除。"


class PhotoOfRefusal(Conflict):
    """A signed refusal names it; it stays, whoever took it."""

    code = "photo-of-refusal"
    title = "This photo proves that the unit would not sign; it can no longer be removed."
    title_zh = "这张照片是拒签的证据，已随记录签名固定，不能再删除。"


class UploadMetadata(Invalid):
    """The announcement of an upload is incomplete or unreadable."""

    code = "upload-metadata"
    title = "The upload does not say which photo it brings."
    title_zh = "上传信息不完整。"


class UploadType(Invalid):
    """Not a kind of image that is kept: answered with 415."""

    code = "upload-type"
    title = "This kind of file is not accepted."
    title_zh = "不支持上传这种文件。"


class UploadEmpty(Invalid):
    """No bytes."""

    code = "upload-empty"
    title = "The photo is empty."
    title_zh = "照片内容为空。"


class UploadTooLarge(TooLarge):
    """More than is accepted, or more than was announced."""

    code = "upload-too-large"
    title = "The photo is too large."
    title_zh = "照片太大，无法上传。"


class UploadOffset(Conflict):
    """The part does not begin where the last one ended."""

    code = "upload-offset"
    title = "The upload does not continue where it stopped."
    title_zh = "续传位置不一致，应用会自动重试。"


class UploadExpired(NotFound):
    """Unfinished for too long: answered with 410."""

    code = "upload-expired"
    title = "This upload has expired. The app starts it again."
    title_zh = "上传已过期，应用会重新上传。"


class ChecksumMismatch(Invalid):
    """A part arrived damaged: answered with 460, nothing of it is kept."""

    code = "checksum-mismatch"
    title = "A part arrived damaged; the app sends it again."
    title_zh = "部分数据在传输中损坏，应用会重新发送。"


class HashMismatch(Invalid):
    """The bytes are not those that were announced."""

    code = "hash-mismatch"
    title = "The photo that arrived is not the one announced; the app sends it again."
    title_zh = "收到的照片与拍摄时不一致，应用会重新上传。"


class StoreFull(Unavailable):
    """No room for photos: answered with 507."""

    code = "store-full"
    title = "The server has no room for photos at the moment. Nothing was lost."
    title_zh = "服务器存储空间不足，照片仍保存在手机中，稍后自动重试。"


class ImageUnreadable(Invalid):
    """The stored bytes cannot be shown as an image."""

    code = "image-unreadable"
    title = "This file cannot be shown as a picture."
    title_zh = "无法显示这张照片。"

    def __init__(self, why: str = "damaged") -> None:
        super().__init__(why=why, **PICTURE_RULES["unshown"][why])


class PictureWaiting(Unavailable):
    """The small picture is being drawn; asking again in a moment helps."""

    code = "picture-waiting"
    title = "The picture is being prepared. It appears in a moment."
    title_zh = "照片正在处理，稍后自动显示。"


@dataclass(frozen=True)
class Announced:
    """What an upload says it will bring."""

    sha256: str
    mime: str
    length: int
    photo_id: str | None


def announced(header: str, length: int) -> Announced:
    """Read Upload-Metadata; keys that are not ours are ignored and never used as a path."""
    if len(header) > _MAX_METADATA:
        raise UploadMetadata()
    values: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in header.split(","))):
        key, _, encoded = pair.partition(" ")
        if key in values:
            raise UploadMetadata()
        values[key] = _decoded(encoded.strip()) if key in ("sha256", "mime", "photo") else ""
    sha, mime, photo = values.get("sha256", ""), values.get("mime", ""), values.get("photo") or None
    if not _SHA.fullmatch(sha) or (photo is not None and not _ID.fullmatch(photo)):
        raise UploadMetadata()
    if mime not in MIMES:
        raise UploadType(**refusal(mime))
    if length == 0:
        raise UploadEmpty()
    if length > MAX_BYTES:
        raise UploadTooLarge(limit=MAX_BYTES)
    return Announced(sha, mime, length, photo)


def refusal(mime: str) -> Mapping[str, str]:
    """Return the sentence, in both languages, for a kind of file that is not kept."""
    told = [form for form in PICTURE_RULES["forms"] if form["mime"] == mime and "zh" in form]
    sentence = told[0] if told else PICTURE_RULES["other"]
    return {"zh": sentence["zh"], "en": sentence["en"]}


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError, ValueError) as exc:
        raise UploadMetadata() from exc
