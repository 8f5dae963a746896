"""The demo: complete, the same each time, and at work when it is loaded."""

import json
import random
from dataclasses import replace
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count

from accounts.models import Account, Contact, Contract, Fact, MetricDay, Ticket
from accounts.stages import Stage
from alerts.models import Alert
from bulk.models import BulkChange
from dashboard.demo import loader, plan
from health.models import HealthScore
from journeys.models import Play, Task
from lib.time import now
from outbox import engine
from outbox.models import Effect, Mail
from plans.models import Goal, GoalReading, Milestone, PlanVersion
from reviews.models import Review
from risk.models import RiskRun
from segments.models import AccountFit, FitSnapshot, Segment, SegmentMember
from surveys.models import Answer, Invitation
from tests.builders import NOON, TODAY
from workspaces import tenancy
from workspaces.models import Member


@pytest.fixture
def small(settings, monkeypatch):
    """The two workspaces, with fewer accounts and a shorter past."""
    settings.DEMO = True
    sizes = ((40, 12), (10, 0))
    scenes = [
        replace(scene, accounts=accounts, former=former)
        for scene, (accounts, former) in zip(loader.SCENES, sizes, strict=True)
    ]
    monkeypatch.setattr(loader, "SCENES", scenes)


def load(folder) -> dict:
    path = folder / "demo.json"
    call_command("load_demo", credentials=path, stdout=StringIO())
    return json.loads(path.read_text())


def test_the_plan_is_the_same_each_time_and_has_all_nine_stages():
    first, second = plan.customers(9, 120, TODAY), plan.customers(9, 120, TODAY)
    assert first == second
    assert {customer.stage for customer in first} == set(Stage)
    assert len({customer.name for customer in first}) == 120
    assert plan.customers(10, 120, TODAY) != first


def test_two_workspaces_are_filled_and_at_work_and_a_second_load_changes_nothing(db, small, tmp_path, mail_dir):
    about = load(tmp_path)
    first, second = engine.all_workspaces()
    with tenancy.entered(first):
        assert Account.objects.count() == 52
        assert set(Account.objects.values_list("stage", flat=True)) == set(Stage)
        tables = (Contact, Contract, Ticket, MetricDay, Fact, Invitation, Answer, Review, Alert)
        for model in (*tables, PlanVersion, Goal, GoalReading, Milestone, Play, Task):
            assert model.objects.count() > 0, model
        days = HealthScore.objects.aggregate(days=Count("day", distinct=True))["days"]
        assert days == len(loader.scored_days(now().date(), is_long=True)) + 1
        waiting = Effect.objects.exclude(state=Effect.State.DONE)
        # In a few seconds, tomorrow morning, and when what was promised is due.
        later = ["segments.refresh_changed", "notices.send_digest", "complaints.note_overdue"]
        assert not waiting.exclude(kind__in=later).exists()
        assert Account.objects.exclude(risk=None).exists()
        run = RiskRun.objects.get()
        assert (run.failure, run.tested_to > run.trained_to) == ("", True)
        for model in (Segment, SegmentMember, AccountFit, FitSnapshot):
            assert model.objects.count() > 0, model
        stayed, undone = BulkChange.objects.order_by("pk")
        assert (stayed.changed, stayed.same, stayed.undone_at) == (stayed.total, 0, None)
        assert undone.changed == undone.restored == undone.total > 0
        mails = Mail.objects.count()
        assert mails > 0
        assert Account.objects.filter(stage=Stage.DISAPPOINTMENT, health_band="at_risk").exists()
        assert Invitation.objects.filter(language="zh-hans").exists()
        assert not Invitation.objects.filter(owner=None).exists()
        assert not Invitation.objects.filter(product="").exists()
        # Whoever is asked today has not been asked for a week, so a newcomer's first ticket leads to a mail.
        assert not Invitation.objects.filter(sent_at__gt=now() - timedelta(days=8)).exists()
        assert {login["role"] for login in about["logins"] if login["workspace"] == "northwind"} == {
            "admin",
            "manager",
            "csm",
            "viewer",
        }
    with tenancy.entered(second):
        assert Account.objects.count() == 10
        assert not RiskRun.objects.exists()
        assert Member.objects.count() == 3
        assert len(list(mail_dir.glob("*.eml"))) == mails + Mail.objects.count()
    assert set(about["api_tokens"]) == set(about["connections"]) == {"northwind", "brightleaf"}
    assert set(about["connections"]["northwind"]["zammad"]) == {"url", "secret"}
    assert load(tmp_path) == about
    assert len(engine.all_workspaces()) == 2


