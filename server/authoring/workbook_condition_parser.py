"""Reading the text of a condition; a mistake is told with the character where it stands."""

import math
import re
from dataclasses import dataclass
from typing import Any

from server.authoring.workbook_condition import BARE, NAMED_REFS, Labels
from server.authoring.workbook_words import NO, RESULT_WORDS, TIER_WORDS, YES

LONGEST = 8000
DEEPEST = 16
IN = "属于"
_WIDE = str.maketrans(
    "（）＜＞＝！，；“”＂【】［］．０１２３４５６７８９－＋",
    '()<>=!,;"""[][].0123456789-+',
)
_OPERATORS = {"≤": "<=", "≥": ">=", "≠": "!=", "<>": "!=", "==": "="}
_JOINS = {"且": "all", "并且": "all", "and": "all", "或": "any", "或者": "any", "or": "any"}
_CALLS = {"非": "not", "not": "not", "全部": "all", "all": "all", "任一": "any", "any": "any"}
_REF = re.compile(r"[a-z][a-z0-9]*(\.[a-z][a-z0-9]*([_-][a-z0-9]+)*)+")
_CONSTANTS = {
    YES: True, NO: False, "true": True, "false": False, "TRUE": True, "FALSE": False,
    **{zh: code for code, zh in RESULT_WORDS.items()},
}  # fmt: skip
_TIERS = {zh: code for code, zh in TIER_WORDS.items()}
#: Chinese is written without blanks, so its words end where a known one ends
_CHINESE = sorted(
    (w for w in [*NAMED_REFS, *_JOINS, *_CALLS, *_CONSTANTS, *_TIERS, IN] if not w.isascii()),
    key=len,
    reverse=True,
)
_TOKEN = re.compile(
    r"""\s*(?:
    (?P<text>"(?:[^"\\]|\\.)*"|“[^”]*”)
    |(?P<named>(?:单位|场所)[【\[](?P<label>[^】\]]+)[】\]])
    |(?P<operator><=|>=|!=|<>|==|[<>=≤≥≠])
    |(?P<open>\()|(?P<close>\))|(?P<comma>[、,;])
    |(?P<number>[-+]?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)(?![A-Za-z0-9_.-])
    |(?P<word>[A-Za-z][A-Za-z0-9_.-]*|CHINESE|[^\W\d]+)
    )""".replace("CHINESE", "|".join(map(re.escape, _CHINESE))),
    re.VERBOSE,
)


class ConditionWrong(Exception):
    """The text says no condition; `at` is the character, counted from 1."""

    def __init__(self, at: int, zh: str, en: str) -> None:
        super().__init__(en)
        self.at, self.zh, self.en = at, zh, en


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    at: int


def read_condition(text: str, labels: Labels) -> dict[str, Any]:
    """Read a condition, or tell where it goes wrong."""
    if len(text) > LONGEST:
        raise ConditionWrong(LONGEST, "条件太长，请分成几项", "the condition is too long")
    return _Parser(_tokens(text), labels).whole()


def _tokens(text: str) -> list[_Token]:
    plain = _fold(text)
    found: list[_Token] = []
    at = 0
    while plain[at:].strip():
        match = _TOKEN.match(plain, at)
        if match is None:
            at += len(plain[at:]) - len(plain[at:].lstrip())
            raise ConditionWrong(
                at + 1, f"看不懂“{text[at]}”", f"{text[at]!r} cannot be understood here"
            )
        kind = str(match.lastgroup if match.lastgroup != "label" else "named")
        found.append(_Token(kind, match.group(kind), match.start(kind) + 1))
        at = match.end()
    found.append(_Token("end", "", len(text) + 1))
    return found


def _fold(text: str) -> str:
    """Make signs plain outside quoted texts, where every character counts."""
    parts = re.split(r'("(?:[^"\\]|\\.)*")', text)
    return "".join(p if at % 2 else p.translate(_WIDE) for at, p in enumerate(parts))


