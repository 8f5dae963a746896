"""What the pages that combine apps ask: sets of rows for a page, in a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from accounts import queries as account_queries
from accounts.models import Account, Contact, Contract, ExternalId, Ticket
from health import queries as health_queries
from health.models import Alert, HealthScore
from health.queries import Change, ScoreView
from journeys import queries as journey_queries
from journeys.models import StageMove, Touchpoint
from lib.paging import Page, Sort, page_of
from reviews import queries as review_queries
from reviews.models import ActionItem, Review
from surveys import queries as survey_queries
from surveys.models import Answer
from workspaces.models import Member

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
TREND_WEEKS = 12
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
