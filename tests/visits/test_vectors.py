"""The bytes of packages, keys and log, as the phone's code finds them too."""

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from server.custody import rules as custody
from server.custody import sealing
from server.visits import cipher, rules
from tests.visits.device import unwrap

VECTOR: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "contracts/vectors/visits.json").read_text(encoding="utf-8")
)
ROW = {"id": VECTOR["visit"], "opens_at": VECTOR["opens_at"]}


def test_the_vector_opens_as_written() -> None:
    private = serialization.load_der_private_key(
        base64.b64decode(VECTOR["device"]["pkcs8"]), password=None
    )
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    assert custody.key_id(base64.b64decode(VECTOR["device"]["spki"])) == VECTOR["device"]["id"]
    key = unwrap(private, VECTOR["wrapped"], ROW)
    assert base64.b64encode(key).decode() == VECTOR["content_key"]
    assert sealing.fingerprint(key, VECTOR["visit"]) == VECTOR["check"]
    sealed = base64.b64decode(VECTOR["package"]["base64"])
    assert hashlib.sha256(sealed).hexdigest() == VECTOR["package"]["sha256"]
    tied = cipher.bound_to(VECTOR["visit"], VECTOR["opens_at"])
    assert cipher.open_package(sealed, key, tied) == VECTOR["content"]
    code = base64.urlsafe_b64encode(key).decode().rstrip("=")
    assert VECTOR["code"] == f"anxun-visit:{VECTOR['visit']}:{code}"


def test_another_time_or_a_changed_byte_opens_nothing() -> None:
    key = base64.b64decode(VECTOR["content_key"])
    sealed = base64.b64decode(VECTOR["package"]["base64"])
    later = cipher.bound_to(VECTOR["visit"], VECTOR["opens_at"] + 1)
    with pytest.raises(InvalidTag):
        cipher.open_package(sealed, key, later)
    changed = sealed[:40_000] + bytes([sealed[40_000] ^ 1]) + sealed[40_001:]
    with pytest.raises(InvalidTag):
        cipher.open_package(changed, key, cipher.bound_to(VECTOR["visit"], VECTOR["opens_at"]))


@given(st.dictionaries(st.text(max_size=9), st.text(max_size=2000), max_size=40))
def test_the_length_tells_only_how_many_steps_it_takes(content: dict[str, str]) -> None:
    key, tied = bytes(32), cipher.bound_to(VECTOR["visit"], 1)
    sealed = cipher.close(content, key, tied)
    assert len(sealed) % cipher.STEP == 0
    assert cipher.open_package(sealed, key, tied) == content


ENTRIES = st.lists(
    st.tuples(
        st.integers(0, 2**50),
        st.none() | st.text(max_size=8),
        st.sampled_from(["planned", "viewed", "opened"]),
        st.none() | st.text(max_size=8),
        st.text(max_size=20),
    ),
    max_size=8,
)


@given(ENTRIES, st.data())
def test_a_log_that_was_touched_does_not_hold(entries: Any, data: st.DataObject) -> None:
    log: list[tuple[rules.Entry, bytes]] = []
    before = rules.origin("v")
    for seq, fields in enumerate(entries, start=1):
        entry = rules.Entry(seq, *fields)
        before = rules.link(before, entry)
        log.append((entry, before))
    assert rules.is_sound("v", log)
    if log:
        place = data.draw(st.integers(0, len(log) - 1))
        entry, kept = log[place]
        forged = rules.Entry(
            entry.seq, entry.at + 1, entry.person, entry.how, entry.by, entry.details
        )
        assert not rules.is_sound("v", [*log[:place], (forged, kept), *log[place + 1 :]])
        assert not rules.is_sound("w", log)
        if place < len(log) - 1:
            assert not rules.is_sound("v", [*log[:place], *log[place + 1 :]])
