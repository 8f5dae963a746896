"""The one table of help desks we understand. A new one is a module in `helpdesks/`, a line here, and its steps."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from integrations.helpdesks import generic, zammad
from integrations.helpdesks.event import TicketEvent


class Adapter(Protocol):
    """How one kind of help desk signs, names and words its deliveries. Header names are in lower case."""

    def new_secret(self) -> str:
        """A secret in the form this help desk wants."""
        ...

    def verify(self, headers: Mapping[str, str], body: bytes, secret: str, now: datetime) -> bool:
        """Whether `body`, exactly as received, was signed with `secret`, and (where a time is signed) lately."""
        ...

    def delivery_key(self, headers: Mapping[str, str], body: bytes) -> str:
        """The same for every attempt to deliver the same thing."""
        ...

    def parse(self, headers: Mapping[str, str], payload: dict[str, Any]) -> TicketEvent | None:
        """What it says about a ticket; None: nothing that concerns us. Raises Unusable."""
        ...


@dataclass(frozen=True)
class Kind:
    """One kind of help desk; `steps` is the template that tells how to connect it."""

    key: str
    name: str | Promise
    summary: str | Promise
    adapter: Adapter
    steps: str


KINDS: dict[str, Kind] = {
    kind.key: kind
    for kind in [
        Kind(
            "zammad",
            "Zammad",
            _("A trigger in Zammad posts every ticket that is closed or reopened."),
            zammad,
            "integrations/steps/zammad.html",
        ),
        Kind(
            "generic",
            _("Standard Webhooks"),
            _("Any system that can sign and post JSON, by the open Standard Webhooks rules."),
            generic,
            "integrations/steps/generic.html",
        ),
    ]
}
