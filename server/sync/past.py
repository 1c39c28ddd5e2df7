"""Whether what a phone believes to have sent is what is written here."""

from server.sync import ledger
from server.sync.ledger import Client, ClientForked


def require_own(client: Client, mid: int, after: str | None) -> None:
    """
    Refuse to go on from a command that the phone never wrote.

    After a restored backup a cloned disk may have filled the numbers that another phone still
    believes to be its own. What that phone goes on with would fit, and if it has nothing more to
    send, its count would fit too: what it had sent before would be gone. The app answers a refusal
    by counting anew and telling everything that it still holds.
    """
    if after is None or mid > client.last_mid:
        return
    stands = ledger.stands_at(client.id, mid)
    if stands is None and ledger.known([after]):
        return  # answered under another name of this phone
    if stands != after:
        raise ClientForked()
