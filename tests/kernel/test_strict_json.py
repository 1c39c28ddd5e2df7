"""JSON that two parsers could read differently is refused before anybody reads it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.kernel.strict_json import MAX_DEPTH, BadJson, loads

REFUSED = {
    "the same key twice": b'{"a":1,"a":2}',
    "the same key twice, escaped": b'{"a":1,"\\u0061":2}',
    "the same key twice, deep inside": b'[{"x":{"a":1,"a":1}}]',
    "not a number": b"[NaN]",
    "infinity": b"[Infinity]",
    "minus infinity": b"[-Infinity]",
    "a number that overflows": b"[1e400]",
    "a whole number of thirty digits": b"[123456789012345678901234567890]",
    "a byte order mark": b'\xef\xbb\xbf{"a":1}',
    "UTF-16": '{"a":1}'.encode("utf-16"),
    "bytes that are no UTF-8": b'"\xff"',
    "an overlong form": b'"\xc0\xaf"',
    "half of a surrogate pair": b'"\\ud800"',
    "half of a surrogate pair in a key": b'{"\\udfff":1}',
    "an escaped NUL": b'"a\\u0000b"',
    "a bare NUL": b'"a\x00b"',
    "two values": b"1 2",
    "nothing": b"",
    "only blanks": b"  ",
    "a trailing comma": b"[1,]",
    "a comment": b"/* */ 1",
    "single quotes": b"{'a':1}",
    "a deep tower of lists": b"[" * 100_000,
    "a deep tower of objects": b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    "one level too many": b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused(name: str) -> None:
    with pytest.raises(BadJson):
        loads(REFUSED[name])


def test_as_deep_as_allowed_is_read() -> None:
    assert loads(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH)


def test_brackets_inside_text_are_no_depth() -> None:
    text = "[{" * 1000 + '"\\'
    assert loads(json.dumps([text]).encode()) == [text]


def test_a_backslash_before_u0000_is_just_text() -> None:
    assert loads(b'"a\\\\u0000"') == "a\\u0000"


plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0")),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0")),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(plain)
def test_whatever_is_unambiguous_is_read_as_it_was_meant(value: object) -> None:
    for ascii_only in (True, False):
        assert loads(json.dumps(value, ensure_ascii=ascii_only).encode()) == value
