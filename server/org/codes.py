"""Codes of organisations: the unified social credit code and what institutions carry beside it."""

import re
import unicodedata

from server.kernel.errors import Invalid

#: GB 32100-2015: without I, O, S, V and Z
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_FORMS = (
    (re.compile(r"[0-9A-Z]{9}\d{6}[0-9A-Z]{7}"), "institution-22"),
    (re.compile(r"[0-9A-Z]{18}"), "institution-18"),
    (re.compile(r"\d{6}[0-9A-Z]{6}"), "institution-12"),
    (re.compile(r"PDY[0-9A-Z]{5,24}"), "institution-pdy"),
)


class BadUscc(Invalid):
    """A unified social credit code that cannot be one."""

    code = "org-bad-uscc"
    title = "This is not a valid unified social credit code; please compare it with the document."
    title_zh = "统一社会信用代码有误，请对照证件逐位核对。"


class BadInstitutionCode(Invalid):
    """A registration number in none of the forms in use."""

    code = "org-bad-institution-code"
    title = "This registration number has none of the known forms (22, 18 or 12 characters, PDY…)."
    title_zh = "医疗机构登记号的格式不符（应为 22 位、18 位、12 位或以 PDY 开头）。"


def normal_code(text: str) -> str:
    """Return a code as it is kept: plain width, upper case, without blanks and hyphens."""
    plain = unicodedata.normalize("NFKC", text).upper()
    return re.sub(r"[\s\-\u2010-\u2015]+", "", plain)


def check_character(first: str) -> str:
    """Return the last character of the code whose first 17 are given."""
    total = sum(_VALUES[c] * weight for c, weight in zip(first, _WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def is_uscc(code: str) -> bool:
    """Say whether a code in its normal form is whole and its check character right."""
    if len(code) != 18 or any(character not in _VALUES for character in code):
        return False
    return code[2:8].isdigit() and check_character(code[:17]) == code[17]


def require_uscc(text: str) -> str:
    """Return the normal form of a unified social credit code, or refuse it."""
    code = normal_code(text)
    if len(code) != 18:
        raise BadUscc(reason="length")
    if any(character not in _VALUES for character in code) or not code[2:8].isdigit():
        raise BadUscc(reason="characters")
    if not is_uscc(code):
        raise BadUscc(reason="check-character")
    return code


def institution_form(text: str) -> str | None:
    """Return which form of registration number a text has, if any: there is no check digit."""
    code = normal_code(text)
    return next((name for form, name in _FORMS if form.fullmatch(code)), None)


def require_institution_code(text: str) -> str:
    """Return the normal form of a medical institution's registration number, or refuse it."""
    if institution_form(text) is None:
        raise BadInstitutionCode()
    return normal_code(text)
