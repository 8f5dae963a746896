"""Scores are kept for some days, a month of all workspaces in one partition."""

from datetime import date, datetime

from django.db import connections, transaction
from django.db.models import Exists, OuterRef, QuerySet

from health.models import HealthScore
from lib.time import day_of

KEPT_DAYS = 1095


def old_scores(before: datetime) -> QuerySet[HealthScore]:
    """Rows of days before, but for the one of each account that still stands on that day."""
    day = day_of(before)
    newer = HealthScore.objects.filter(account=OuterRef("account"), day__gt=OuterRef("day"), day__lte=day)
    rows: QuerySet[HealthScore] = HealthScore.objects.filter(Exists(newer), day__lt=day)
    return rows


@transaction.atomic
def forget_scores(*, before: datetime, limit: int, at: datetime) -> int:
    """Drop up to `limit` scores of days `before`; returns how many."""
    found = list(old_scores(before).order_by().values_list("pk", flat=True)[:limit])
    return HealthScore.objects.filter(pk__in=found).delete()[0]


def keep_months(*, day: date, using: str = "default") -> None:
    """This month and the next two get a partition; those of old months that nobody keeps a row of go."""
    with connections[using].cursor() as cursor:
        cursor.execute("select health_keep_months(%s)", [day])
