"""What a workspace asks of the risk, its runs, and the risk of its customers as people read it."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet, Subquery

from accounts.models import Account
from accounts.stages import CUSTOMER, Stage
from alerts import queries as alert_queries
from alerts.registry import Leaving
from health import queries as health_queries
from health import scoring as health_scoring
from lib.formatting import one_in
from lib.time import day_of
from risk import known, words
from risk.columns import NAMES
from risk.departures import DEPARTURES, GRACE_DAYS, LEFT_AFTER
from risk.models import HandCard, RiskDay, RiskRun, RiskRunQuerySet, RiskScore, RiskSettings
from risk.prediction.card import Card, probability
from risk.prediction.verdict import Verdict
from workspaces import tenancy
from workspaces.models import Workspace

MONTHS = 24
TRUSTED = {Verdict.PROVEN.value, Verdict.WEAK.value}


# ------------------------------------------------------------------------------------------- what is asked, and runs
def settings() -> RiskSettings:
    """The workspace's own, or what everybody begins with."""
    return RiskSettings.objects.select_related("changed_by").first() or RiskSettings()


def asked() -> dict[str, Any]:
    """The choices of `settings`, by field."""
    row = settings()
    return {
        "horizon_days": row.horizon_days,
        "counts_downgrade": row.counts_downgrade,
        "counts_non_renewal": row.counts_non_renewal,
    }


def settings_of_run() -> dict[str, Any]:
    """What a run begun now would be made with."""
    return asked() | {
        "budget": alert_queries.budget(),
        "weights": health_queries.weights(),
        "currency": _currency(),
    }


def _currency() -> str:
    """What money is told in; who pays in another has none."""
    return Workspace.objects.values_list("currency", flat=True).get(pk=tenancy.current_id())


def runs() -> RiskRunQuerySet:
    """The newest first, with who had a hand in them."""
    return RiskRun.objects.select_related("started_by", "adopted_by", "retired_by").order_by("-pk")


def latest_run() -> RiskRun | None:
    """The newest that found something."""
    return runs().found().first()


def adopted() -> RiskRun | None:
    """The one whose card scores, without its report."""
    return RiskRun.objects.adopted().defer("report").first()


def obstacles(run: RiskRun) -> list[str]:
    """Codes of what keeps a run from being adopted: the gate's, a verdict against it, that there is nothing to, or the
    learned card that scores now."""
    if run.report is None or run.card is None:
        return ["not_finished"]
    reasons = list(run.report["gate"]["reasons"])
    if run.verdict not in TRUSTED:
        reasons.append("no_trust")
    if not reasons and not run.report["gate"]["is_passed"]:
        reasons.append("not_passed")
    return reasons + _unbeaten(run, run.report["gate"])


def rival(run: RiskRun) -> RiskRun | None:
    """Another run, if its card is what scores now."""
    used = adopted()
    return used if used is not None and used.pk != run.pk else None


def _unbeaten(run: RiskRun, gate: Mapping[str, Any]) -> list[str]:
    used = rival(run)
    if used is None:
        return []
    compared = gate.get("rival") or {}
    if compared.get("run") != used.pk:
        return ["not_compared"]
    return [] if compared["is_beaten"] else ["not_better_than_adopted"]


def old_scores(before: datetime) -> QuerySet[RiskScore]:
    """Rows of days before, but for the newest of each account, which holds until the next."""
    newer = RiskScore.objects.filter(account=OuterRef("account"), day__gt=OuterRef("day"))
    rows: QuerySet[RiskScore] = RiskScore.objects.filter(Exists(newer), day__lt=day_of(before))
    return rows


def hand_card() -> HandCard | None:
    return HandCard.objects.first()


class InUse(NamedTuple):
    """The card that scores, how far ahead, and the run it was adopted by; none of it: the hand weights."""

    card: Card
    horizon_days: int
    run_id: int | None


def in_use() -> InUse | None:
    """What scores now; None while nothing can."""
    run = adopted()
    if run is not None:
        return InUse(Card.from_json(run.card), run.settings["horizon_days"], run.pk)
    hand = hand_card()
    return InUse(Card.from_json(hand.card), hand.horizon_days, None) if hand else None


# ------------------------------------------------------------------------------------------- days that are remembered
def month_ends(today: date, months: int = MONTHS) -> list[date]:
    """The last day of each of the last months before `today`, oldest first."""
    found = []
    day = today.replace(day=1) - timedelta(days=1)
    for _month in range(months):
        found.append(day)
        day = day.replace(day=1) - timedelta(days=1)
    return found[::-1]


