"""What the pages about work ask."""

from django.db.models import QuerySet

from outbox.models import Effect, EffectQuerySet, Mail


def stuck_effects() -> EffectQuerySet:
    """Dead and in-doubt effects, newest first."""
    return Effect.objects.stuck().order_by("-pk")


def sent_mail() -> QuerySet[Mail]:
    """Mails of this workspace, newest first."""
    return Mail.objects.order_by("-pk")
