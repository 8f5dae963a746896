"""The demo: complete, the same each time, and at work when it is loaded."""

import json
import random
from dataclasses import replace
from datetime import timedelta
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
from segments.models import AccountFit, FitSnapshot, Segment, SegmentMember
from surveys.models import Answer, Invitation
from tests.builders import NOON, TODAY
from workspaces import tenancy
from workspaces.models import Member


@pytest.fixture
def small(settings, monkeypatch):
    """The two workspaces, with fewer accounts and a shorter past."""
    settings.DEMO = True
    scenes = [replace(scene, accounts=accounts) for scene, accounts in zip(loader.SCENES, (40, 10), strict=True)]
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
        assert Account.objects.count() == 40
        assert set(Account.objects.values_list("stage", flat=True)) == set(Stage)
        tables = (Contact, Contract, Ticket, MetricDay, Fact, Invitation, Answer, Review, Alert)
        for model in (*tables, PlanVersion, Goal, GoalReading, Milestone, Play, Task):
            assert model.objects.count() > 0, model
        days = HealthScore.objects.aggregate(days=Count("day", distinct=True))["days"]
        assert days == len([ago for ago in range(plan.HISTORY_DAYS + 1) if ago <= loader.DAILY or ago % 7 == 0])
        waiting = Effect.objects.exclude(state=Effect.State.DONE)
        # In a few seconds, tomorrow morning, and when what was promised is due.
        later = ["segments.refresh_changed", "notices.send_digest", "complaints.note_overdue"]
        assert not waiting.exclude(kind__in=later).exists()
        assert Account.objects.exclude(risk=None).exists()
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


@pytest.mark.parametrize("trend", ["ramp", "steady", "growing", "fading", "dropping", "ended"])
def test_the_share_of_seats_in_use_is_a_share(trend):
    customer = replace(plan.customers(9, 120, NOON.date())[0], trend=trend, mood=0.9)
    shares = [customer.use_on(ago, random.Random(1)) for ago in range(plan.HISTORY_DAYS)]
    assert all(0 <= share <= 1 for share in shares)
    if trend in {"fading", "dropping", "ended"}:
        assert shares[0] < shares[150]
