"""Closed complaints are kept for good, unless the workspace wants otherwise."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from complaints.models import Complaint


def old_complaints(before: datetime) -> QuerySet[Complaint]:
    return Complaint.objects.filter(closed_at__lt=before)


@transaction.atomic
def forget_complaints(*, before: datetime, limit: int, at: datetime) -> int:
    """Drop up to `limit` complaints closed before, with their steps; returns how many."""
    oldest = list(old_complaints(before).order_by("closed_at", "pk").values_list("pk", flat=True)[:limit])
    Complaint.objects.filter(pk__in=oldest).delete()
    return len(oldest)
