"""Deliveries are kept for a month."""

from datetime import datetime, timedelta

from django.db import transaction

from webhooks.models import Delivery

FORGET = "webhooks.forget_deliveries"
KEPT = timedelta(days=30)
AT_ONCE = 5000


@transaction.atomic
def forget_deliveries(*, at: datetime) -> int:
    """Drop what is older than a month, in batches; returns how many."""
    old = Delivery.objects.filter(created_at__lt=at - KEPT).order_by("created_at")
    forgotten = 0
    while ids := list(old.values_list("pk", flat=True)[:AT_ONCE]):
        forgotten += Delivery.objects.filter(pk__in=ids).delete()[0]
    return forgotten