class _Parser:
    def __init__(self, tokens: list[_Token], labels: Labels) -> None:
        self.tokens = tokens
        self.at = 0
        self.depth = 0
        self.refs = {name.translate(_WIDE): ref for name, ref in labels.refs.items()}

    @property
    def now(self) -> _Token:
        return self.tokens[self.at]

    def whole(self) -> dict[str, Any]:
        found = self.several()
        if self.now.kind != "end":
            raise self.wrong("这里多了内容，或者缺少“且”“或”", "且 or 或 is missing before this")
        return found

    def wrong(self, zh: str, en: str) -> ConditionWrong:
        return ConditionWrong(self.now.at, zh, en)

    def take(self, kind: str, zh: str, en: str) -> _Token:
        token = self.now
        if token.kind != kind:
            raise self.wrong(f"这里需要{zh}", f"{en} is needed here")
        self.at += 1
        return token

    def several(self) -> dict[str, Any]:
        """Read parts joined by 且, or by 或; both together need brackets."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.wrong("括号层数太多", "the brackets are nested too deeply")
        parts = [self.part()]
        form = _JOINS.get(self.now.text) if self.now.kind == "word" else None
        while self.now.kind == "word" and self.now.text in _JOINS:
            if _JOINS[self.now.text] != form:
                raise self.wrong("“且”和“或”同时用时请加括号", "put brackets where 且 and 或 meet")
            self.at += 1
            parts.append(self.part())
        self.depth -= 1
        return {form: parts} if form else parts[0]

    def part(self) -> dict[str, Any]:
        if self.now.kind == "open":
            return self.bracketed()
        if self.now.kind == "word" and self.now.text in _CALLS:
            form = _CALLS[self.now.text]
            self.at += 1
            if self.now.kind != "open":
                raise self.wrong("这里需要左括号“（”", "an opening bracket is needed here")
            inner = self.bracketed()
            return {form: inner} if form == "not" else {form: [inner]}
        return self.test()

    def bracketed(self) -> dict[str, Any]:
        self.at += 1
        found = self.several()
        self.take("close", "右括号“）”", "a closing bracket")
        return found

    def test(self) -> dict[str, Any]:
        ref, is_attribute = self.reference()
        if self.now.kind == "operator":
            operator = _OPERATORS.get(self.now.text, self.now.text)
            self.at += 1
            if operator in ("=", "!="):
                found: dict[str, Any] = {"equals": [ref, self.value(ref)]}
                return {"not": found} if operator == "!=" else found
            number = self.take("number", "数字", "a number")
            return {"compare": [ref, operator, _number(number)]}
        if self.now.kind == "word" and self.now.text in (IN, "in"):
            self.at += 1
            return {"in": [ref, self.values(ref)]}
        if is_attribute:
            return {"equals": [ref, True]}
        raise self.wrong("这里需要 =、>=、<=、>、< 或“属于”", "=, >=, <=, >, < or 属于 is needed")

    def reference(self) -> tuple[str, bool]:
        token = self.now
        if token.kind == "named":
            if token.text not in self.refs:
                raise self.wrong(f"没有“{token.text}”这个属性", f"no attribute {token.text!r}")
            self.at += 1
            return self.refs[token.text], True
        self.take("word", "单位、场所或检查项的名称", "the name of the unit, place or item")
        ref = NAMED_REFS.get(token.text, token.text)
        if not _REF.fullmatch(ref):
            self.at -= 1
            raise self.wrong(f"没有“{token.text}”这个名称", f"{token.text!r} is not a name")
        return ref, ".attributes." in ref

    def values(self, ref: str) -> list[Any]:
        self.take("open", "左括号“（”", "an opening bracket")
        found = [self.value(ref)]
        while self.now.kind == "comma":
            self.at += 1
            found.append(self.value(ref))
        self.take("close", "右括号“）”", "a closing bracket")
        return found

    def value(self, ref: str) -> Any:
        token = self.now
        self.at += 1
        if token.kind == "number":
            return _number(token)
        if token.kind == "text":
            return re.sub(r"\\(.)", r"\1", token.text[1:-1])
        if token.kind == "word" and ref == "unit.tier" and token.text in _TIERS:
            return _TIERS[token.text]
        if token.kind == "word" and token.text in _CONSTANTS:
            return _CONSTANTS[token.text]
        if token.kind == "word" and BARE.fullmatch(token.text):
            return token.text
        self.at -= 1
        raise self.wrong("这里需要一个值；其他文字请加引号", "a value is needed; quote other texts")


def _number(token: _Token) -> float:
    value = float(token.text)
    if not math.isfinite(value):
        raise ConditionWrong(token.at, "数字太大", "the number is too large")
    return int(value) if value == int(value) and abs(value) < 1e15 else value
