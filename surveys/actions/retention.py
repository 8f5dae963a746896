"""Askings that nobody answered are kept for some days."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from surveys.models import Invitation

KEPT_DAYS = 365


def unanswered(before: datetime) -> QuerySet[Invitation]:
    return Invitation.objects.filter(created_at__lt=before, expires_at__lt=before, answers=None)


@transaction.atomic
def forget_unanswered(*, before: datetime, limit: int, at: datetime) -> int:
    """Drop up to `limit` askings from `before` whose time to answer is over, too; returns how many."""
    oldest = list(unanswered(before).order_by("pk").values_list("pk", flat=True)[:limit])
    return Invitation.objects.filter(pk__in=oldest).delete()[0]
