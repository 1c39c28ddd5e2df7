"""What the wire refuses before anything is read twice."""

import gzip
import json
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.kernel import ids
from server.kernel.errors import Invalid, TooLarge
from server.sync import intake
from tests.sync.phone import compact


def body(**more: Any) -> dict[str, Any]:
    return {"p": 1, "client": ids.new_id(), "sent_at": 1795000000000, "push": []} | more


def envelope(**more: Any) -> dict[str, Any]:
    return {
        "id": ids.new_id(), "mid": 1, "name": "answer.set", "v": 1, "at": 1, "boot": "b",
        "mono": 1, "tz": 480, "args": {"a": 1}, "blobs": [], "causes": [],
    } | more  # fmt: skip


def test_a_body_as_phones_write_it_is_read() -> None:
    request, envelopes = intake.parse_exchange(compact(body(push=[envelope(), envelope(mid=2)])))
    assert [e.mid for e in envelopes] == [1, 2]
    assert request.p == 1


def test_white_space_and_other_spellings_are_read_too() -> None:
    data = json.dumps(body(push=[envelope(args={"t": "安"})]), indent=2).encode()
    assert len(intake.parse_exchange(data)[1]) == 1


@pytest.mark.parametrize(
    "args",
    [
        '{"a":1,"a":2}',
        '{"a":{"b":1,"b":1}}',
        '{"a":NaN}',
        '{"a":Infinity}',
        '{"a":1e400}',
        '{"a":12345678901234567890123}',
        '{"a":"\\ud800"}',
        '{"a":"\\u0000"}',
        '{"a":' + "[" * 100_000,
        '{"a":' + "[" * 64 + "]" * 64 + "}",
        '{"a":1}x',
        "{'a':1}",
        '{"a":1,}',
        '{"a":01}',
    ],
)
def test_hostile_json_is_refused(args: str) -> None:
    data = compact(body(push=[envelope()])).replace(b'{"a":1}', args.encode())
    with pytest.raises(Invalid):
        intake.parse_exchange(data)


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"\xef\xbb\xbf{}", b'{"p":"\xff"}', "{}".encode("utf-16"), b"null"]
)
def test_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(Invalid):
        intake.parse_exchange(data)


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "not-an-id"}, {"mid": 0}, {"mid": 1.0}, {"mid": "1"}, {"mid": True}, {"mid": 2**63},
        {"name": ""}, {"name": "x" * 41}, {"v": 0}, {"at": -1}, {"extra": 1}, {"__proto__": {}},
        {"causes": ["x"]}, {"blobs": ["zz"]}, {"tz": 99_999},
    ],
)  # fmt: skip
def test_a_wrong_envelope_refuses_the_whole(wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        intake.parse_exchange(compact(body(push=[envelope(), envelope(mid=2) | wrong])))


def test_words_that_only_look_like_an_escape_are_welcome() -> None:
    data = compact(body(push=[envelope(args={"note": "\\u0000"})]))
    assert len(intake.parse_exchange(data)[1]) == 1


def test_too_many_and_too_much_is_too_large() -> None:
    with pytest.raises(TooLarge):
        intake.parse_exchange(compact(body(push=[envelope(mid=n + 1) for n in range(101)])))
    with pytest.raises(TooLarge):
        intake.parse_exchange(compact(body(push=[envelope(args={"t": "x" * 300_000})])))


def test_a_bomb_is_not_unpacked() -> None:
    for plain in (b"0" * 50_000_000, b"0" * 7_000_000):
        with pytest.raises(TooLarge):
            intake.gunzip(gzip.compress(plain, 9))


def test_cut_damaged_and_double_gzip_is_refused() -> None:
    packed = gzip.compress(b'{"p":1}' * 50)
    for data in (packed[:-1], packed[:20], packed + b"x", packed + packed, b"", zlib.compress(b"")):
        with pytest.raises(Invalid):
            intake.gunzip(data)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=10,
)


objects = st.dictionaries(st.text(max_size=4), json_values, min_size=1, max_size=4)


@given(value=objects, spaced=st.booleans())
def test_a_key_named_twice_is_always_found(value: dict[str, Any], spaced: bool) -> None:
    text = json.dumps(value, ensure_ascii=False, separators=None if spaced else (",", ":"))
    key = json.dumps(next(iter(value)), ensure_ascii=False)
    if "\\u0000" not in json.dumps(value):
        intake.require_unambiguous(text.encode())
    twice = "{" + key + ":1," + text[1:]
    with pytest.raises(Invalid):
        intake.require_unambiguous(twice.encode())
