"""What the pages about work ask."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from outbox.models import Bounce, Effect, EffectQuerySet, Mail, Suppression
from workspaces import tenancy
from workspaces.secrets import keyed_digests

SOFT_LIMIT, SOFT_DAYS = 3, 30  # so many "not this time" within so many days are a "no"


def stuck_effects() -> EffectQuerySet:
    """Dead and in-doubt effects, newest first."""
    return Effect.objects.stuck().order_by("-pk")


def sent_mail() -> QuerySet[Mail]:
    """Mails of this workspace, newest first."""
    return Mail.objects.order_by("-pk")


def mails_of(effects: Iterable[dict[str, Any]]) -> dict[int, Mail]:
    """The mails that effects, as dicts with `payload`, are about, by id."""
    ids = [effect["payload"]["mail_id"] for effect in effects if "mail_id" in effect["payload"]]
    return {mail.pk: mail for mail in Mail.objects.filter(pk__in=ids).only("to", "subject")}


# ------------------------------------------------------------------------------------------------- suppression
def digests(address: str) -> list[str]:
    """The keyed hashes of an address in the entered workspace, whatever its case; that by the key of now first."""
    return keyed_digests(address.strip().lower(), f"mail.{tenancy.current_id()}")


def suppressed(addresses: Iterable[str]) -> dict[str, str]:
    """Those of the addresses that no mail goes to any more, with the reason; costs little where there is none."""
    if not Suppression.objects.exists():
        return {}
    known_by = {digest: address for address in set(addresses) for digest in digests(address)}
    found = Suppression.objects.filter(digest__in=known_by).values_list("digest", "reason")
    return {known_by[digest]: reason for digest, reason in found}


def suppressions() -> "QuerySet[Suppression]":
    """Addresses that no mail goes to any more, the latest first."""
    return Suppression.objects.order_by("-pk")


def last_addresses(found: Iterable[str]) -> dict[str, str]:
    """The addresses behind hashes, as far as a mail to them is still kept."""
    rows = Mail.objects.filter(to_digest__in=found).exclude(to="").values_list("to_digest", "to")
    return dict(rows.distinct())


def is_soft_too_often(digest: str, at: datetime) -> bool:
    since = at - timedelta(days=SOFT_DAYS)
    return Bounce.objects.filter(to_digest=digest, kind=Bounce.Kind.SOFT, at__gt=since).count() >= SOFT_LIMIT
