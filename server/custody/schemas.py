"""Bodies of requests."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

_ID = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"


class DeviceKeyIn(BaseModel):
    """A client and its public key: SubjectPublicKeyInfo, DER, base64."""

    model_config = ConfigDict(extra="forbid")

    client: Annotated[str, StringConstraints(pattern=_ID)]
    public_key: Annotated[str, StringConstraints(max_length=400)]
