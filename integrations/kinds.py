"""The one table of help desks we understand. A new one is a module in `helpdesks/`, a line here, and its steps."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from integrations.helpdesks import (
    chatwoot,
    connectwise,
    freescout,
    freshdesk,
    generic,
    hubspot,
    jira,
    mapped,
    zammad,
    zendesk,
)
from integrations.helpdesks.delivery import Delivery
from integrations.helpdesks.event import TicketEvent

Get = Callable[[str], dict[str, Any]]


class Adapter(Protocol):
    """How one kind of help desk signs, names and words its deliveries. Header names are in lower case."""

    def new_secret(self) -> str:
        """A secret in the form this help desk wants; empty where the help desk draws its own."""
        ...

    def verify(self, delivery: Delivery, secret: str) -> bool:
        """Whether the body, exactly as received, was signed with `secret`, and (where a time is signed) lately."""
        ...

    def delivery_key(self, delivery: Delivery) -> str:
        """The same for every attempt to deliver the same thing."""
        ...

    def parse(
        self, headers: Mapping[str, str], payload: dict[str, Any], options: Mapping[str, Any]
    ) -> TicketEvent | None:
        """What it says about a ticket; None: nothing that concerns us. Raises Unusable."""
        ...


class Directory(Protocol):
    """For help desks whose events name people by id only: how their API tells who they are."""

    def look_up(self, event: TicketEvent, get: Get) -> dict[str, Any]:
        """What `complete` needs; `get` reads an object at a path of the API, empty where there is none."""
        ...

    def complete(self, event: TicketEvent, found: Mapping[str, Any]) -> TicketEvent:
        """`event` with what was found."""
        ...

    def authorization(self, user: str, token: str) -> str:
        """The header that opens the API."""
        ...


class KeyServer(Protocol):
    """For help desks that publish the key they sign with."""

    def key_url(self, delivery: Delivery, site: str) -> str:
        """Where the key of a delivery is, if that is at `site`; empty otherwise."""
        ...

    def key_of(self, answer: bytes) -> str:
        """The key in what is there; empty if there is none."""
        ...


@dataclass(frozen=True)
class Kind:
    """One kind of help desk.

    `steps` is the template that tells how to connect it; `headers` are the prefixes of headers worth keeping;
    `site`, `user` and `closed` are what an admin is asked: its address, who the API's token is of, and which statuses
    mean closed. `is_listed` deliveries may be lists of events. `is_nameless` is for kinds whose deliveries may come
    without an id and a time: what equals the last news of a ticket is a repeat of it, what equals older news is not.
    `unsigned` asks whether deliveries without the header `signature` are taken, of versions that cannot sign.
    """

    key: str
    name: str | Promise
    summary: str | Promise
    adapter: Adapter
    headers: tuple[str, ...] = ()
    directory: Directory | None = None
    keys: KeyServer | None = None
    site: str | Promise = ""
    user: str | Promise = ""
    closed: str | Promise = ""
    unsigned: str | Promise = ""
    signature: str = ""
    is_listed: bool = False
    is_mapped: bool = False
    public_secrets: frozenset[str] = frozenset()
    is_nameless: Callable[[Delivery], bool] | None = None

    @property
    def steps(self) -> str:
        return f"integrations/steps/{self.key}.html"

    @property
    def draws_secret(self) -> bool:
        """Whether we draw the secret; otherwise it comes from the help desk."""
        return bool(self.adapter.new_secret())

    @property
    def wants_secret(self) -> bool:
        """Whether an admin brings the secret that the help desk drew."""
        return not self.draws_secret and self.keys is None

    @property
    def calls_out(self) -> bool:
        """Whether `site` is called, rather than only linked to."""
        return self.directory is not None or self.keys is not None


KINDS: dict[str, Kind] = {
    kind.key: kind
    for kind in [
        Kind(
            "zammad",
            "Zammad",
            _("A trigger in Zammad posts every ticket that is closed or reopened."),
            zammad,
            headers=("x-hub-signature", "x-zammad-"),
            closed=_("The state “closed” always counts. Add your own states by name."),
        ),
        Kind(
            "zendesk",
            "Zendesk",
            _("A webhook on ticket events, or one that a trigger posts to."),
            zendesk,
            headers=("x-zendesk-",),
            directory=zendesk,
            site=_(
                "For example https://yourname.zendesk.com. With it and a token, Ninefold asks who a ticket is from."
            ),
            user=_("The agent's address, for an API token. Empty for an OAuth access token."),
            public_secrets=zendesk.PUBLIC_SECRETS,
        ),
        Kind(
            "freshdesk",
            "Freshdesk",
            _("An automation rule posts every ticket whose status changes."),
            freshdesk,
            closed=_("Resolved and closed (4 and 5) always count. Add your own statuses by number or name."),
            is_nameless=freshdesk.is_nameless,
        ),
        Kind(
            "jira",
            "Jira Service Management",
            _("A webhook on issues; a status in the category “done” is closed."),
            jira,
            headers=("x-hub-signature", "x-atlassian-webhook-"),
        ),
        Kind(
            "hubspot",
            "HubSpot",
            _("An app's subscription to the stage of tickets."),
            hubspot,
            headers=("x-hubspot-",),
            directory=hubspot,
            site=_("For everybody https://api.hubapi.com. With it and a token, Ninefold asks who a ticket is from."),
            closed=_("Ids of the pipeline stages that mean closed. Without any, it is stage 4 of the first pipeline."),
            is_listed=True,
        ),
        Kind(
            "connectwise",
            "ConnectWise PSA",
            _("A callback on service tickets."),
            connectwise,
            headers=("x-content-signature",),
            site=_(
                "For example https://na.myconnectwise.net. The key that proves deliveries is fetched from there only."
            ),
            keys=connectwise,
        ),
        Kind(
            "chatwoot",
            "Chatwoot",
            _("A webhook on conversations; resolved is closed. Versions before 4.11.2 do not sign."),
            chatwoot,
            headers=("x-chatwoot-",),
            unsigned=_(
                "For Chatwoot before 4.11.2 only. Whoever learns the address can then tell Ninefold of tickets, close "
                "them and have surveys sent. Switch this off and bring the secret once Chatwoot signs."
            ),
            signature="x-chatwoot-signature",
            site=_("For example https://chat.example.com. With it, tickets link to their conversation."),
        ),
        Kind(
            "freescout",
            "FreeScout",
            _("The module “API & Webhooks” posts conversations that change."),
            freescout,
            headers=("x-freescout-",),
            site=_("For example https://help.example.com. With it, tickets link to their conversation."),
        ),
        Kind(
            "generic",
            _("Standard Webhooks"),
            _("Any system that can sign and post JSON, by the open Standard Webhooks rules."),
            generic,
            headers=("webhook-",),
        ),
        Kind(
            "mapped",
            _("Any other JSON"),
            _("HaloPSA and everything else that posts JSON: you say once where the ticket is in it."),
            mapped,
            headers=(*mapped.SIGNATURES, *mapped.IDENTITIES, "webhook-"),
            is_listed=True,
            is_mapped=True,
            is_nameless=mapped.is_nameless,
        ),
    ]
}