def test_the_demo_stays_out_of_a_working_installation(db, settings, tmp_path):
    settings.DEMO = False
    with pytest.raises(CommandError, match="Set DEMO=1"):
        call_command("load_demo", credentials=tmp_path / "demo.json")
    assert engine.all_workspaces() == []


def test_a_load_that_fails_leaves_nothing_behind(db, small, tmp_path, monkeypatch):
    def fail(**_):
        raise RuntimeError("power cut")

    monkeypatch.setattr(loader.scores, "rescore_all", fail)
    with pytest.raises(RuntimeError, match="power cut"):
        load(tmp_path)
    assert engine.all_workspaces() == []
    assert not (tmp_path / "demo.json").exists()


def test_the_first_workspace_has_a_past_that_the_risk_can_be_tested_on():
    """Departures enough in the months tested and before, and customers who stayed as long."""
    (scene, *_) = loader.SCENES
    everybody = plan.customers(scene.seed, scene.accounts, TODAY)
    plan.lengthen(everybody, scene.seed)
    gone = plan.former(scene.seed, scene.former, everybody, TODAY)
    assert gone == plan.former(scene.seed, scene.former, everybody, TODAY)
    assert not {one.name for one in gone} & {one.name for one in everybody}
    left = sorted(one.left_ago for one in gone)
    assert sum(days < 250 for days in left) >= 8  # beside those who left in the last weeks
    assert sum(days > 280 for days in left) >= 10
    assert {one.trend for one in gone} == {"leaving", "steady"}
    lasting = [one for one in everybody if one.first_on and one.known_days == plan.PAST_DAYS]
    assert len(lasting) > 30
    assert any(one.dip_ago for one in lasting)


def test_days_that_are_scored():
    days = loader.scored_days(TODAY, is_long=True)
    assert days == sorted(set(days))
    assert (days[-1], days[0]) == (TODAY - timedelta(days=1), date(2024, 9, 30))
    assert loader.scored_days(TODAY, is_long=False) == days[-len(loader.scored_days(TODAY, is_long=False)) :]


def test_who_leaves_uses_less_and_less_and_who_had_a_bad_time_more_again():
    customer = replace(plan.customers(9, 120, NOON.date())[0], trend="leaving", mood=0.9, left_ago=100)
    shares = [customer.use_on(ago, random.Random(1)) for ago in (101, 160, 300)]
    assert shares == sorted(shares)
    assert [customer.is_gone(ago) for ago in (99, 100)] == [True, False]
    shaken = replace(customer, trend="steady", left_ago=None, dip_ago=300)
    before, during, after = (shaken.use_on(ago, random.Random(1)) for ago in (301, 280, 200))
    assert during < 0.6 * before
    assert after == before


@pytest.mark.parametrize("trend", ["ramp", "steady", "growing", "fading", "dropping", "ended"])
def test_the_share_of_seats_in_use_is_a_share(trend):
    customer = replace(plan.customers(9, 120, NOON.date())[0], trend=trend, mood=0.9)
    shares = [customer.use_on(ago, random.Random(1)) for ago in range(plan.HISTORY_DAYS)]
    assert all(0 <= share <= 1 for share in shares)
    if trend in {"fading", "dropping", "ended"}:
        assert shares[0] < shares[150]
