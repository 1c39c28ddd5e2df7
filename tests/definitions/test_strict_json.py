"""A file that a person wrote is read exactly as a body that a phone sends, only with places."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.definitions.strict_json import Document, StrictJsonError
from server.kernel.strict_json import MAX_DEPTH, BadJson, loads

ODD = [
    b'{"a":1,"a":2}', b'"a\\u0000b"', b'"\\ud83d"', b"[1e400]", b"[NaN]", b"\xef\xbb\xbf1",
    b'"\xff"',
    b"12345678901234567", b"1234567890123456789", b"-123456789012345678", b"12345678901234567890",
    b"-0", b"-0.0", b"1E5", b"01", b"[1,]", b"1 2", b"", b"\x0b1", b"tru", b"truefalse",
    b"[" * MAX_DEPTH + b"]" * MAX_DEPTH, b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1),
    b"[" * MAX_DEPTH + b"1" + b"]" * MAX_DEPTH, b'{"a":' * MAX_DEPTH + b"{}" + b"}" * MAX_DEPTH,
]  # fmt: skip
PIECES = [
    b"{", b"}", b"[", b"]", b",", b":", b'"a"', b'"b"', b'"\\u0000"', b'"\\udc00"', b"1", b"-2.5",
    b"1e9", b"12345678901234567", b"null", b"true", b"NaN", b" ", b"\n", b"\xef\xbb\xbf", b"\xff",
    b'"\xe5\x8e\xbf"',
]  # fmt: skip


def by_phone(raw: bytes) -> Any:
    """What the body's reader makes of it; `...` is a refusal."""
    try:
        return loads(raw)
    except BadJson:
        return ...


def by_hand(raw: bytes) -> Any:
    """What the file's reader makes of it."""
    try:
        return Document(raw).value
    except StrictJsonError:
        return ...


@pytest.mark.parametrize("raw", ODD)
def test_both_readers_agree_on_what_is_odd(raw: bytes) -> None:
    assert repr(by_hand(raw)) == repr(by_phone(raw))


@given(st.lists(st.sampled_from(PIECES), max_size=12).map(b"".join))
def test_both_readers_agree_on_anything(raw: bytes) -> None:
    assert repr(by_hand(raw)) == repr(by_phone(raw))


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.floats()
        | st.integers()
        | st.text(st.characters(codec=None)),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
        max_leaves=10,
    )
)
def test_both_readers_agree_on_what_a_program_writes(value: Any) -> None:
    raw = json.dumps(value).encode()
    assert repr(by_hand(raw)) == repr(by_phone(raw))


def test_a_fault_has_its_line() -> None:
    with pytest.raises(StrictJsonError) as fault:
        Document('{\n"a": [1,\n"好\\u0000"]}'.encode())
    assert (fault.value.line, fault.value.pointer) == (3, "/a/1")
    with pytest.raises(StrictJsonError) as fault:
        Document(b'{\n"a":\n"\xff"}')
    assert (fault.value.line, fault.value.pointer) == (3, "")
