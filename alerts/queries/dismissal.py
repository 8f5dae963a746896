"""Accounts that somebody took off Today."""

from datetime import date

from django.db.models import Exists, OuterRef

from accounts.models import Fact
from alerts.models import Dismissal, DismissalQuerySet

# What brings an account back before its day.
NEWS = [
    "alert.opened", "alert.escalated", "contact.left", "contract.changed", "health.changed", "promise.broken",
    "stage.entered", "survey.answered", "ticket.opened", "ticket.reopened",
]  # fmt: skip

# Accounts off Today, for PostgreSQL: `workspace`, `today` and `news`. As `off_today`.
OFF_TODAY = """
    select d.account_id from alerts_dismissal d
    where d.workspace_id = %(workspace)s and d.ended_at is null and d.until > %(today)s and not exists (
        select from accounts_fact f where f.workspace_id = %(workspace)s and f.account_id = d.account_id
          and f.at > d.at and f.kind = any(%(news)s))
"""


def dismissals() -> DismissalQuerySet:
    """Every dismissal with its account and who said so."""
    return Dismissal.objects.select_related("account__owner__user", "by", "ended_by").order_by("-at", "-pk")


def off_today(today: date) -> DismissalQuerySet:
    """Those that keep an account off Today, the latest first: nothing new has happened, and their day has not come."""
    news = Fact.objects.filter(account=OuterRef("account"), at__gt=OuterRef("at"), kind__in=NEWS)
    return dismissals().live(today).filter(~Exists(news))
