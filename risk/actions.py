"""Test the risk on history, let a person adopt what was learned, and give every customer their chance of leaving."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from accounts import queries as account_queries
from accounts.actions.accounts import set_risk
from accounts.actions.ranges import enqueue_ranges
from accounts.models import Account
from health.scoring import array
from lib.time import day_of
from outbox import actions as outbox_actions
from risk import known, queries, scoring
from risk.columns import columns
from risk.models import HandCard, RiskRun, RiskScore, RiskSettings
from risk.prediction.card import Card
from risk.prediction.figures import Adopted, Backtest
from workspaces import actions as workspace_actions
from workspaces.models import User
from workspaces.registry import News, spread

STEP_EFFECT = "risk.run_step"
HAND_EFFECT = "risk.make_hand_card"
CHUNK_EFFECT = "risk.score_chunk"
STUCK = timedelta(hours=1)
YEAR = timedelta(days=365)
KEPT_DAYS = 1095
SIGN_REVERSED = "sign_reversed"


class AlreadyRunning(Exception):
    """A run of the workspace has not finished."""


class NotAllowed(Exception):
    """What the gate's `reasons` (codes) stand in the way of."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(", ".join(reasons))
        self.reasons = tuple(reasons)


class NotAdopted(Exception):
    """The run's card is not the one that scores."""


# ------------------------------------------------------------------------------------------------------- settings
@transaction.atomic
def set_settings(
    *, horizon_days: int, counts_downgrade: bool, counts_non_renewal: bool, at: datetime, by: User | None
) -> RiskSettings:
    """Say how far ahead, and who counts as having left. Without an adopted card every account is scored anew.

    What was so already leaves no trace.
    """
    row = RiskSettings.objects.select_for_update(of=("self",)).first() or RiskSettings()
    before = queries.asked()
    after = {
        "horizon_days": horizon_days,
        "counts_downgrade": counts_downgrade,
        "counts_non_renewal": counts_non_renewal,
    }
    if before == after:
        return row
    row.horizon_days, row.counts_downgrade, row.counts_non_renewal = horizon_days, counts_downgrade, counts_non_renewal
    row.changed_at, row.changed_by = at, by
    row.save()
    workspace_actions.record(kind="risk.asked", at=at, by=by, detail={"before": before, "after": after})
    outbox_actions.enqueue(kind=HAND_EFFECT, key=at.isoformat(), payload={}, at=at)
    return row


# ------------------------------------------------------------------------------------------------------- memory
@transaction.atomic
def remember(*, day: date, at: datetime) -> None:
    """Write down what was known of the customers at the end of a day that is over; what is written stays."""
    with connection.cursor() as cursor:
        cursor.execute(known.REMEMBER, queries.as_of(day) | {"at": at})


@transaction.atomic
def keep_up(*, at: datetime) -> None:
    """The nightly pass: months that ended are written down, and the hand weights take the average risk anew."""
    for day in queries.not_remembered(queries.month_ends(day_of(at))):
        remember(day=day, at=at)
    make_hand_card(at=at)


@transaction.atomic
def make_hand_card(*, at: datetime) -> HandCard | None:
    """The hand weights as points, with the average risk of the last year; None without a day whose horizon is over.

    Where it differs from the last one or is no more, and no learned card is adopted, every account is scored anew.
    """
    from risk import training  # numpy, which only the worker needs

    today, asked = day_of(at), queries.settings_of_run()
    days = [day for day in queries.month_ends(today) if queries.horizon_is_over(day, today, asked)]
    year = [day for day in days if day > today - YEAR - timedelta(days=asked["horizon_days"])]
    remembered = [training.Day(**one) for one in queries.remembered(year, asked)]
    found = training.hand(remembered, columns(asked["weights"], asked["horizon_days"]))
    row = HandCard.objects.select_for_update(of=("self",)).first()
    if found is None:
        was_in_use = row is not None and queries.adopted() is None
        HandCard.objects.all().delete()
        if was_in_use:
            score_all(key=f"hand:{at.isoformat()}", at=at)
        return None
    card = found.card.to_json()
    is_same = row is not None and (row.card, row.horizon_days) == (card, asked["horizon_days"])
    row = row or HandCard()
    row.card, row.horizon_days, row.made_at = card, asked["horizon_days"], at
    row.departures, row.rows = found.departures, found.rows
    row.save()
    if not is_same and queries.adopted() is None:
        score_all(key=f"hand:{at.isoformat()}", at=at)
    return row


