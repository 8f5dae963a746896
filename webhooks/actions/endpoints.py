"""Open, change and close endpoints."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from outbox import mail
from webhooks import signing
from webhooks.models import Delivery, Endpoint
from webhooks.queries import endpoints as endpoint_queries
from workspaces import actions as workspace_actions
from workspaces import queries as workspace_queries
from workspaces.capabilities import Capability, can
from workspaces.models import User
from workspaces.secrets import encrypt

OVERLAP = timedelta(hours=24)  # both secrets sign for so long


@transaction.atomic
def create_endpoint(
    *,
    url: str,
    kinds: Iterable[str],
    wants_all: bool,
    at: datetime,
    by: User | None,
    description: str = "",
    secret: str = "",
) -> tuple[Endpoint, str]:
    """Tell `url` of `kinds` from now on; returns the endpoint and its secret, which is drawn unless given."""
    secret = secret or signing.new_secret()
    endpoint: Endpoint = Endpoint.objects.create(
        url=url,
        description=description,
        kinds=_chosen(kinds, wants_all),
        wants_all=wants_all,
        secret=encrypt(secret),
        created_at=at,
        created_by=by,
    )
    workspace_actions.record(kind="webhook.created", subject=str(endpoint), at=at, by=by, detail={"to": endpoint.place})
    return endpoint, secret


@transaction.atomic
def change_endpoint(
    *,
    endpoint: Endpoint,
    url: str,
    kinds: Iterable[str],
    wants_all: bool,
    description: str,
    at: datetime,
    by: User | None,
) -> Endpoint:
    """What waits goes to the new address too; what it is about was decided when it happened."""
    endpoint.url, endpoint.description = url, description
    endpoint.kinds, endpoint.wants_all = _chosen(kinds, wants_all), wants_all
    endpoint.save(update_fields=["url", "description", "kinds", "wants_all"])
    workspace_actions.record(kind="webhook.changed", subject=str(endpoint), at=at, by=by, detail={"to": endpoint.place})
    return endpoint


def _chosen(kinds: Iterable[str], wants_all: bool) -> list[str]:
    return [] if wants_all else sorted(set(kinds))


@transaction.atomic
def renew_secret(*, endpoint: Endpoint, at: datetime, by: User | None, secret: str = "") -> str:
    """Sign with another secret, drawn unless given, and return it; the one before signs along for a day.

    The one that signs already changes nothing, or the one before would be forgotten too early.
    """
    if secret and secret in endpoint_queries.keys_of(endpoint, at)[:1]:
        return secret
    secret = secret or signing.new_secret()
    endpoint.previous_secret, endpoint.previous_until = endpoint.secret, at + OVERLAP
    endpoint.secret = encrypt(secret)
    endpoint.save(update_fields=["secret", "previous_secret", "previous_until"])
    workspace_actions.record(kind="webhook.secret_renewed", subject=str(endpoint), at=at, by=by)
    return secret


@transaction.atomic
def disable_endpoint(*, endpoint: Endpoint, why: Endpoint.Why, at: datetime, by: User | None) -> bool:
    """Send nothing more, not even what waits. False: it was off already.

    When nobody switched it off, administrators get a mail.
    """
    if not Endpoint.objects.open().filter(pk=endpoint.pk).update(disabled_at=at, disabled_why=why):
        return False
    waiting = Delivery.objects.filter(endpoint=endpoint, state=Delivery.State.WAITING)
    waiting.update(state=Delivery.State.NOT_SENT, settled_at=at)
    workspace_actions.record(
        kind="webhook.disabled", subject=str(endpoint), at=at, by=by, detail={"why": str(why.label)}
    )
    if why != Endpoint.Why.PERSON:
        _tell_administrators(endpoint, why, at)
    return True


@transaction.atomic
def enable_endpoint(*, endpoint: Endpoint, at: datetime, by: User | None) -> None:
    """Tell it of what happens from now on; what was not sent can be sent again."""
    endpoint.disabled_at, endpoint.disabled_why = None, ""
    endpoint.failing_since = endpoint.held_until = None
    endpoint.save(update_fields=["disabled_at", "disabled_why", "failing_since", "held_until"])
    workspace_actions.record(kind="webhook.enabled", subject=str(endpoint), at=at, by=by)


def _tell_administrators(endpoint: Endpoint, why: Endpoint.Why, at: datetime) -> None:
    url = settings.BASE_URL + reverse("webhooks:endpoint", args=[endpoint.pk])
    for member in workspace_queries.members():
        if can(member.role, Capability.ADMINISTER):
            with translation.override(member.user.language):
                mail.post(
                    to=member.user.email,
                    subject=_("Webhook switched off: %(name)s") % {"name": endpoint},
                    text=render_to_string(
                        "webhooks/mail/disabled.txt", {"endpoint": endpoint, "why": why.label, "url": url}
                    ),
                    key=f"webhook-disabled:{endpoint.pk}:{at.isoformat()}:{member.pk}",
                    at=at,
                )
