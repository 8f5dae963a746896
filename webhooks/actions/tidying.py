"""Messages are kept for some days."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from webhooks.models import Delivery

KEPT_DAYS = 30


def old_deliveries(before: datetime) -> QuerySet[Delivery]:
    return Delivery.objects.filter(created_at__lt=before)


@transaction.atomic
def forget_deliveries(*, before: datetime, limit: int, at: datetime) -> int:
    """Drop up to `limit` messages from `before`; returns how many."""
    oldest = list(old_deliveries(before).order_by("created_at").values_list("pk", flat=True)[:limit])
    return Delivery.objects.filter(pk__in=oldest).delete()[0]
