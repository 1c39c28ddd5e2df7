"""The bytes that are hashed and signed: the same on the server, on the phone and on paper."""

import json

import pytest

from server.custody import rules
from server.kernel.settings import ROOT

VECTORS = json.loads((ROOT / "contracts" / "vectors" / "custody.json").read_text(encoding="utf-8"))
SEALS = VECTORS["seals"]


def links() -> list[bytes]:
    """The links of the vectors' mutations as the server makes them, from link 0 on."""
    made = [rules.origin(VECTORS["client"])]
    for m in VECTORS["mutations"]:
        digest = rules.digest(m["id"], m["name"], m["v"], m["at"], m["args"].encode(), m["blobs"])
        assert digest.hex() == m["digest"]
        made.append(rules.link(made[-1], digest))
    return made


def device() -> bytes:
    return rules.from_base64(VECTORS["device"]["public_key"])


def test_digests_and_links_are_those_of_the_vectors() -> None:
    assert len(VECTORS["mutations"]) >= 5
    made = links()
    assert made[0].hex() == VECTORS["origin"]
    assert [link.hex() for link in made[1:]] == [m["link"] for m in VECTORS["mutations"]]


@pytest.mark.parametrize("case", SEALS, ids=lambda case: f"after {case['after']}")
def test_what_a_device_signed_is_known_again(case: dict) -> None:
    made, seal = links(), case["seal"]
    text = rules.seal_text(VECTORS["client"], seal["mid"], made[case["after"]], made[seal["mid"]])
    assert text.decode() == case["text"]
    signature = rules.from_base64(seal["sig"])
    assert rules.device_signed(device(), text, signature)
    for at in range(len(text)):
        changed = bytearray(text)
        changed[at] ^= 1
        assert not rules.device_signed(device(), bytes(changed), signature)
    for at in range(len(signature)):
        damaged = bytearray(signature)
        damaged[at] ^= 1
        assert not rules.device_signed(device(), text, bytes(damaged))


def test_a_receipt_is_known_again_and_no_other_text_passes_for_it() -> None:
    [receipt] = VECTORS["receipts"]
    public_key = rules.from_base64(VECTORS["server"]["public_key"])
    text = rules.receipt_text(receipt["payload"])
    signature = rules.from_base64(receipt["signature"])
    assert rules.server_signed(public_key, text, signature)
    assert not rules.server_signed(public_key, text.replace(b"412345", b"412346"), signature)
    assert not rules.server_signed(device(), text, signature)


def test_keys_are_named_by_their_hash() -> None:
    for owner in ("device", "server"):
        public_key = rules.from_base64(VECTORS[owner]["public_key"])
        assert rules.key_id(public_key) == VECTORS[owner]["id"]


@pytest.mark.parametrize("junk", [b"", b"\x00", b"-----BEGIN PUBLIC KEY-----", bytes(91)])
def test_what_is_no_key_signs_nothing(junk: bytes) -> None:
    assert not rules.device_signed(junk, b"text", bytes(64))
    assert not rules.server_signed(junk, b"text", bytes(64))
    with pytest.raises(ValueError, match="key"):
        rules.read_device_key(junk)


def test_a_field_cannot_lend_bytes_to_its_neighbour() -> None:
    one = rules.digest("a", "bc", 1, 2, b"{}", ())
    assert one != rules.digest("ab", "c", 1, 2, b"{}", ())
    assert one != rules.digest("a", "bc", 12, 2, b"{}", ())
    assert rules.digest("a", "b", 1, 2, b"{}", ["x", "y"]) != rules.digest(
        "a", "b", 1, 2, b"{}", ["y", "x"]
    )
