"""Reading journeys: the board, one account's path, and who is due to move."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Count, Exists, F, Max, OuterRef, QuerySet, Subquery

from accounts.models import Account, Contract, Fact, MetricDay
from accounts.stages import Stage
from journeys import rules
from journeys.models import StageMove, Touchpoint, TouchpointQuerySet
from lib.time import day_of
from workspaces import tenancy

CARDS = 10


def touchpoints() -> TouchpointQuerySet:
    """Every touchpoint of the workspace."""
    return Touchpoint.objects.select_related("contact", "by", "account").order_by("pk")


def touchpoints_of(account: Account) -> TouchpointQuerySet:
    """An account's touchpoints, newest first."""
    return Touchpoint.objects.filter(account=account).select_related("contact", "by").order_by("-at", "-pk")


def moves_of(account: Account) -> QuerySet[StageMove]:
    """An account's moves, newest first."""
    return StageMove.objects.filter(account=account).select_related("by").order_by("-pk")


def last_move(account: Account) -> StageMove | None:
    return moves_of(account).first()


def last_move_ids(account_ids: Iterable[int]) -> dict[int, int]:
    """The last move of each account that ever moved."""
    moves = StageMove.objects.filter(account_id__in=account_ids).order_by("account_id")
    return dict(moves.values_list("account_id").annotate(last=Max("pk")))


@dataclass
class Stay:
    """All the time an account has been in one stage: `days` by the calendar, when it first and last entered."""

    stage: Stage
    days: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None
    is_current: bool = False

    def add(self, since: datetime, until: datetime) -> None:
        self.days += max(0, (day_of(until) - day_of(since)).days)
        self.first_at = min(self.first_at or since, since)
        self.last_at = max(self.last_at or since, since)


def stays(account: Account, moves: Iterable[StageMove], at: datetime) -> list[Stay]:
    """The nine stages with the time spent in each; `moves` are all of the account's, in any order."""
    found = {stage: Stay(stage) for stage in Stage}
    for move in moves:
        found[Stage(move.from_stage)].add(move.from_since, move.at)
    here = found[Stage(account.stage)]
    here.add(account.stage_since, at)
    here.is_current = True
    return list(found.values())


# ---------------------------------------------------------------------------------------------- the board
@dataclass
class Card:
    """One account on the board; `days` it has been in its stage."""

    account_id: int
    name: str
    arr_minor: int | None
    currency: str
    days: int
    score: float | None
    band: str
    is_stuck: bool


class Counted(NamedTuple):
    """Accounts of one currency that have been in a stage for the same number of days."""

    currency: str
    days: int
    n: int
    money: int | None


@dataclass
class Column:
    """One stage on the board: how many accounts, their recurring revenue by currency, how long they have stayed."""

    stage: Stage
    count: int = 0
    stuck: int = 0
    median_days: float | None = None
    money: list[tuple[int, str]] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)

    @property
    def stuck_after(self) -> int | None:
        """Days after which an account stands still here; None where staying is fine."""
        return rules.STUCK_AFTER.get(self.stage)

    def is_stuck(self, days: int) -> bool:
        return self.stuck_after is not None and days > self.stuck_after


_FIGURES = """
    select stage, currency, %(today)s - (stage_since at time zone 'UTC')::date, count(*), sum(arr_minor)
    from accounts_account
    where workspace_id = %(workspace)s and (%(owner)s is null or owner_id = %(owner)s)
    group by 1, 2, 3
"""  # by day and hashed: sorting every account for its median took twice as long
_CARDS = """
    select a.id, a.name, a.arr_minor, a.currency, a.stage, a.stage_since, a.health_score, a.health_band
    from unnest(%(nine)s::text[]) as here(stage)
    cross join lateral (
        select * from accounts_account a
        where a.workspace_id = %(workspace)s and a.stage = here.stage
              and (%(owner)s is null or a.owner_id = %(owner)s)
        order by {order} limit %(cards)s
    ) a
    order by {order}
"""
_ORDERS = {"days": "a.stage_since, a.id", "money": "a.arr_minor desc nulls last, a.id"}


def board(at: datetime, *, owner_id: int | None = None, sort: str = "days") -> list[Column]:
    """The nine columns in two statements, whatever their length; `sort` (`days`, `money`) picks the cards shown."""
    today = day_of(at)
    values = {
        "today": today,
        "owner": owner_id,
        "workspace": tenancy.current_id(),
        "nine": list(Stage.values),
        "cards": CARDS,
    }
    with connection.cursor() as cursor:
        cursor.execute(_FIGURES, values)
        figures: dict[str, list[Counted]] = defaultdict(list)
        for stage, *counted in cursor.fetchall():
            figures[stage].append(Counted(*counted))
        columns = {stage.value: _column(stage, figures[stage]) for stage in Stage}
        cursor.execute(_CARDS.format(order=_ORDERS[sort]), values)
        for row in cursor.fetchall():
            column = columns[row[4]]
            column.cards.append(_card(row, today, column))
    return list(columns.values())


def _column(stage: Stage, figures: list[Counted]) -> Column:
    column, money, by_days = Column(stage), dict[str, int](), dict[int, int]()
    for one in figures:
        days = max(0, one.days)
        by_days[days] = by_days.get(days, 0) + one.n
        if one.money is not None:
            money[one.currency] = money.get(one.currency, 0) + int(one.money)
    column.count = sum(by_days.values())
    column.stuck = sum(count for days, count in by_days.items() if column.is_stuck(days))
    column.median_days = median(by_days)
    column.money = [(minor, currency) for currency, minor in sorted(money.items())]
    return column


