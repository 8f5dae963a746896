"""What Today asks: who needs somebody, the most urgent first, and what else waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q

from accounts import queries as account_queries
from accounts.stages import CUSTOMER, Band
from dashboard import urgency
from health.models import HealthScore
from integrations.queries import events as integration_queries
from lib.time import quarter_of
from outbox import queries as outbox_queries
from reviews import queries as review_queries
from reviews.models import ActionItem
from workspaces import tenancy
from workspaces.capabilities import Capability
from workspaces.queries import Membership

MOST_LINES, MORE_LINES = 50, 200
PROMISES_AHEAD = timedelta(days=7)
MOST_PROMISES = 6


@dataclass(frozen=True)
class Line:
    """One account that needs somebody, with what its place in the list rests on."""

    account_id: int
    name: str
    health_score: float | None
    health_band: str
    arr_minor: int | None
    currency: str
    renews_on: date | None
    owner_id: int | None
    alerts: int
    urgency: float


def urgent_lines(*, today: date, owner: int | str = "", most: int = MOST_LINES) -> list[Line]:
    """Accounts with visible alerts, and customers who renew within 90 days and are not healthy; most urgent first.

    `owner` narrows to a member's accounts, or to nobody's (`none`).
    """
    mine = ""
    if owner:
        mine = "and a.owner_id is null" if owner == account_queries.NOTHING else "and a.owner_id = %(owner)s"
    with connection.cursor() as cursor:
        cursor.execute(
            _LINES.format(mine=mine, urgency=urgency.SQL),
            {
                "workspace": tenancy.current_id(),
                "today": today,
                "until": today + account_queries.RENEWS_SOON,
                "healthy": Band.HEALTHY,
                "stages": [str(stage) for stage in CUSTOMER],
                "owner": owner,
                "most": most,
            },
        )
        return [Line(*row) for row in cursor.fetchall()]


# Each half finds its accounts by an index of its own, where a condition joined by `or` would read them all; what is
# ranked is narrow, and only the lines shown fetch the rest. Measured with 100,000 accounts, 15,000 of them lines: 5x.
_LINES = """
    with alerted as materialized (
        select account_id as id, count(*) as alerts
        from health_alert
        where workspace_id = %(workspace)s and closed_at is null
          and (snoozed_until is null or snoozed_until <= %(today)s)
        group by account_id
    ), line as materialized (
        select a.id, a.health_score, a.arr_minor, a.renews_on, alerted.alerts
        from (
            select id, health_score, arr_minor, renews_on from accounts_account a
            where workspace_id = %(workspace)s and id = any(array(select id from alerted)) {mine} offset 0
        ) a join alerted using (id)
        union all
        select a.id, a.health_score, a.arr_minor, a.renews_on, 0
        from accounts_account a
        where a.workspace_id = %(workspace)s and a.renews_on between %(today)s and %(until)s
          and a.health_band <> %(healthy)s and a.stage = any(%(stages)s) {mine}
          and not exists (select from alerted where alerted.id = a.id)
    ), compared as (
        select *, (select avg(arr_minor::float8) from line) as typical, renews_on - %(today)s as days from line
    ), first as (
        select id, alerts, {urgency} as urgency from compared order by urgency desc, id limit %(most)s
    )
    select a.id, a.name, a.health_score::float8, a.health_band, a.arr_minor, a.currency, a.renews_on, a.owner_id,
           first.alerts, first.urgency
    from first join accounts_account a on a.workspace_id = %(workspace)s and a.id = first.id
    order by first.urgency desc, a.id
"""


def parts_of(account_ids: Sequence[int], *, today: date) -> dict[int, list[dict[str, Any]]]:
    """The parts of each account's score as stored, of today or else yesterday."""
    recent = HealthScore.objects.filter(account_id__in=account_ids, day__range=(today - timedelta(days=1), today))
    return dict(recent.order_by("day").values_list("account_id", "parts"))


# ------------------------------------------------------------------ beside the list


@dataclass(frozen=True)
class Beside:
    """What else waits: None where the member may not see it."""

    promises: list[ActionItem]
    has_more_promises: bool
    reviews_due: int
    quarter: str
    is_mine: bool
    unmatched: int | None
    stuck: int | None


def beside(member: Membership, *, today: date, owner: int | str = "") -> Beside:
    """Promises, reviews, tickets and work that wait; `owner` narrows promises to a member's, reviews to `member`'s."""
    owner_id = owner if isinstance(owner, int) else None
    is_mine = owner_id == member.member_id
    year, quarter = quarter_of(today)
    due = review_queries.accounts_in(year, quarter, review_queries.DUE, owner_id if is_mine else None)
    promised = promises(today=today, owner_id=owner_id)
    sees_unmatched, sees_stuck = member.can(Capability.EDIT_ACCOUNTS), member.can(Capability.ADMINISTER)
    return Beside(
        promises=promised[:MOST_PROMISES],
        has_more_promises=len(promised) > MOST_PROMISES,
        reviews_due=account_queries.capped_count(due),
        quarter=f"{year}-Q{quarter}",
        is_mine=is_mine,
        unmatched=account_queries.capped_count(integration_queries.unmatched()) if sees_unmatched else None,
        stuck=account_queries.capped_count(outbox_queries.stuck_effects()) if sees_stuck else None,
    )


def promises(*, today: date, owner_id: int | None = None) -> list[ActionItem]:
    """Open QBR actions that are overdue or due within a week, soonest first: at most MOST_PROMISES and one."""
    rows = review_queries.actions().select_related(None).select_related("owner__user", "account")
    due = rows.open().filter(due_on__lte=today + PROMISES_AHEAD)
    if owner_id:
        due = due.filter(Q(owner=owner_id) | Q(owner=None, account__owner=owner_id))
    return list(due.order_by("due_on", "pk")[: MOST_PROMISES + 1])
