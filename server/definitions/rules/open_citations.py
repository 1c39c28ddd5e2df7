"""The citations that a person still has to work off, and what is to be done about each."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from server.definitions.rules.citations import cite
from server.definitions.rules.law import Cited, Records
from server.definitions.rules.shapes import Basis, Definition, Item, Text

VERIFIED = "verified"
# What is to be done, by the cause why a citation does not hold on this day, or else by its tag.
TASKS: Mapping[str, tuple[str, str]] = {
    "other-edition": (
        "对照现行版本核对内容，补现行条款号。",
        "Compare with the edition in force and enter its clause.",
    ),
    "not-yet": (
        "核对施行日期；施行前改引当时有效的文件。",
        "Check the first day in force; until then cite what is in force.",
    ),
    "ended": (
        "查明接替文件，登记后改引。",
        "Find what took its place, record it and cite it.",
    ),
    "doubt": (
        "核实该版本是否仍然有效；已被代替的，登记新版并改引。",
        "Find out whether this edition still holds; if not, record the new one and cite it.",
    ),
    "unknown": (
        "在依据库登记该文件。",
        "Write a record of this document.",
    ),
    "document-only": (
        "查官方文本，补条款号。",
        "Look up the official text and enter the clause.",
    ),
    "to-verify": (
        "查官方文本，核对版本、内容和条款号。",
        "Look up the official text: edition, content and clause.",
    ),
    "recommended": (
        "确认是否采用该推荐性或参照标准，补条款号。",
        "Decide whether to adopt this recommended standard, and enter the clause.",
    ),
}
OWN_PAPER = (
    "属本单位或地方文件：核对后登记文号，或改引法规标准。",
    "A paper of the house or the place: record its number, or cite a law or standard.",
)


@dataclass(frozen=True)
class OpenCitation:
    """One citation of one item that is not verified on the day."""

    checklist: str
    checklist_title: Text
    item: str
    ask: Text
    at: int
    cited: Cited

    @property
    def id(self) -> str:
        """Return a name for the row."""
        return f"{self.item}|{self.at}"

    @property
    def reason(self) -> str:
        """Return the cause, or else the tag."""
        return self.cited["cause"] or self.cited["tag"]

    @property
    def todo(self) -> Text:
        """Say what a person has to do."""
        zh, en = OWN_PAPER if self.cited["state"] == "own" else TASKS[self.reason]
        return {"zh": zh, "en": en}


def open_citations(
    definitions: Iterable[Definition], records: Records, day: str
) -> list[OpenCitation]:
    """List every citation that is not verified on a day, in the order of the checklists."""
    return [
        OpenCitation(definition["key"], definition["title"], item["key"], item["ask"], at, cited)
        for definition in definitions
        for item, at, basis in _cited(definition)
        if (cited := cite(basis, records, day))["tag"] != VERIFIED
    ]


def _cited(definition: Definition) -> Iterator[tuple[Item, int, Basis]]:
    for section in definition["sections"]:
        for item in section["items"]:
            for at, basis in enumerate(item["basis"]):
                yield item, at, basis
