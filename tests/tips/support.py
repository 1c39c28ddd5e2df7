"""Reporting without an account, and what a phone's picture says besides."""

import contextvars
import io
import secrets
from collections.abc import Callable
from typing import Any

from flask import Flask
from PIL import Image

from server.kernel.db import db
from server.kernel.ids import new_id
from tests.evidence.scenes import scene
from tests.support.clients import AppClient

CODE = "0000001F"
HOME = "198.51.100.7"


def client_key() -> str:
    """What a phone calls its report: nobody can guess it."""
    text = secrets.token_hex(16)
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def tip(**given: Any) -> dict[str, Any]:
    """A report as a phone sends it."""
    plain: dict[str, Any] = {
        "id": client_key(),
        "tag": CODE,
        "place": None,
        "topics": ["exit"],
        "words": "三楼东头的安全出口堆满了纸箱",
        "audience": "unit",
        "contact": None,
        "pictures": 0,
    }
    return plain | given


def send(client: AppClient, body: dict[str, Any], address: str = HOME) -> Any:
    return client.post("/api/public/tips", json=body, environ_overrides={"REMOTE_ADDR": address})


def send_picture(
    client: AppClient, key: str, data: bytes, place: int = 0, mime: str = "image/jpeg"
) -> Any:
    return client.put(
        f"/api/public/tips/pictures/{place}",
        data=data,
        headers={"Tip-Key": key, "Content-Type": mime},
    )


def ask(client: AppClient, receipt: str, address: str = HOME) -> Any:
    return client.post(
        "/api/public/tips/receipt",
        json={"receipt": receipt},
        environ_overrides={"REMOTE_ADDR": address},
    )


def telling_picture(seed: int = 1) -> bytes:
    """A photo that says who took it, where and when."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0132] = "Telltale", "Phone 9", "2026:11:21 14:05:00"
    exif.get_ifd(0x8825).update({1: "N", 2: (30.0, 15.0, 30.0), 3: "E", 4: (120.0, 9.0, 9.0)})
    exif.get_ifd(0x8769)[0xA431] = "SERIAL-4711"
    out = io.BytesIO()
    scene(seed).save(out, "JPEG", exif=exif, comment=b"my garden, my name")
    return out.getvalue()


def new_hazard(rev: int, **given: Any) -> dict[str, Any]:
    """What somebody at the desk enters into the ledger."""
    plain = {"rev": rev, "id": new_id(), "title": "安全出口堆放纸箱", "description": "影响疏散"}
    return plain | given


def beside(app: Flask, work: Callable[[], Any]) -> Any:
    """Run what a worker does, in a context of its own; the test reads anew afterwards."""

    def inside() -> Any:
        with app.app_context():
            return work()

    db.session.commit()
    done = contextvars.Context().run(inside)
    db.session.expire_all()
    return done
