"""Which accounts a change was about is kept for some days; that it was made, and how many they were, stays."""

from datetime import datetime

from django.db import transaction

from bulk import queries
from bulk.models import BulkRow

KEPT_DAYS = 90


@transaction.atomic
def forget_rows(*, before: datetime, limit: int, at: datetime) -> int:
    """Drop up to `limit` rows of changes begun `before` that no longer run; returns how many."""
    oldest = list(queries.old_rows(before).order_by().values_list("pk", flat=True)[:limit])
    return BulkRow.objects.filter(pk__in=oldest).delete()[0]
