"""One delivery as it stands at the door."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Delivery:
    """Header names are in lower case, the body is as received, `address` is the public one that was called."""

    headers: Mapping[str, str]
    body: bytes
    received_at: datetime
    address: str = ""