# ------------------------------------------------------------------------------------------------------- runs
@transaction.atomic
def start_run(*, at: datetime, by: User | None) -> RiskRun:
    """Test the risk on history, in the background, step by step. Raises AlreadyRunning.

    A run that made no step for an hour is given up first. Of two starts at once the constraint lets one through.
    """
    RiskRun.objects.unfinished().filter(progress_at__lt=at - STUCK).update(
        finished_at=at, failure=RiskRun.Failure.STUCK.value
    )
    asked = queries.settings_of_run()
    today = day_of(at)
    days = [day for day in queries.month_ends(today) if queries.horizon_is_over(day, today, asked)]
    steps = len(queries.not_remembered(days)) + 1
    try:
        with transaction.atomic():
            run: RiskRun = RiskRun.objects.create(
                settings=asked, started_at=at, started_by=by, progress_at=at, days=days, total=steps
            )
    except IntegrityError as error:
        raise AlreadyRunning from error
    _next_step(run, at)
    return run


@transaction.atomic
def take_step(*, run_id: int, at: datetime) -> None:
    """Write down the next day that is not yet, or learn. A step that is lost half-way is taken again as it was."""
    run = RiskRun.objects.select_for_update(of=("self",)).get(pk=run_id)
    if not run.is_running:
        return
    missing = queries.not_remembered(run.days)
    run.progress_at = at
    if missing:
        remember(day=missing[0], at=at)
        run.done = run.total - len(missing)
        run.save(update_fields=["done", "progress_at"])
        _next_step(run, at)
    else:
        _learn(run, at)


def _next_step(run: RiskRun, at: datetime) -> None:
    outbox_actions.enqueue(kind=STEP_EFFECT, key=f"{run.pk}:{run.done}", payload={"run_id": run.pk}, at=at)


def _learn(run: RiskRun, at: datetime) -> None:
    from risk import training
    from risk.prediction import backtest

    found = queries.remembered(run.days, run.settings)
    run.days = [one["day"] for one in found]
    run.portfolio = Account.objects.filter(stage__in=queries.as_of(day_of(at))["stages"]).count()
    settings = backtest.Settings(
        horizon_days=run.settings["horizon_days"],
        grace_days=queries.grace(run.settings),
        budget=float(run.settings["budget"]),
    )
    failure, detail = "", ""
    try:
        if not found:
            raise backtest.TooShort
        days = [training.Day(**one) for one in found]
        told = columns(run.settings["weights"], run.settings["horizon_days"])
        _keep(run, training.test(days, told, settings, _adopted(), queries.live_values(day_of(at))))
    except backtest.TooShort:
        failure = _too_short(run)
    except backtest.LeakedColumns as error:
        failure, detail = RiskRun.Failure.LEAKED.value, ", ".join(error.names)
    run.failure, run.failure_detail = failure, detail
    run.done, run.finished_at = run.total, at
    run.save()
    _tell(run, at)


def _tell(run: RiskRun, at: datetime) -> None:
    """Whoever began it hears that it is over."""
    link, data = reverse("risk:run", args=[run.pk]), {"work": "risk", "verdict": run.verdict}
    spread([News("work_done", f"risk:{run.pk}", link, users=(run.started_by_id,), data=data)], at)


def _adopted() -> Adopted | None:
    """The learned card that scores now, for what is learned next to be measured against."""
    run = queries.adopted()
    return Adopted(run.pk, Card.from_json(run.card)) if run else None


def _too_short(run: RiskRun) -> str:
    has_customers = run.days or Account.objects.exclude(health_band="").exists()
    return (RiskRun.Failure.TOO_SHORT if has_customers else RiskRun.Failure.NO_CUSTOMERS).value