def median(counts: Mapping[int, int]) -> float | None:
    """The middle of values that each occur `counts` times; the mean of the two middle ones."""
    total, passed, below = sum(counts.values()), 0, None
    for value in sorted(counts):
        passed += counts[value]
        if below is not None:
            return (below + value) / 2
        if 2 * passed > total:
            return float(value)
        if 2 * passed == total:
            below = value
    return None


def _card(row: tuple[Any, ...], today: date, column: Column) -> Card:
    pk, name, arr_minor, currency, _stage, since, score, band = row
    days = max(0, (today - day_of(since)).days)
    return Card(pk, name, arr_minor, currency, days, score, band, column.is_stuck(days))


# ---------------------------------------------------------------------------------------------- who is due
@dataclass(frozen=True)
class Due:
    """One account that a rule moves today, and why."""

    account_id: int
    reason: str
    data: dict[str, Any]


def due_moves(rule: rules.Rule, day: date, *, limit: int, account_id: int | None = None) -> list[Due]:
    """The first `limit` accounts that `rule` moves on `day`, in one statement."""
    accounts = Account.objects.filter(stage__in=rule.from_stages)
    if account_id is not None:
        accounts = accounts.filter(pk=account_id)
    return [Due(*due) for due in _CONDITIONS[rule.name](accounts, day, limit)]


Found = Iterable[tuple[int, str, dict[str, Any]]]


def _started(accounts: QuerySet[Account], day: date, limit: int) -> Found:
    running = Contract.objects.current(day).filter(account=OuterRef("pk")).order_by("pk")
    rows = _named(accounts, running, limit)
    return [(pk, "contract_started", {"contract": name}) for pk, name in rows]


def _returned(accounts: QuerySet[Account], day: date, limit: int) -> Found:
    signed = Contract.objects.current(day).filter(account=OuterRef("pk"), created_at__gt=OuterRef("stage_since"))
    return [(pk, "returned", {"contract": name}) for pk, name in _named(accounts, signed.order_by("pk"), limit)]


def _renewed(accounts: QuerySet[Account], day: date, limit: int) -> Found:
    following = Contract.objects.current(day).filter(
        account=OuterRef("pk"), account__contracts__ends_on__lte=F("starts_on")
    )
    return [(pk, "renewed", {"contract": name}) for pk, name in _named(accounts, following.order_by("pk"), limit)]


def _named(accounts: QuerySet[Account], contracts: QuerySet[Contract], limit: int) -> list[tuple[int, str]]:
    """(account, name of the first of its `contracts`) where there is one."""
    found = accounts.annotate(contract=Subquery(contracts.values("name")[:1])).exclude(contract=None)
    return list(found.order_by("pk").values_list("pk", "contract")[:limit])


def _used(accounts: QuerySet[Account], day: date, limit: int) -> Found:
    window = (day - timedelta(days=rules.USE_WINDOW), day)
    days = (
        MetricDay.objects.filter(
            account__in=accounts, metric__key="active_users", day__gt=window[0], day__lte=window[1], last__gt=0
        )
        .values("account_id")
        .annotate(days=Count("day"))
        .filter(days__gte=rules.USE_DAYS)
    )
    rows = days.order_by("account_id").values_list("account_id", "days")[:limit]
    return [(pk, "in_use", {"days": used}) for pk, used in rows]


def _ended(accounts: QuerySet[Account], day: date, limit: int) -> Found:
    theirs = Contract.objects.filter(account=OuterRef("pk"))
    last_end = Subquery(theirs.order_by("-ends_on").values("ends_on")[:1])
    alive = theirs.filter(ends_on__gte=day - timedelta(days=rules.CHURN_DAYS))
    rows = accounts.filter(~Exists(alive)).annotate(ended_on=last_end).exclude(ended_on=None)
    return [
        (pk, "churned", {"ended_on": ended_on.isoformat()})
        for pk, ended_on in rows.order_by("pk").values_list("pk", "ended_on")[:limit]
    ]


_CONDITIONS: dict[str, Callable[[QuerySet[Account], date, int], Found]] = {
    rules.CONTRACT_STARTED.name: _started,
    rules.RETURNED.name: _returned,
    rules.IN_USE.name: _used,
    rules.LOYAL.name: _renewed,
    rules.CHURNED.name: _ended,
}


# ------------------------------------------------------------------------- what later facts say about a fact
def open_alert_ids(account_id: int) -> set[int]:
    """Alerts of an account that have opened and not closed, as its timeline tells it."""
    kinds: dict[str, set[int]] = defaultdict(set)
    facts = Fact.objects.filter(account_id=account_id, kind__in=["alert.opened", "alert.closed"])
    for kind, alert_id in facts.values_list("kind", "data__alert_id"):
        kinds[kind].add(alert_id)
    return kinds["alert.opened"] - kinds["alert.closed"]


def open_complaint_ids(account_id: int) -> set[int]:
    """Complaints of an account that stand open, as its timeline tells it: they can be opened again."""
    kinds = ["complaint.opened", "complaint.closed", "complaint.reopened"]
    facts = Fact.objects.filter(account_id=account_id, kind__in=kinds).order_by("pk")
    last = dict(facts.values_list("data__complaint_id", "kind"))
    return {complaint_id for complaint_id, kind in last.items() if kind != "complaint.closed"}


def is_newest_answer(fact: Fact) -> bool:
    """Whether the customer has not changed this answer since."""
    later = Fact.objects.filter(
        account_id=fact.account_id,
        kind="survey.answered",
        pk__gt=fact.pk,
        data__answer_id=fact.data.get("answer_id"),
    )
    return not later.exists()
