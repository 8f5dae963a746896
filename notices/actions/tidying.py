"""Notices are kept for some time."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from notices.models import Occasion

KEPT_DAYS = 90


def old_occasions(before: datetime) -> QuerySet[Occasion]:
    rows: QuerySet[Occasion] = Occasion.objects.filter(created_at__lt=before)
    return rows


@transaction.atomic
def forget_occasions(*, before: datetime, limit: int, at: datetime) -> int:
    """Drop up to `limit` occasions from `before`, with whom they were told; returns how many."""
    oldest = list(old_occasions(before).order_by("created_at").values_list("pk", flat=True)[:limit])
    Occasion.objects.filter(pk__in=oldest).delete()
    return len(oldest)
