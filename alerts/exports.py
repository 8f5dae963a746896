"""Alerts and what opens them as tables for a spreadsheet: the header first, keys rather than words for rules."""

from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _

from alerts.models import AlertQuerySet
from alerts.rows import newest_first
from alerts.rulebook import Row

CHUNK = 2000
Table = Iterator[Sequence[object]]


def alerts(found: AlertQuerySet, show: str) -> Table:
    """Alerts with their accounts, their reasons in words, and what people did about them, in the list's order."""
    yield [
        _("Id"), _("Account id"), _("Account"), _("Owner"), _("Rule"), _("Urgent"), _("Opened at"), _("Reason"),
        _("Next step"), _("Acknowledged at"), _("Acknowledged by"), _("Put off until"), _("Why it can wait"),
        _("Closed at"), _("Closed how"), _("Resolved by"), _("What was done"), _("Assigned to"),
        _("With the managers since"),
    ]  # fmt: skip
    told = found.select_related("account__owner__user", "assignee__user", "acknowledged_by", "resolved_by")
    for alert in told.order_by(*newest_first(show).order()).iterator(chunk_size=CHUNK):
        yield [
            alert.pk, alert.account_id, alert.account.name, _name(alert.account.owner), alert.rule, alert.is_urgent,
            alert.opened_at, alert.reason, alert.next_step, alert.acknowledged_at, _name(alert.acknowledged_by),
            alert.snoozed_until, alert.snooze_reason, alert.closed_at, alert.closed_how, _name(alert.resolved_by),
            alert.resolution, _name(alert.assignee if alert.is_assigned else None), alert.escalated_at,
        ]  # fmt: skip


def rules(found: Iterable[Row]) -> Table:
    """What opens alerts, in a sentence each, and how that did."""
    yield [
        _("Id"), _("Key"), _("Rule"), _("Kind"), _("What it says"), _("On"), _("Alert of its own"),
        _("Cool-down, days"), _("Threshold by the budget"), _("Alerts in 180 days"), _("Open"), _("Judged"),
        _("Left or disappointed within 90 days"), _("Precision"), _("Median lead time, days"), _("Mostly wrong"),
        _("Changed at"), _("Changed by"), _("Retired at"),
    ]  # fmt: skip
    for row in found:
        one, did = row.rule, row.figures
        yield [
            one.pk, one.key, one.label, one.kind, row.sentence, one.is_on, one.is_hard, one.cool_down_days,
            one.follows_budget, did.opened, did.open_now, did.judged, did.hits, _rounded(did.precision, 3),
            _rounded(did.lead_days), row.is_mostly_wrong, one.changed_at, _name(one.changed_by), one.retired_at,
        ]  # fmt: skip


def _name(person: object) -> str:
    return str(person) if person else ""


def _rounded(score: float | None, places: int = 1) -> float | None:
    return None if score is None else round(score, places)
