"""One mutation on its way through a handler."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec
import orjson

from server.access.rules import Actor
from server.custody import rules
from server.kernel import clock
from server.sync.schemas import Envelope


@dataclass(frozen=True)
class Work:
    """Who asks, from which client, and when the phone says it was (put right if it is wrong)."""

    actor: Actor
    client_id: str
    envelope: Envelope
    at: int
    # What became of the mutations before it in the same push; the ledger does not know them yet.
    fates: Mapping[str, str] = field(default_factory=dict)

    @property
    def device_at(self) -> datetime:
        """The moment of the act as the phone tells it."""
        return clock.from_ms(self.at)

    def put_right(self, told: int) -> datetime:
        """Return a moment that the phone tells in its arguments, by this server's clock."""
        wrong = self.at - self.envelope.at
        return clock.from_ms(told + wrong if abs(wrong) > rules.TRUSTED_MS else told)


def plain(envelope: Envelope) -> dict[str, Any]:
    """Return the envelope as data, to be kept whole."""
    kept: dict[str, Any] = msgspec.to_builtins(envelope, builtin_types=(msgspec.Raw,))
    kept["args"] = orjson.loads(bytes(envelope.args))
    return kept


def revive(kept: dict[str, Any]) -> Envelope:
    """Return the envelope that plain() kept."""
    return msgspec.json.decode(orjson.dumps(kept), type=Envelope)
