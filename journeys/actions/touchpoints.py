"""Log how we met customers."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop

from accounts.actions import metrics as metric_actions
from accounts.actions.facts import record_fact
from accounts.models import Account, Contact, Metric
from journeys.models import Touchpoint
from lib.time import day_of
from workspaces.models import User

METRIC_NAMES = {
    "touchpoints_two_way": gettext_noop("Two-way touchpoints"),
    "touchpoints_one_way": gettext_noop("One-way touchpoints"),
}


class ContactElsewhere(Exception):
    """The contact belongs to another account."""


class NotYetHappened(Exception):
    """A touchpoint is logged once it has happened."""


class OutOfRange(Exception):
    """Experience goes from -2 to +2."""


@transaction.atomic
def log_touchpoint(
    *,
    account: Account,
    channel: str,
    direction: str,
    summary: str,
    at: datetime,
    by: User | None,
    happened_at: datetime | None = None,
    contact: Contact | None = None,
    outcome: str = "",
    is_proactive: bool | None = None,
    expected: int | None = None,
    felt: int | None = None,
) -> Touchpoint:
    """Log one touchpoint, which happened at `happened_at` (default: `at`), and count it, unless a note or missed.

    `outcome` is of a call or meeting that was scheduled; `is_proactive`: we reached out before they asked.
    Raises ContactElsewhere, NotYetHappened, OutOfRange.
    """
    happened_at = happened_at or at
    if contact is not None and contact.account_id != account.pk:
        raise ContactElsewhere
    if happened_at > at:
        raise NotYetHappened
    if any(value is not None and value not in Touchpoint.Experience.values for value in (expected, felt)):
        raise OutOfRange
    touchpoint: Touchpoint = Touchpoint.objects.create(
        account=account,
        contact=contact,
        channel=channel,
        direction=direction,
        summary=summary,
        outcome=outcome,
        is_proactive=is_proactive,
        expected=expected,
        felt=felt,
        at=happened_at,
        by=by,
    )
    _count(touchpoint)
    record_fact(account=account, kind="touchpoint.logged", at=at, by=by, happened_at=happened_at, **touchpoint.about())
    return touchpoint


def _count(touchpoint: Touchpoint) -> None:
    key = touchpoint.metric_key
    if key:
        metric = metric_actions.define_metric(key=key, name=METRIC_NAMES[key], kind=Metric.Kind.COUNTER)
        metric_actions.count_reading(
            account_id=touchpoint.account_id, metric=metric, day=day_of(touchpoint.at), value=1
        )
