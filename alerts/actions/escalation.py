"""Alerts that nobody touched go to the managers: once each, by day, all in one statement."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from accounts.actions import facts as fact_actions
from alerts import queries
from alerts.actions.alerts import named
from alerts.models import Alert
from lib.time import day_of
from workspaces import tenancy


@transaction.atomic
def escalate(*, at: datetime) -> int:
    """Give the managers every open alert that nobody touched for the days that the workspace set; how many.

    Touched is: acknowledged, put off, taken off Today, or anything logged with the account. The days begin when the
    alert opened, became news again, was assigned, or came back from being put off, and not before alerts were given
    to the managers at all. An alert goes up once.
    """
    settings = queries.alert_settings()
    days = settings.escalate_after_days
    managers = queries.escalation_members() if days else []
    if not managers:
        return 0
    values: dict[str, Any] = {
        "workspace": tenancy.current_id(), "at": at, "day": day_of(at), "days": days,
        "first_day": settings.escalating_since and day_of(settings.escalating_since),
        "members": [member.pk for member in managers],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_ESCALATE, values)
        waited = dict(cursor.fetchall())
    alerts = Alert.objects.filter(pk__in=list(waited)).order_by("pk")
    facts = [
        fact_actions.NewFact(
            alert.account_id,
            "alert.escalated",
            at,
            {
                "alert_id": alert.pk,
                "rule": alert.rule,
                **named(alert),
                "days": waited[alert.pk],
                "members": alert.escalated_to,
            },
        )
        for alert in alerts
    ]
    fact_actions.record_facts(facts=facts, at=at)
    return len(facts)


_ESCALATE = """
    with waiting as (
        select l.id, l.account_id, greatest(l.opened_at, l.news_at) as since,
            greatest((greatest(l.opened_at, l.news_at) at time zone 'UTC')::date, l.snoozed_until, %(first_day)s::date)
                as from_day
        from alerts_alert l
        where l.workspace_id = %(workspace)s and l.closed_at is null and not l.is_held_out
          and l.acknowledged_at is null and l.escalated_at is null
    )
    update alerts_alert l set escalated_at = %(at)s, escalated_to = %(members)s
    from waiting w
    where l.workspace_id = %(workspace)s and l.id = w.id and w.from_day <= %(day)s - %(days)s
      and not exists (
          select from journeys_touchpoint t
          where t.workspace_id = %(workspace)s and t.account_id = w.account_id and t.at > w.since)
      and not exists (
          select from alerts_dismissal d
          where d.workspace_id = %(workspace)s and d.account_id = w.account_id and d.at > w.since)
    returning l.id, %(day)s - w.from_day
"""
