"""Tests of the risk on a workspace's own history: from the click to the verdict, in steps that survive a kill."""

from datetime import date, timedelta

import numpy as np
import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import Account
from accounts.stages import Stage
from health.models import HealthScore
from outbox.models import Effect
from risk import actions, queries, runs, training
from risk.columns import NAMES
from risk.models import RiskDay, RiskRun, RiskScore
from risk.prediction import backtest
from risk.prediction.card import Card
from risk.prediction.figures import Backtest
from tests.builders import NOON, TODAY, make_member, make_workspace
from tests.risk.history import customers, panel, score, shuffle_departures, work
from workspaces import tenancy
from workspaces.capabilities import Role

MONTHS = 16


def start(**asked):
    if asked:
        actions.set_settings(
            **({"horizon_days": 90, "counts_downgrade": False, "counts_non_renewal": False} | asked), at=NOON, by=None
        )
    return actions.start_run(at=NOON, by=None)


def finished(run):
    work()
    run.refresh_from_db()
    return run


# ------------------------------------------------------------------------------------------- from click to verdict
@time_machine.travel(NOON, tick=False)
def test_a_run_through_the_door_finds_what_foretells(workspace, client):
    accounts = panel(240, MONTHS, hazard=0.08, slope=1.5)
    client.force_login(make_member(Role.MANAGER).user)

    shown = client.post(reverse("risk:run_start"), {"horizon_days": "90"})
    run = RiskRun.objects.get()
    assert shown.url == reverse("risk:run", args=[run.pk])
    run = finished(run)

    report = Backtest.from_json(run.report)
    assert (run.failure, run.verdict, run.done, run.total) == ("", "proven", run.total, 22)
    assert run.settings["horizon_days"] == 90
    assert run.settings["weights"]["education"] == 5
    assert (run.accounts, run.rung) == (report.accounts, "anchored")
    assert run.trained_to + timedelta(days=90) <= run.tested_from <= run.tested_to < TODAY - timedelta(days=90)
    assert [line.name for line in report.columns] == list(NAMES)
    assert max(report.columns, key=lambda line: line.importance).name == "education"
    assert Card.from_json(run.card) == report.card
    assert run.days == [day for day in queries.month_ends(TODAY, MONTHS) if day + timedelta(days=90) < TODAY]
    left = {case.account for case in report.missed}
    assert left <= {account.pk for account in accounts}
    assert client.get(reverse("risk:run", args=[run.pk])).status_code == 200

    client.post(reverse("risk:run_adopt", args=[run.pk]))
    work()
    scored = RiskScore.objects.filter(run=run, points__isnull=False)
    assert {row.account_id for row in scored} == {
        row.pk for row in Account.objects.exclude(stage=Stage.CHURN) if row.risk is not None
    }
    assert scored.count() > 100

    # The same months teach the same again: nothing is better than what scores now.
    again = finished(start())
    assert again.report["gate"]["rival"]["run"] == run.pk
    assert queries.obstacles(again) == ["not_better_than_adopted"]
    page = client.get(reverse("risk:run", args=[again.pk])).content.decode()
    assert "So it does against the model that scores now, adopted from the run of 15 Jun 2026." in page
    assert "What was learned may not be adopted" in page
    assert client.get(reverse("risk:run", args=[run.pk])).content.decode().count("So it does against") == 0


@time_machine.travel(NOON, tick=False)
def test_what_is_beyond_training_is_looked_for_among_the_customers_of_today(workspace, client):
    accounts = panel(60, MONTHS)
    stay = [one for one in accounts if Account.objects.get(pk=one.pk).stage == Stage.USE]
    HealthScore.objects.bulk_create(score(account, TODAY, {"intent": 97.0}) for account in stay)

    run = finished(start())

    outside = {line.name: line.outside for line in Backtest.from_json(run.report).columns}
    assert (outside["intent"], outside["adoption"]) == (1.0, 0.0)
    client.force_login(make_member(Role.MANAGER).user)
    page = client.get(reverse("risk:run", args=[run.pk])).content.decode()
    assert "values of customers on the day of the test, and of no month learned from" in page


def test_scores_that_say_nothing_give_no_evidence(workspace):
    """The negative control: the same portfolio, and departures that have nothing to do with it."""
    accounts = panel(180, MONTHS, hazard=0.0)
    shuffle_departures(accounts, MONTHS, leavers=90)

    run = finished(start())

    assert (run.failure, run.verdict) == ("", "no_evidence")
    assert queries.obstacles(run) != []
    with pytest.raises(actions.NotAllowed):
        actions.adopt(run=run, at=NOON, by=make_member().user)


def test_few_departures_are_said_to_be_few(workspace):
    panel(40, MONTHS, hazard=0.002)

    run = finished(start())

    assert (run.verdict, run.rung) == ("not_enough_departures", "hand")
    assert "fewer_than_10_departures" in queries.obstacles(run)


def test_a_leak_that_is_planted_into_memory_is_refused_by_name(workspace):
    """Values that were recorded after their day never get there; if they did, nothing would be learned from them."""
    accounts = panel(60, MONTHS)
    run = start()
    day = run.days[-1]
    numbers = [50.0] * len(NAMES) + [day.toordinal() + 1.0, day.toordinal() - 100.0]
    RiskDay.objects.create(day=day, recorded_at=NOON, accounts=[accounts[0].pk], numbers=[numbers])

    run = finished(run)

    assert (run.failure, run.verdict, run.report, run.card) == ("leaked", "", None, None)
    assert run.failure_detail == ", ".join(NAMES[:8])


