"""What the server says about one mutation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from server.kernel.errors import Problem, problem_body


@dataclass(frozen=True)
class Verdict:
    """`extra` travels beside the status; `waits_for` names the row or mutation that is missing."""

    status: str
    code: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)
    waits_for: str | None = None

    def result(self) -> dict[str, Any] | None:
        """Return what is stored and sent again when the mutation comes a second time."""
        stored: dict[str, Any] = dict(self.extra)
        if self.code is not None:
            stored["code"] = self.code
        if self.params:
            stored["params"] = dict(self.params)
        return stored or None


APPLIED = Verdict("applied")
_OURS = frozenset({"type", "code"})


def rejected(problem: Problem, **extra: Any) -> Verdict:
    """Turn a refusal into data: its code and everything a person needs to understand it."""
    params = {k: v for k, v in problem_body(problem).items() if k not in _OURS}
    return Verdict("rejected", problem.code, params, extra)


@dataclass(frozen=True)
class Code:
    """A reason of the protocol itself, with its words."""

    code: str
    title_zh: str
    title: str
    all: ClassVar[dict[str, "Code"]] = {}

    def __post_init__(self) -> None:
        self.all[self.code] = self

    def params(self, **more: Any) -> dict[str, Any]:
        """Return the words and *more* facts."""
        return {"title_zh": self.title_zh, "title": self.title, **more}


UNKNOWN_NAME = Code(
    "sync-unknown-command",
    "服务器还不认识这项操作，升级后会自动处理。",
    "The server does not know this command yet; it runs once the server has been upgraded.",
)
NEWER_VERSION = Code(
    "sync-newer-version",
    "应用比服务器新，服务器升级后会自动处理。",
    "The app is newer than the server; this runs once the server has been upgraded.",
)
CRASHED = Code(
    "sync-crashed",
    "服务器处理这项内容时出错，内容已完整保存，等待处理。",
    "The server broke on this. It is kept whole and will be tried again.",
)
WAITING = Code(
    "sync-waiting",
    "还在等待同事手机上的相关内容，收到后自动处理。",
    "This waits for something on a colleague's phone and runs when that arrives.",
)
NEVER_CAME = Code(
    "sync-never-came",
    "所依赖的内容五天内没有收到。",
    "What this depends on did not arrive within five days.",
)
CAUSE_FELL = Code(
    "sync-cause-rejected",
    "它所依据的操作没有被接受。",
    "The work that this builds on was not accepted.",
)
BAD_ARGS = Code(
    "sync-bad-arguments",
    "内容不完整或格式有误。",
    "The content is incomplete or malformed.",
)
NOT_APPLICABLE = Code(
    "item-not-applicable",
    "结果已保存；因其他项目的结果，这一项现在不需要检查。",
    "The answer is kept; other answers have put this item out of the question.",
)
ID_REUSED = Code(
    "sync-id-reused",
    "编号与另一项操作重复。",
    "This identifier belongs to another command.",
)