def horizon_is_over(day: date, today: date, asked: dict[str, Any]) -> bool:
    """Whether it can be said today who had left within the horizon after `day`."""
    return day + timedelta(days=asked["horizon_days"] + grace(asked)) < today


def grace(asked: dict[str, Any]) -> int:
    return GRACE_DAYS if asked["counts_non_renewal"] else 0


def not_remembered(days: Sequence[date]) -> list[date]:
    there = set(RiskDay.objects.filter(day__in=days).values_list("day", flat=True))
    return [day for day in days if day not in there]


def remembered(days: Sequence[date], asked: dict[str, Any]) -> list[dict[str, Any]]:
    """Of each day that holds anybody, oldest first: what was known, and who left after it, as text for `training.Day`.

    Who is no longer there, or was no customer after all, is left out by `places`.
    """
    currency = _currency()
    found = []
    with connection.cursor() as cursor:
        for day in sorted(days):
            cursor.execute(_DAY, {"workspace": tenancy.current_id(), "day": day})
            row = cursor.fetchone()
            if row is None or not row[0]:
                continue
            cursor.execute(DEPARTURES, _departures(day, asked, currency))
            names = ("accounts", "numbers", "places", "left_in", "money")
            found.append({"day": day} | dict(zip(names, (*row, *cursor.fetchone()), strict=True)))
    return found


_DAY = (
    "select array_to_string(accounts, ','), array_to_string(numbers, ',', 'nan') from risk_riskday"
    " where workspace_id = %(workspace)s and day = %(day)s"
)


def live_values(day: date) -> str:
    """What the risk is told of customers now, at the end of `day`: numbers of NAMES for each, as `training.values`."""
    with connection.cursor() as cursor:
        cursor.execute(known.LIVE, as_of(day))
        return str(cursor.fetchone()[0])


def _departures(day: date, asked: dict[str, Any], currency: str) -> dict[str, Any]:
    return as_of(day) | {
        "currency": currency,
        **_counted(asked),
    }


def _counted(asked: dict[str, Any]) -> dict[str, Any]:
    return {
        "horizon": asked["horizon_days"],
        "counts_non_renewal": asked["counts_non_renewal"],
        "counts_downgrade": asked["counts_downgrade"],
        "churn": Stage.CHURN.value,
    }


def leaving() -> Leaving:
    """What the risk that is shown counts as leaving, for whoever measures something by it."""
    run = adopted()
    means = run.settings if run else asked()
    days = means["horizon_days"]
    basis = words.leaving_basis(is_adopted=run is not None)
    return Leaving(days, days + grace(means), words.leaving(means), basis, LEFT_AFTER, _counted(means))


def as_of(day: date) -> dict[str, Any]:
    """What statements over a day are told: it ends at `until`."""
    return {
        "workspace": tenancy.current_id(),
        "day": day,
        "until": datetime.combine(day + timedelta(days=1), time(), UTC),
        "stages": [stage.value for stage in CUSTOMER],
    }


# ------------------------------------------------------------------------------------------- as people read it
@dataclass(frozen=True)
class DriverView:
    """What one column does to the risk of one customer: `difference` is to a customer who is average in it."""

    column: str
    value: float | None
    points: int
    difference: float

    @property
    def label(self) -> str:
        return words.label(self.column)

    @property
    def sentence(self) -> str:
        return words.tell(self.column, self.value)


@dataclass(frozen=True)
class RiskView:
    """The risk of one customer: `average` and the points of all `drivers` add up to those of `row`.

    `decile` is 1 among the tenth of customers with the highest risk. `run` is the adopted one whose card it is, and
    without one the hand weights speak: `departures` are what their average risk rests on.
    """

    row: RiskScore
    chance: float
    decile: int
    drivers: list[DriverView]
    run: RiskRun | None
    departures: int

    @property
    def points(self) -> int:
        return int(self.row.points or 0)

    @property
    def average(self) -> int:
        return self.points - sum(driver.points for driver in self.drivers)

    @property
    def average_chance(self) -> float:
        return probability(self.average)

    @property
    def horizon_days(self) -> int:
        return self.row.horizon_days

    @property
    def odds(self) -> str:
        return words.odds(self.chance)

    @property
    def one_in(self) -> int:
        return one_in(self.chance)

    @property
    def is_validated(self) -> bool:
        """Whether what scores has passed the test on history."""
        return self.run is not None


