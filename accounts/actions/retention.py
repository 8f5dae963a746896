"""Numbers of a day, and what happened, are kept for some days, or for good."""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Fact, MetricDay
from lib.time import day_of
from workspaces.registry import retain


def old_days(before: datetime) -> QuerySet[MetricDay]:
    rows: QuerySet[MetricDay] = MetricDay.objects.filter(day__lt=day_of(before))
    return rows


@transaction.atomic
def forget_days(*, before: datetime, limit: int, at: datetime) -> int:
    """Drop up to `limit` metric rows of days `before`; returns how many."""
    found = list(old_days(before).order_by().values_list("pk", flat=True)[:limit])
    return MetricDay.objects.filter(pk__in=found).delete()[0]


def old_facts(before: datetime) -> QuerySet[Fact]:
    rows: QuerySet[Fact] = Fact.objects.filter(at__lt=before)
    return rows


def forget_facts(*, before: datetime, limit: int, at: datetime) -> int:
    """The timeline is append-only for everybody but the function that drops its oldest end, after a year at least."""
    with connection.cursor() as cursor:
        cursor.execute("select accounts_forget_facts(%s, %s)", [before, limit])
        return int(cursor.fetchone()[0])


def register() -> None:
    retain(
        "metric_days",
        _("Metrics by day"),
        1095,
        forget_days,
        due=old_days,
        about=_("Usage, tickets and answers as numbers of a day. Scores look back half a year."),
        least=400,
    )
    retain(
        "timeline",
        _("Timeline"),
        None,
        forget_facts,
        due=old_facts,
        about=_("What happened to customers, on their pages. Emptied here, its earlier years are gone for good."),
        least=366,
    )
