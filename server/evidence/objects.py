"""
Photo bytes in an object store that speaks S3.

Unfinished uploads, small pictures and copies of what was last used lie on this server's own disk.
An object is acknowledged only after the store itself has named its size and its MD5. An outage is
never taken for an absent photo: it is told as "later", and phones keep what they have.
"""

import base64
import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO

from server.evidence.storage import CHUNK, FileStore, Store, chunks_of, plainly, sha256_of
from server.kernel.errors import Unavailable
from server.kernel.settings import Bucket, Settings

CONNECT_S, READ_S, TRIES = 3, 20, 2
LATER_S = 10


def store_of(settings: Settings) -> Store:
    """Return where photos lie: the disk alone, or an object store with the disk before it."""
    near = FileStore(settings.store)
    return ObjectStore(near, settings.bucket) if settings.bucket else near


def _md5() -> Any:
    """The sum by which S3 checks a transfer; what bytes are is said by SHA-256 alone."""
    return hashlib.md5(usedforsecurity=False)


def _is_absent(error: Any) -> bool:
    """Say whether an answer of the store means that there is no such object."""
    return bool(error.response["ResponseMetadata"]["HTTPStatusCode"] == 404)


@contextmanager
def _told() -> Iterator[None]:
    """An object store that is away, slow or refuses is told as later: nothing was lost."""
    from boto3.exceptions import Boto3Error
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as exc:
        if _is_absent(exc):
            raise FileNotFoundError("no such object") from exc
        raise Unavailable(retry_after=LATER_S) from exc
    except (Boto3Error, BotoCoreError) as exc:
        raise Unavailable(retry_after=LATER_S) from exc


class ObjectStore:
    """Objects named <prefix>blobs/aa/<sha256>, with a store of files before them."""

    def __init__(self, near: FileStore, bucket: Bucket) -> None:
        self.near = near
        self.bucket = bucket

    @cached_property
    def _client(self) -> Any:
        """A client of the process that asks: its connections must not cross a fork."""
        import boto3
        from botocore.config import Config

        given = self.bucket
        return boto3.session.Session().client(
            "s3",
            endpoint_url=given.endpoint,
            region_name=given.region,
            aws_access_key_id=given.key,
            aws_secret_access_key=given.secret,
            config=Config(
                signature_version="s3v4",
                s3={"addressing_style": "path"},
                connect_timeout=CONNECT_S,
                read_timeout=READ_S,
                retries={"mode": "standard", "total_max_attempts": TRIES},
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
                max_pool_connections=20,
            ),
        )

    def _name(self, sha256: str) -> dict[str, str]:
        key = f"{self.bucket.prefix}blobs/{sha256[:2]}/{sha256}"
        return {"Bucket": self.bucket.name, "Key": key}

    def parts(self) -> Path:
        """Return the folder of unfinished uploads, on the own disk."""
        return self.near.parts()

    def derived(self, sha256: str, name: str) -> Path:
        """Return where a picture made of stored bytes lies, on the own disk."""
        return self.near.derived(sha256, name)

    def room(self) -> int:
        """Return how many bytes are free for uploads."""
        return self.near.room()

    def is_usable(self) -> bool:
        """Say whether the own disk can be written and the bucket answers."""
        try:
            with _told():
                self._client.head_bucket(Bucket=self.bucket.name)
        except (Unavailable, FileNotFoundError):
            return False
        return self.near.is_usable()

    def keep(self, part: Path, sha256: str) -> None:
        """Store a finished part as an object, see that it is there, and keep a copy near."""
        with part.open("rb") as handle:
            self._put(handle, sha256)
        self.near.keep(part, sha256)

    def _put(self, handle: BinaryIO, sha256: str) -> None:
        digest = hashlib.file_digest(handle, _md5)  # type: ignore[arg-type]
        name, size = self._name(sha256), handle.tell()
        handle.seek(0)
        with _told():
            self._client.put_object(
                **name,
                Body=handle,
                ContentLength=size,
                ContentMD5=base64.b64encode(digest.digest()).decode(),
                ContentType="application/octet-stream",
            )
        try:
            with _told():
                found = self._client.head_object(**name)
        except FileNotFoundError as exc:
            raise Unavailable(retry_after=LATER_S) from exc  # said yes, and has it not
        if not _is_same(found, size, digest.hexdigest()):
            raise Unavailable(retry_after=LATER_S)

    def has(self, sha256: str) -> bool:
        """Say whether the object is there; one that is here alone is brought there first."""
        try:
            with _told():
                self._client.head_object(**self._name(sha256))
        except FileNotFoundError:
            return self._restored(sha256)
        return True

    def _restored(self, sha256: str) -> bool:
        """Send the near copy of an object that is gone, or was never there; False without one."""
        if not self.near.has(sha256):
            return False
        with self.near.open(sha256) as handle:
            if sha256_of(chunks_of(handle)) != sha256:
                return False
            handle.seek(0)
            self._put(handle, sha256)
        return True

    def open(self, sha256: str) -> BinaryIO:
        """Open the near copy, fetched when there is none; FileNotFoundError when absent."""
        if not self.near.has(sha256):
            self._fetch(sha256)
        return self.near.open(sha256)

    def _fetch(self, sha256: str) -> None:
        part = self.parts() / f"fetched-{secrets.token_hex(12)}"
        try:
            with plainly(), part.open("wb") as handle:
                digest = hashlib.sha256()
                for piece in self._pieces(sha256):
                    handle.write(piece)
                    digest.update(piece)
            if digest.hexdigest() != sha256:
                raise FileNotFoundError("the object holds other bytes")
            self.near.keep(part, sha256)
        finally:
            part.unlink(missing_ok=True)

    def _pieces(self, sha256: str) -> Iterator[bytes]:
        with _told():
            body = self._client.get_object(**self._name(sha256))["Body"]
            yield from body.iter_chunks(CHUNK)

    def is_sound(self, sha256: str) -> bool:
        """Read the object itself; a damaged one is replaced by the near copy when that is whole."""
        try:
            if sha256_of(self._pieces(sha256)) == sha256:
                return True
        except FileNotFoundError:
            pass
        return self._restored(sha256)

    def remove(self, sha256: str) -> None:
        """Delete the object, the copy and what was made of them."""
        with _told():
            self._client.delete_object(**self._name(sha256))
        self.near.remove(sha256)

    def trim(self) -> int:
        """Delete the oldest near copies of objects beyond the agreed room; return how many."""
        return self.near.shrink(self.bucket.near_bytes, self.has)


def _is_same(found: Any, size: int, md5: str) -> bool:
    """Compare what the store says of an object; a tag that is no MD5 says nothing."""
    tag = found["ETag"].strip('"').lower()
    is_md5 = len(tag) == 32 and all(c in "0123456789abcdef" for c in tag)
    return found["ContentLength"] == size and (tag == md5 or not is_md5)
