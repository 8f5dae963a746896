"""What the pages about work ask."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from outbox.models import Effect, EffectQuerySet, Mail


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
