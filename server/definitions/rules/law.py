"""The shape of a record of a law, standard or notice, of a citation, and of its resolved words."""

from collections.abc import Mapping
from typing import Literal, NotRequired, TypedDict

from server.definitions.rules.shapes import Text

Tag = Literal["verified", "document-only", "to-verify", "recommended"]
State = Literal["in-force", "not-yet", "ended", "unknown", "own"]
Cause = Literal["other-edition", "not-yet", "ended", "doubt", "unknown"]


class Verification(TypedDict):
    """How far somebody read this edition, and where."""

    how: Literal["verified", "partly", "to-verify"]
    source: Text
    note: NotRequired[Text]


class Edition(TypedDict):
    """One edition of a record; days that nobody verified are left out."""

    number: str
    title: NotRequired[Text]
    cited: NotRequired[str]
    published: NotRequired[str]
    effective_from: NotRequired[str]
    effective_to: NotRequired[str]
    replaced_by: NotRequired[str]
    replaces: NotRequired[list[str]]
    doubt: NotRequired[Text]
    verified: Verification


class LawRecord(TypedDict):
    """A law, standard or notice with its editions, oldest first."""

    key: str
    kind: str
    title: Text
    issuer: NotRequired[Text]
    binding: Literal["binding", "reference"]
    scope: NotRequired[Text]
    note: NotRequired[Text]
    editions: list[Edition]


Records = Mapping[str, LawRecord]


class Coming(TypedDict):
    """The edition that follows, and from when."""

    edition: str
    effective_from: str


class Kept(TypedDict):
    """The words of a citation as a hazard keeps them."""

    doc: str
    clause: str | None
    tag: str


class Cited(TypedDict):
    """What a citation says on one day."""

    law: str | None
    edition: str | None
    read_in: str | None
    doc: str
    clause: str | None
    tag: str
    state: State
    cause: Cause | None
    binding: Literal["binding", "reference"]
    note: Text | None
    since: str | None
    replaces: list[str]
    next: Coming | None