def risk_of(account: Account, *, today: date) -> RiskView | None:
    """None: nothing can be told of it."""
    return risks_of([account.pk], today=today).get(account.pk)


def risks_of(account_ids: Sequence[int], *, today: date) -> dict[int, RiskView]:
    """`risk_of` of each that has one, in as many statements at any size."""
    rows = {row.account_id: row for row in _latest(account_ids)}
    if not rows:
        return {}
    values, bounds = values_on(today, list(rows)), _decile_bounds()
    run, hand = adopted(), hand_card()
    return {
        account_id: RiskView(
            row=row,
            chance=row.chance,
            decile=_decile(row.chance, bounds),
            drivers=_drivers(row, values[account_id]),
            run=run if run and row.run_id == run.pk else None,
            departures=hand.departures if hand else 0,
        )
        for account_id, row in rows.items()
        if row.chance is not None
    }


def _latest(account_ids: Sequence[int]) -> list[RiskScore]:
    newest = RiskScore.objects.filter(account=OuterRef("pk")).order_by("-day").values("day")[:1]
    told = Account.objects.filter(pk__in=account_ids).exclude(risk=None).annotate(told_on=Subquery(newest))
    keys = list(told.exclude(told_on=None).order_by().values_list("workspace_id", "pk", "told_on"))
    return list(RiskScore.objects.filter(pk__in=keys).order_by()) if keys else []


def _drivers(row: RiskScore, values: dict[str, float | None]) -> list[DriverView]:
    """What raises the risk most first; columns that do nothing are left out, or came after the card was learned."""
    total = row.points or 0
    found = [
        DriverView(column, values[column], points, probability(total) - probability(total - points))
        for column, points in zip(NAMES, row.terms, strict=False)
        if points
    ]
    return sorted(found, key=lambda driver: (-driver.points, driver.column))


def _decile(chance: float, bounds: Sequence[float]) -> int:
    """1 is the riskiest; where many are equally likely to leave, they share the middle of what they fill."""
    return 10 - (bisect_left(bounds, chance) + bisect_right(bounds, chance)) // 2


def _decile_bounds() -> list[float]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select percentile_disc(array[.1, .2, .3, .4, .5, .6, .7, .8, .9]) within group (order by risk)"
            " from accounts_account where workspace_id = %s and risk is not null",
            [tenancy.current_id()],
        )
        return list(cursor.fetchone()[0] or ())


def values_on(day: date, account_ids: Sequence[int]) -> dict[int, dict[str, float | None]]:
    """What the risk is told of each account at the end of `day`, by column."""
    with connection.cursor() as cursor:
        cursor.execute(_VALUES, as_of(day) | {"ids": health_scoring.array(account_ids)})
        return {row[0]: dict(zip(NAMES, row[1:], strict=True)) for row in cursor.fetchall()}


_VALUES = f"""
    with asked as (
        select a.id, a.created_at, {known.SINCE} as since from accounts_account a
        where a.workspace_id = %(workspace)s and a.id = any(%(ids)s::bigint[])
    )
    select id, {", ".join(NAMES)} from ({known.NOW}) known
"""  # noqa: S608  our own names


# ------------------------------------------------------------------------------------------- what had been shown
def shown_on(moments: Sequence[tuple[int, date]]) -> dict[tuple[int, date], tuple[float, str]]:
    """The health score and band that people saw of an account at the end of a UTC day; nothing where there was none."""
    values: dict[str, Any] = {
        "workspace": tenancy.current_id(),
        "ids": [one for one, _ in moments],
        "days": [day for _, day in moments],
    }
    with connection.cursor() as cursor:
        cursor.execute(_SHOWN, values)
        return {(account, day): (float(score), band) for account, day, score, band in cursor.fetchall()}


_SHOWN = f"""
    select asked.id, asked.day, h.score, h.band
    from unnest(%(ids)s::bigint[], %(days)s::date[]) as asked(id, day)
    cross join lateral (
        select score, band from health_healthscore
        where workspace_id = %(workspace)s and account_id = asked.id and day <= asked.day
          and day > asked.day - {known.OLDEST_DAYS} and computed_at < (asked.day + 1)::timestamp at time zone 'UTC'
        order by day desc limit 1
    ) h
    where h.score is not null
"""  # noqa: S608  our own number
