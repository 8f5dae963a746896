"""What the pages that combine apps ask: sets of rows for a page, in a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from accounts import queries as account_queries
from accounts.models import Account, Contact, Contract, ExternalId, Ticket
from accounts.stages import CUSTOMER, Band
from dashboard import urgency
from health import queries as health_queries
from health.models import Alert, HealthScore
from health.queries import Change, ScoreView
from integrations.queries import events as integration_queries
from journeys import queries as journey_queries
from journeys.models import StageMove, Touchpoint
from lib.paging import Page, Sort, page_of
from lib.time import quarter_of
from outbox import queries as outbox_queries
from reviews import queries as review_queries
from reviews.models import ActionItem, Review
from surveys import queries as survey_queries
from surveys.models import Answer
from workspaces import tenancy
from workspaces.capabilities import Capability
from workspaces.models import Member
from workspaces.queries import Membership

COLUMNS = [
    "id", "name", "stage", "tier", "health_score", "health_band", "arr_minor", "currency", "renews_on", "owner_id",
]  # fmt: skip
SORTS = {
    "name": Sort("name"),
    "-name": Sort("name").turned(),
    "score": Sort("health_score", has_gaps=True),
    "-score": Sort("health_score", has_gaps=True).turned(),
    "arr": Sort("arr_minor", ids_fall=True, has_gaps=True),
    "-arr": Sort("arr_minor", falls=True, has_gaps=True),
    "renewal": Sort("renews_on", has_gaps=True),
    "-renewal": Sort("renews_on", has_gaps=True).turned(),
}
MOST_LINES, MORE_LINES = 50, 200
TREND_WEEKS = 12
PROMISES_AHEAD = timedelta(days=7)
MOST_PROMISES = 6
MOST_FOUND = 20
CHANGE_DAYS = 30
HISTORY_DAYS = 180
MOST_ROWS = 20
TWO_WAY = "touchpoints_two_way"
MOST_CONTACTS = 100
MOST_TOUCHPOINTS = 20
MOST_REVIEWS = 8


# ------------------------------------------------------------------ portfolio


def account_page(wanted: account_queries.Filter, sort: str, *, after: str = "", before: str = "") -> Page:
    """One page of the portfolio, as dicts of COLUMNS; `sort` is a key of SORTS."""
    return page_of(account_queries.matching(wanted), SORTS[sort], COLUMNS, after=after, before=before)


def account_count(wanted: account_queries.Filter) -> int:
    """How many accounts fit, at most MOST_COUNTED + 1."""
    return account_queries.capped_count(account_queries.matching(wanted))


def weekly_scores(account_ids: Sequence[int], *, today: date) -> dict[int, list[float | None]]:
    """The scores of each account TREND_WEEKS weeks ago, and each week since, before this one; None: not scored."""
    days = [today - timedelta(weeks=weeks) for weeks in range(TREND_WEEKS, 0, -1)]
    places = {day: place for place, day in enumerate(days)}
    found: dict[int, list[float | None]] = {account_id: [None] * TREND_WEEKS for account_id in account_ids}
    rows = HealthScore.objects.filter(account_id__in=account_ids, day__in=days).exclude(band="")
    for account_id, day, score in rows.values_list("account_id", "day", "score"):
        found[account_id][places[day]] = score
    return found


def account_export(wanted: account_queries.Filter, sort: str, most: int) -> "QuerySet[Account]":
    """The whole list in the same order, its first `most` rows."""
    way = SORTS[sort]
    return account_queries.matching(wanted).order_by(*way.order())[:most]


def owners() -> dict[int, tuple[str, bool]]:
    """Everybody who may own accounts, by name: member id -> (name, still a member)."""
    rows = Member.objects.order_by("user__name", "pk").values_list("pk", "user__name", "user__email", "ended_at")
    return {pk: (name or email, ended_at is None) for pk, name, email, ended_at in rows}


# ------------------------------------------------------------------ Today


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


# ------------------------------------------------------------------ search


@dataclass(frozen=True)
class Found:
    """The first MOST_FOUND of each kind."""

    accounts: list[Account]
    contacts: list[Contact]
    tickets: list[Ticket]

    def __bool__(self) -> bool:
        return bool(self.accounts or self.contacts or self.tickets)


def found(words: str) -> Found:
    """Accounts, people and tickets by some words."""
    return Found(
        list(account_queries.found_accounts(words)[:MOST_FOUND]),
        list(account_queries.found_contacts(words)[:MOST_FOUND]),
        list(account_queries.found_tickets(words)[:MOST_FOUND]),
    )


# ------------------------------------------------------------------ one account


@dataclass(frozen=True)
class Portrait:
    """All that the account page shows."""

    account: Account
    at: datetime
    today: date
    health: ScoreView | None
    change: Change | None
    history: list[HealthScore]
    alerts: list[Alert]
    contacts: list[Contact]
    contracts: list[Contract]
    external_ids: list[ExternalId]
    tickets: list[Ticket]
    open_tickets: int
    moves: list[StageMove]
    touchpoints: list[Touchpoint]
    last_talk: Touchpoint | None
    answers: list[Answer]
    reviews: list[Review]
    actions: list[ActionItem]
    moments: list[account_queries.Moment]
    older: str

    def as_context(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @property
    def open_alerts(self) -> list[Alert]:
        """Those that nobody put off."""
        return [alert for alert in self.alerts if alert.is_open and not alert.is_snoozed_on(self.today)]


def portrait(account: Account, *, at: datetime, today: date) -> Portrait:
    """Everything about one account, in a fixed number of queries."""
    touchpoints = list(journey_queries.touchpoints_of(account)[:MOST_TOUCHPOINTS])
    alerts = health_queries.alerts_of(account).select_related(None).select_related("acknowledged_by")
    actions = review_queries.open_actions_of(account).select_related(None).select_related("owner__user")
    answers = survey_queries.answers_of(account).select_related(None).select_related("contact", "invitation__ticket")
    tickets = list(account_queries.tickets_of(account)[:MOST_ROWS])
    health = health_queries.score_now(account)
    moments, older = account_queries.timeline(account)
    return Portrait(
        account=account,
        at=at,
        today=today,
        health=health,
        change=health_queries.change_to(health.row, days=CHANGE_DAYS, today=today) if health else None,
        history=health_queries.history(account, days=HISTORY_DAYS, today=today),
        alerts=list(alerts[:MOST_ROWS]),
        contacts=list(account_queries.contacts_of(account)[:MOST_CONTACTS]),
        contracts=list(account_queries.contracts_of(account)[:MOST_ROWS]),
        external_ids=list(account_queries.external_ids_of(account)),
        tickets=tickets,
        open_tickets=_open_tickets(account, tickets),
        moves=list(journey_queries.moves_of(account)),
        touchpoints=touchpoints,
        last_talk=_last_talk(account, touchpoints),
        answers=list(answers[:MOST_ROWS]),
        reviews=list(review_queries.reviews_of(account).defer("snapshot")[:MOST_REVIEWS]),
        actions=list(actions[:MOST_ROWS]),
        moments=moments,
        older=older,
    )


def _open_tickets(account: Account, first: Sequence[Ticket]) -> int:
    """How many are open: counted among the account's first tickets, where open ones lead, unless they fill them."""
    there = sum(ticket.is_open for ticket in first)
    return there if there < MOST_ROWS else account_queries.tickets_of(account).open().count()


def _last_talk(account: Account, newest: Sequence[Touchpoint]) -> Touchpoint | None:
    """The newest two-way touchpoint: among the account's newest, or else before them."""
    there = next((one for one in newest if one.metric_key == TWO_WAY), None)
    if there or len(newest) < MOST_TOUCHPOINTS:
        return there
    return journey_queries.touchpoints_of(account).two_way().first()