def _keep(run: RiskRun, found: Backtest) -> None:
    first, last = date.fromordinal(found.first_day), date.fromordinal(found.last_day)
    horizon = timedelta(days=found.horizon_days + queries.grace(run.settings))
    taught = [day for day in run.days if day + horizon <= first]
    run.trained_from, run.trained_to, run.tested_from, run.tested_to = taught[0], taught[-1], first, last
    run.accounts, run.verdict, run.rung = found.accounts, found.verdict, found.choice.rung.value
    run.report, run.card = found.to_json(), found.card.to_json()


# ------------------------------------------------------------------------------------------------------- adoption
@transaction.atomic
def adopt(*, run: RiskRun, at: datetime, by: User, accepts_reversed: bool = False) -> RiskRun:
    """Let what a run learned score every account, in place of what does. Raises NotAllowed with the gate's reasons.

    Only a person does this. With `accepts_reversed` they take upon them that something is turned around against what is
    meant or set by hand; every other reason of the gate stands.
    """
    held = RiskRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    reasons = [code for code in queries.obstacles(held) if not (accepts_reversed and code == SIGN_REVERSED)]
    if reasons:
        raise NotAllowed(reasons)
    if held.is_adopted:
        return held
    replaced = [one.pk for one in RiskRun.objects.adopted().select_for_update(of=("self",))]
    RiskRun.objects.filter(pk__in=replaced).update(retired_at=at, retired_by=by)
    held.adopted_at, held.adopted_by, held.retired_at, held.retired_by = at, by, None, None
    held.save(update_fields=["adopted_at", "adopted_by", "retired_at", "retired_by"])
    detail = {"run": held.pk, "verdict": held.verdict, "replaces": replaced, "accepts_reversed": accepts_reversed}
    workspace_actions.record(kind="risk.adopted", at=at, by=by, subject=str(held), detail=detail)
    score_all(key=f"adopted:{held.pk}:{at.isoformat()}", at=at)
    return held


@transaction.atomic
def retire(*, run: RiskRun, at: datetime, by: User) -> RiskRun:
    """Back to the hand weights. Raises NotAdopted."""
    held = RiskRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if not held.is_adopted:
        raise NotAdopted
    held.retired_at, held.retired_by = at, by
    held.save(update_fields=["retired_at", "retired_by"])
    workspace_actions.record(kind="risk.retired", at=at, by=by, subject=str(held), detail={"run": held.pk})
    score_all(key=f"retired:{held.pk}:{at.isoformat()}", at=at)
    return held


# ------------------------------------------------------------------------------------------------------- scores
@transaction.atomic
def score(*, account_ids: Sequence[int], at: datetime) -> int:
    """The chance of these to leave, from what is known now; returns how many show another one than before."""
    used = queries.in_use()
    if used is None and not Account.objects.exclude(risk=None).exists():
        return 0
    card, days, run_id = used or (None, None, None)
    values: dict[str, Any] = {"ids": array(account_ids), "at": at, "run": run_id, "horizon": days}
    with connection.cursor() as cursor:
        cursor.execute(scoring.statement(card), queries.as_of(day_of(at)) | values)
        changed = cursor.fetchall()
    set_risk(account_ids=[one for one, _ in changed], chances=[one for _, one in changed], days=days, at=at)
    return len(changed)


def score_all(*, key: str, at: datetime) -> None:
    """Every account, as one effect a chunk: short transactions, spread over the workers. `key` names the occasion."""
    enqueue_ranges(kind=CHUNK_EFFECT, key=key, size=scoring.CHUNK, at=at)


def score_range(*, first: int, last: int, at: datetime) -> None:
    """Score the accounts with ids in a closed range."""
    score(account_ids=account_queries.ids_between(first, last), at=at)


@transaction.atomic
def forget_scores(*, before: datetime, limit: int, at: datetime) -> int:
    """Drop up to `limit` risks of days `before`; returns how many."""
    found = list(queries.old_scores(before).order_by().values_list("pk", flat=True)[:limit])
    return RiskScore.objects.filter(pk__in=found).delete()[0]