# ------------------------------------------------------------------------------------------- too little
def test_a_workspace_without_customers_is_told_so(workspace):
    run = finished(start())

    assert (run.failure, run.days, run.is_running) == ("no_customers", [], False)


def test_a_short_history_is_told_so(workspace):
    (account,) = customers(1)
    for day in queries.month_ends(TODAY, 5):
        score(account, day, {}).save()

    run = finished(start())

    assert (run.failure, run.report) == ("too_short", None)
    assert run.days == [day for day in queries.month_ends(TODAY, 5) if day + timedelta(days=90) < TODAY]


@pytest.mark.parametrize("first", [date(2026, 6, 30), date(2026, 1, 31), date(2027, 11, 30)])
@pytest.mark.parametrize("days", [30, 60, 90, 120, 180, 210])
def test_the_day_that_is_promised_to_a_short_history_is_the_first_that_is_enough(first, days):
    asked = {"horizon_days": days, "counts_non_renewal": False}

    def is_enough(today):
        ends = [day for day in queries.month_ends(today) if day >= first and queries.horizon_is_over(day, today, asked)]
        try:
            backtest.split(np.array([day.toordinal() for day in ends]), backtest.Settings(horizon_days=days))
        except backtest.TooShort:
            return False
        return True

    promised = runs.enough_on(first, timedelta(days=days))
    assert is_enough(promised)
    assert not is_enough(promised - timedelta(days=1))


def test_scores_of_today_only_are_a_short_history(workspace):
    customers(1, health_band="watch")

    assert finished(start()).failure == "too_short"


def test_history_that_was_computed_afterwards_is_none(workspace):
    """A past that was brought in and scored today: nobody knew it then."""
    for account in panel(40, MONTHS):
        HealthScore.objects.filter(account=account).update(computed_at=NOON)

    assert finished(start()).failure == "no_customers"


# ------------------------------------------------------------------------------------------- steps
def test_each_day_is_a_step_and_the_next_run_needs_none(workspace):
    panel(30, MONTHS)
    first = start()

    actions.take_step(run_id=first.pk, at=NOON)
    first.refresh_from_db()
    assert (first.done, first.total, RiskDay.objects.count()) == (1, 22, 1)

    first = finished(first)
    second = start()
    assert (first.done, second.total) == (22, 1)


def test_a_worker_killed_half_way_leaves_nothing_half_done(workspace, monkeypatch):
    """The step rolls back whole, and is taken again."""
    panel(60, MONTHS)
    run = start()

    def die(*_):
        raise SystemExit

    monkeypatch.setattr(training, "test", die)
    with pytest.raises(SystemExit):
        work()
    run.refresh_from_db()
    assert run.is_running
    assert (run.done, run.report) == (run.total - 1, None)
    days = RiskDay.objects.count()

    monkeypatch.undo()
    with transaction.atomic():
        actions.take_step(run_id=run.pk, at=NOON)
    run.refresh_from_db()
    assert (run.done, run.failure, RiskDay.objects.count()) == (run.total, "", days)
    before = run.report

    actions.take_step(run_id=run.pk, at=NOON + timedelta(hours=1))
    run.refresh_from_db()
    assert (run.report, run.finished_at) == (before, NOON)


def test_one_run_at_a_time(workspace):
    start()

    with pytest.raises(actions.AlreadyRunning):
        start()
    with pytest.raises(IntegrityError), transaction.atomic():
        RiskRun.objects.create(settings={}, started_at=NOON, progress_at=NOON)


def test_a_run_that_makes_no_progress_is_given_up_for_the_next(workspace):
    stuck = start()

    run = actions.start_run(at=NOON + timedelta(hours=2), by=None)

    stuck.refresh_from_db()
    assert (stuck.failure, stuck.is_running, run.is_running) == ("stuck", False, True)
    assert Effect.objects.filter(kind=actions.STEP_EFFECT).count() == 2


def test_another_workspace_sees_neither_runs_nor_days(workspace):
    panel(30, 8)
    run = finished(start(horizon_days=30))
    other = make_workspace("Other")

    with tenancy.entered(other.pk):
        assert list(queries.runs()) == []
        assert queries.not_remembered(run.days) == run.days
        assert queries.settings().horizon_days == 90


# ------------------------------------------------------------------------------------------- what is asked
def test_what_is_asked_is_kept_with_the_run(workspace):
    by = make_member(Role.MANAGER).user
    actions.set_settings(horizon_days=30, counts_downgrade=True, counts_non_renewal=False, at=NOON, by=by)
    run = start()
    actions.set_settings(horizon_days=180, counts_downgrade=False, counts_non_renewal=True, at=NOON, by=by)

    assert (run.settings["horizon_days"], run.settings["counts_downgrade"]) == (30, True)
    assert queries.asked() == {"horizon_days": 180, "counts_downgrade": False, "counts_non_renewal": True}
    assert queries.settings().changed_by == by


def test_a_renewal_may_be_late_so_days_wait_longer(workspace):
    days = len(start().days)
    RiskRun.objects.update(finished_at=NOON)

    assert len(start(counts_non_renewal=True).days) == days - 1
