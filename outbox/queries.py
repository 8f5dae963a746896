"""What the pages about work ask."""

from outbox.models import Effect, EffectQuerySet, Mail
from workspaces.fields import WorkspaceQuerySet


def stuck_effects() -> EffectQuerySet:
    """Dead and in-doubt effects, newest first."""
    return Effect.objects.stuck().order_by("-pk")


def sent_mail() -> "WorkspaceQuerySet[Mail]":
    """Mails of this workspace, newest first."""
    return Mail.objects.order_by("-pk")
