"""What people do about alerts: acknowledge, assign, put off and resolve them."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.actions import facts as fact_actions
from accounts.models import Fact
from alerts.actions.alerts import closed_fact, named
from alerts.models import Alert
from lib.time import day_of
from workspaces.capabilities import Capability, can
from workspaces.models import Member, User


class AlertClosed(Exception):
    """The alert is over already."""


class NotInFuture(Exception):
    """An alert is put off to a later day than today."""


class ReasonMissing(Exception):
    """Putting an alert off needs a reason."""


class MayNotWork(Exception):
    """An alert is assigned to somebody who is a member and may work with accounts."""


def _locked(alert: Alert) -> Alert:
    """The alert as it is now, held until the transaction ends. Raises AlertClosed."""
    alert = Alert.objects.select_for_update(of=("self",)).select_related("account").get(pk=alert.pk)
    if not alert.is_open:
        raise AlertClosed
    return alert


@transaction.atomic
def acknowledge_alert(*, alert: Alert, at: datetime, by: User | None) -> Alert:
    """Somebody has seen it and takes care; a second time changes nothing. Raises AlertClosed."""
    alert = _locked(alert)
    if alert.acknowledged_at is None:
        alert.acknowledged_at, alert.acknowledged_by = at, by
        alert.save(update_fields=["acknowledged_at", "acknowledged_by"])
        _record(alert, "alert.acknowledged", at, by)
    return alert


def acknowledge_answered(*, facts: Iterable[Fact], at: datetime) -> None:
    """Whoever starts a playbook for an alert that is open takes care of it."""
    started = [fact for fact in facts if fact.kind == "playbook.started" and fact.data.get("alert_id")]
    for fact in started:
        open_ones = Alert.objects.told().open().unacknowledged().filter(account=fact.account_id)
        if alert := open_ones.filter(pk=fact.data["alert_id"]).first():
            acknowledge_alert(alert=alert, at=at, by=fact.by)


@transaction.atomic
def assign_alert(*, alert: Alert, assignee: Member | None, at: datetime, by: User | None) -> Alert:
    """Give it to somebody; None: back to the account's owner. They have the full time until it goes to the managers.

    Raises AlertClosed, MayNotWork.
    """
    if assignee is not None and (assignee.ended_at is not None or not can(assignee.role, Capability.WORK)):
        raise MayNotWork
    alert = _locked(alert)
    if alert.assignee_id == (assignee and assignee.pk):
        return alert
    alert.assignee, alert.news_at = assignee, at
    alert.save(update_fields=["assignee", "news_at"])
    name = str(assignee.user) if assignee else ""
    _record(alert, "alert.assigned", at, by, member=assignee and assignee.pk, name=name)
    return alert


@transaction.atomic
def snooze_alert(*, alert: Alert, until: date, reason: str, at: datetime, by: User | None) -> Alert:
    """Hide it until a day. Raises AlertClosed, NotInFuture, ReasonMissing."""
    if until <= day_of(at):
        raise NotInFuture
    if not reason.strip():
        raise ReasonMissing
    alert = _locked(alert)
    alert.snoozed_until, alert.snooze_reason = until, reason.strip()
    alert.save(update_fields=["snoozed_until", "snooze_reason"])
    _record(alert, "alert.snoozed", at, by, until=until.isoformat(), reason=alert.snooze_reason)
    return alert


@transaction.atomic
def resolve_alert(*, alert: Alert, at: datetime, by: User | None, note: str = "") -> Alert:
    """Close it because somebody dealt with it. Raises AlertClosed.

    A rule stays held until it is left, so that the same fall opens no second alert; an answer has been dealt with.
    """
    alert = _locked(alert)
    alert.closed_at, alert.closed_how = at, Alert.Closed.RESOLVED
    alert.resolved_by, alert.resolution = by, note.strip()
    answered = {driver["rule"] for driver in alert.drivers if "answer_id" in driver}
    alert.held = [rule for rule in alert.held if rule not in answered]
    alert.save(update_fields=["closed_at", "closed_how", "resolved_by", "resolution", "held"])
    still_open = Alert.objects.told().open().filter(account=alert.account_id).count()
    fact_actions.record_facts(facts=[closed_fact(alert, at, still_open, alert.account.health_band, by)], at=at)
    return alert


def _record(alert: Alert, kind: str, at: datetime, by: User | None, **data: Any) -> None:
    told: dict[str, Any] = {"alert_id": alert.pk, "rule": alert.rule, **named(alert), **data}
    fact_actions.record_fact(account=alert.account, kind=kind, at=at, by=by, **told)
