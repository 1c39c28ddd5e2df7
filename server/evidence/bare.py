"""
Whether a JPEG says anything besides its picture: position, time, camera, a second picture.

Only markers that are needed to draw it are let through. Pure; also read by the drawing child.
"""

_START, _END = b"\xff\xd8", b"\xff\xd9"
_TABLES = frozenset({0xC4, 0xDB, 0xDD})
_FRAMES = frozenset({0xC0, 0xC1, 0xC2})
_SCAN = 0xDA
_ALLOWED_APPLICATION = {0xE0: b"JFIF\0", 0xEE: b"Adobe", 0xE2: b"ICC_PROFILE\0"}


def is_bare(data: bytes) -> bool:
    """Say whether *data* is one JPEG with nothing else in, before or behind it."""
    if data[:2] != _START:
        return False
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        kind = data[at + 1]
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if not _is_needed(kind, data[at + 4 : at + 2 + length]):
            return False
        at += 2 + length
        if kind == _SCAN:
            at = _behind_scan(data, at)
            if data[at : at + 2] == _END:
                return at + 2 == len(data)
    return False


def _is_needed(kind: int, content: bytes) -> bool:
    if kind in _ALLOWED_APPLICATION:
        return content.startswith(_ALLOWED_APPLICATION[kind])
    return kind in _TABLES or kind in _FRAMES or kind == _SCAN


def _behind_scan(data: bytes, at: int) -> int:
    """Return where the next marker begins that ends the drawn lines."""
    while (at := data.find(b"\xff", at)) >= 0:
        follower = data[at + 1 : at + 2]
        if follower == b"\0" or (follower and 0xD0 <= follower[0] <= 0xD7):
            at += 2
        elif follower == b"\xff":
            at += 1
        else:
            return at
    return len(data)
