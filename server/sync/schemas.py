"""The exchange on the wire, as msgspec structs: unknown fields, other types and NaN are refused."""

from typing import Annotated

from msgspec import Meta, Raw, Struct

Id = Annotated[str, Meta(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")]
Sha = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
Ms = Annotated[int, Meta(ge=0, le=253_402_300_799_999)]
Count = Annotated[int, Meta(ge=0, le=9_007_199_254_740_991)]
Whole = Annotated[int, Meta(ge=-(2**53), le=2**53)]
Decimal = Annotated[float, Meta(ge=-1e15, le=1e15)]
Word = Annotated[str, Meta(max_length=60)]
ScopeId = Annotated[str, Meta(max_length=60)]

MAX_BATCH = 100


class Envelope(Struct, forbid_unknown_fields=True, gc=False):
    """One mutation as the phone wrote it; `args` stay bytes until its handler is known."""

    id: Id
    mid: Annotated[int, Meta(ge=1, le=9_007_199_254_740_991)]
    name: Annotated[str, Meta(min_length=1, max_length=40)]
    v: Annotated[int, Meta(ge=1, le=1000)]
    at: Ms
    args: Raw
    boot: Word = ""
    mono: (
        Annotated[int, Meta(ge=-(2**53), le=2**53)] | Annotated[float, Meta(ge=-1e15, le=1e15)]
    ) = 0
    tz: Annotated[int, Meta(ge=-1440, le=1440)] = 0
    blobs: Annotated[list[Sha], Meta(max_length=50)] = []
    causes: Annotated[list[Id], Meta(max_length=200)] = []


class Cursor(Struct, array_like=True, forbid_unknown_fields=True, gc=False):
    """How far the phone has read a scope: the version, and the tag that this version had."""

    version: Count
    tag: Annotated[str, Meta(max_length=80)]


class Pull(Struct, forbid_unknown_fields=True):
    """What the phone holds and how much it can take."""

    scopes: dict[ScopeId, Cursor | None] = {}
    resume: Annotated[str, Meta(max_length=600)] | None = None
    max_rows: Annotated[int, Meta(ge=1, le=100_000)] = 1000
    max_bytes: Annotated[int, Meta(ge=1000, le=100_000_000)] = 262_144
    have_manifest: Annotated[str, Meta(max_length=100)] | None = None


class Photos(Struct, forbid_unknown_fields=True):
    """Blobs the phone believes stored, and photos whose bytes it no longer has."""

    confirm: Annotated[list[Sha], Meta(max_length=500)] = []
    lost: Annotated[list[Sha], Meta(max_length=500)] = []


class Queue(Struct, forbid_unknown_fields=True):
    """What still waits on the phone, so that a lead can call before a browser clears it."""

    mutations: Count = 0
    photos: Count = 0
    oldest_at: Ms | None = None


class Exchange(Struct, forbid_unknown_fields=True):
    """The whole request."""

    p: Annotated[int, Meta(ge=1, le=1000)]
    client: Id
    sent_at: Ms
    app: Annotated[str, Meta(max_length=40)] = ""
    schema: Annotated[int, Meta(ge=0, le=100_000)] = 0
    boot: Word = ""
    tz: Annotated[int, Meta(ge=-1440, le=1440)] = 0
    device: Annotated[str, Meta(max_length=200)] = ""
    push: list[Raw] = []
    # The command that the phone counted before the first of these; when it sends nothing, the last
    # that it knows to be answered, and the number of that one.
    after: Id | None = None
    acked: Count = 0
    pull: Pull | None = None
    photos: Photos | None = None
    queue: Queue | None = None
    # Read by custody alone, and never a reason to refuse what came with it.
    seal: Raw = Raw(b"null")


class Digest(Struct, forbid_unknown_fields=True):
    """The phone's fingerprint of one scope: `xor` over its rows, written as eight hex digits."""

    scope: ScopeId
    version: Count
    tag: Annotated[str, Meta(max_length=80)]
    count: Count
    xor_hash: Annotated[str, Meta(pattern=r"^[0-9a-f]{8}$")]
