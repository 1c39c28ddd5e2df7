"""Codes of organisations: what is one, and that a slip of the pen is always noticed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.org.codes import (
    ALPHABET,
    BadInstitutionCode,
    BadUscc,
    check_character,
    institution_form,
    is_uscc,
    normal_code,
    require_institution_code,
    require_uscc,
)

DIGITS = "0123456789"
KNOWN = "91350100M000100Y43"  # the worked example of GB 32100-2015

firsts = st.builds(
    "".join,
    st.tuples(
        st.text(ALPHABET, min_size=2, max_size=2),
        st.text(DIGITS, min_size=6, max_size=6),
        st.text(ALPHABET, min_size=9, max_size=9),
    ),
)
codes = firsts.map(lambda first: first + check_character(first))


def test_the_example_of_the_standard_is_right() -> None:
    assert is_uscc(KNOWN)


def test_the_alphabet_leaves_out_what_is_easily_misread() -> None:
    assert len(ALPHABET) == 31
    assert not set("IOSVZ") & set(ALPHABET)


@pytest.mark.parametrize(
    "written",
    [
        "91350100m000100y43",
        " 91350100 M000100Y43\n",
        "９１３５０１００Ｍ０００１００Ｙ４３",
        "91350100-M000100Y4-3",
        "91350100\u3000M000100Y43",
    ],
)
def test_width_case_and_blanks_do_not_matter(written: str) -> None:
    assert require_uscc(written) == KNOWN


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "length"),
        (KNOWN[:-1], "length"),
        (KNOWN + "3", "length"),
        (KNOWN.replace("M", "I"), "characters"),
        (KNOWN.replace("M", "中"), "characters"),
        ("9135A100M000100Y43", "characters"),
        (KNOWN[:-1] + "4", "check-character"),
    ],
)
def test_a_refusal_says_what_is_wrong(written: str, reason: str) -> None:
    with pytest.raises(BadUscc) as refused:
        require_uscc(written)
    assert refused.value.extras["reason"] == reason


@given(codes)
def test_a_made_code_is_accepted_and_keeps_its_form(code: str) -> None:
    assert require_uscc(code) == code
    assert normal_code(code.lower()) == code


@given(codes, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_every_single_wrong_character_is_caught(code: str, place: int, other: str) -> None:
    wrong = code[:place] + other + code[place + 1 :]
    assert is_uscc(wrong) == (wrong == code)


@given(codes, st.integers(0, 16))
def test_every_swap_of_neighbours_is_caught(code: str, place: int) -> None:
    wrong = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert is_uscc(wrong) == (wrong == code)


@given(st.text(max_size=30))
def test_no_text_breaks_the_check(text: str) -> None:
    is_uscc(text)
    institution_form(text)


@pytest.mark.parametrize(
    ("code", "form"),
    [
        ("12345678X33010011A1001", "institution-22"),
        ("47011661X330106117A1001"[:22], "institution-22"),
        ("123456789012345678", "institution-18"),
        ("330106123413", "institution-12"),
        ("pdy01234567890123", "institution-pdy"),
        ("ＰＤＹ00012", "institution-pdy"),
        ("12345", None),
        ("", None),
        ("33010612341３4", None),
    ],
)
def test_registration_numbers_are_known_by_their_form(code: str, form: str | None) -> None:
    assert institution_form(code) == form


def test_a_registration_number_without_a_known_form_is_refused() -> None:
    assert require_institution_code(" pdy-00012 ") == "PDY00012"
    with pytest.raises(BadInstitutionCode):
        require_institution_code("12345")
