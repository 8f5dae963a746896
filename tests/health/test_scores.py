"""Which accounts are scored, when, and what follows; weights and rules."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.actions import accounts as account_actions
from accounts.actions import metrics as metric_actions
from accounts.actions.facts import record_fact
from accounts.actions.metrics import Reading
from accounts.models import Fact
from alerts.models import Alert
from health import queries
from health.actions import profiles, scores
from health.models import HealthDay, HealthScore, StaleAccount
from health.parts import DEFAULT_WEIGHTS, PARTS
from journeys import actions as journey_actions
from outbox import engine
from outbox.models import Effect
from segments.actions import segments as segment_actions
from tests.builders import (
    NOON,
    TODAY,
    make_account,
    make_contract,
    make_goal,
    make_item,
    make_metric,
    make_plan,
    make_reading,
    make_segment,
    make_ticket,
    make_touchpoint,
    make_workspace,
)
from workspaces import tenancy

DAY = timedelta(days=1)


def run(*queues, at=NOON):
    for queue in queues:
        while engine.run_due(queue=queue, clock=lambda: at, until=at):
            pass


def spoke(account, days_ago=0):
    make_reading(account, "touchpoints_two_way", TODAY - days_ago * DAY, 1)


def used(account, share=1.0):
    """A customer in steady use of every seat, or of none lately: enough for a band, 93.2 or 11.5."""
    make_contract(account, seats=10)
    for age in (0, 3):
        make_reading(account, "seats_used", TODAY - age * DAY, 10 * share, kind="gauge")
    for age in range(56):
        make_reading(account, "key_actions", TODAY - age * DAY, 10 * share if age < 28 else 10)
    return account


def asked():
    """Weigh adoption alone."""
    profiles.set_weights(weights={**dict.fromkeys(DEFAULT_WEIGHTS, 0), "adoption": 100}, at=NOON, by=None)


def filled(account, seats):
    """So many of 100 seats used today, and nothing else: the value of adoption, with a coverage of 30 %."""
    make_contract(account, seats=1000)
    make_reading(account, "seats_used", TODAY, seats * 10, kind="gauge")
    asked()
    return account


def fresh(account):
    account.refresh_from_db()
    return account


def test_an_account_of_which_too_little_is_known_has_no_score_in_lists_files_and_today(workspace):
    account = make_account()
    spoke(account, 80)
    scores.rescore_all(day=TODAY, at=NOON)
    row = account.health_scores.get()
    assert (row.score is not None, row.band) == (True, "")
    assert (fresh(account).health_score, account.health_band) == (None, "")
    later = NOON + timedelta(hours=1)
    scores.rescore(account_ids=[account.pk], at=later)
    assert fresh(account).health_at == NOON, "what is the same is not written again"


def test_rescore_stale_scores_what_was_marked_and_nothing_else(workspace):
    one, other = used(make_account()), used(make_account())
    scores.mark_stale(account_ids=[one.pk, one.pk], at=NOON)
    scores.mark_stale(account_ids=[one.pk], at=NOON)

    assert scores.rescore_stale(at=NOON) == 1
    assert scores.rescore_stale(at=NOON) == 0
    assert (float(fresh(one).health_score), one.health_band, one.health_at) == (93.2, "healthy", NOON)
    assert fresh(other).health_at is None
    assert StaleAccount.objects.count() == 0


def test_nothing_stale_costs_one_statement(workspace):
    with CaptureQueriesContext(connection) as captured:
        scores.rescore_stale(at=NOON)
    assert len([query for query in captured if "SAVEPOINT" not in query["sql"]]) == 1


def test_scoring_takes_the_same_statements_for_one_account_and_for_three(workspace):
    def cost(count):
        ids = [used(make_account()).pk for _ in range(count)]
        with CaptureQueriesContext(connection) as captured:
            scores.mark_stale(account_ids=ids, at=NOON)
            scores.rescore_stale(at=NOON)
        return len(captured)

    cost(1)
    assert cost(1) == cost(3)


def test_rescore_all_goes_on_in_chunks_and_keeps_the_day(workspace, monkeypatch):
    monkeypatch.setattr("health.scoring.CHUNK", 2)
    accounts = [used(make_account()) for _ in range(5)]
    assert scores.rescore_all(day=TODAY, at=NOON) == 5
    assert {fresh(account).health_band for account in accounts} == {"healthy"}
    day = HealthDay.objects.get()
    assert (day.day, day.healthy, day.watch, day.at_risk, day.no_band) == (TODAY, 5, 0, 0, 0)
    assert day.mean == pytest.approx(93.2)


@pytest.mark.parametrize(
    ("exact", "whole", "band"),
    [
        (70.0, 70, "healthy"),
        (69.7, 69, "watch"),  # 70 would read as healthy
        (68.9, 69, "watch"),
        (50.3, 50, "watch"),
        (49.7, 49, "at_risk"),  # 50 would read as watch
        (48.6, 49, "at_risk"),
    ],
)
def test_accounts_keep_whole_points_on_their_bands_side(workspace, monkeypatch, exact, whole, band):
    monkeypatch.setattr(scores, "FEW", 0)
    account = filled(make_account(), exact)
    scores.rescore_all(day=TODAY, at=NOON)
    row = HealthScore.objects.get()
    assert (float(row.score), row.band) == (exact, band)
    assert (fresh(account).health_score, account.health_band) == (whole, band)


def test_at_night_some_tenths_do_not_write_an_account_again(workspace, monkeypatch):
    monkeypatch.setattr(scores, "FEW", 0)
    account = filled(make_account(), 39.7)
    make_reading(account, "seats_used", TODAY + DAY, 401, kind="gauge")
    scores.rescore_all(day=TODAY, at=NOON)
    scores.rescore_all(day=TODAY + DAY, at=NOON + DAY)
    first, second = HealthScore.objects.order_by("day")
    assert (float(first.score), float(second.score)) == (39.7, 39.9)
    assert (fresh(account).health_score, account.health_at) == (40, NOON)


def test_when_something_happened_an_account_is_told_to_the_tenth(workspace, monkeypatch):
    account = filled(make_account(), 39.7)
    scores.rescore(account_ids=[account.pk], at=NOON)
    assert float(fresh(account).health_score) == 39.7
    monkeypatch.setattr(scores, "FEW", 0)
    scores.rescore_all(day=TODAY, at=NOON + DAY / 24)
    assert (float(fresh(account).health_score), account.health_at) == (39.7, NOON)


def test_what_is_typical_is_learned_at_night_and_stays_while_it_hardly_moves(workspace):
    assert scores.learn_typical(at=NOON) is False  # no day was scored
    accounts = [filled(make_account(), 80) for _ in range(20)]
    for account in accounts[:10]:
        make_reading(account, "seats_used", TODAY + DAY, 500, kind="gauge")
    scores.rescore_all(day=TODAY, at=NOON)
    assert scores.learn_typical(at=NOON) is True
    row = queries.typical()
    assert row.means == [None, None, pytest.approx(80), *[None] * 5]
    assert (row.depth, row.computed_at) == (None, NOON)
    assert scores.learn_typical(at=NOON + DAY) is False
    scores.rescore_all(day=TODAY + DAY, at=NOON + DAY)
    assert scores.learn_typical(at=NOON + DAY) is True
    assert queries.typical().means[2] == pytest.approx(72.5)
    nobody = make_account()
    scores.rescore_all(day=TODAY + DAY, at=NOON + DAY)
    assert (fresh(nobody).health_score, nobody.health_band) == (None, "")
    HealthScore.objects.exclude(account__in=accounts[:19]).delete()
    assert scores.learn_typical(at=NOON + DAY) is True  # too few to tell
    assert queries.typical().means[2] is None


def test_what_the_workspace_does_not_work_with_is_not_asked_for(workspace):
    assert [key for key, is_asked in queries.sources(TODAY).parts.items() if not is_asked] == [
        "intent", "needs", "outcomes", "education", "journey",
    ]  # fmt: skip
    account = make_account()
    make_ticket(account, opened_at=NOON - DAY)
    make_plan(account, at=NOON)
    make_goal(account, at=NOON)
    make_item()
    make_touchpoint(account, is_proactive=True, at=NOON - DAY)
    assert all(queries.sources(TODAY).parts.values())
    assert not any(queries.sources(TODAY - 9 * DAY).parts[key] for key in ("intent", "needs", "outcomes", "journey"))


def test_equal_scores_are_not_written_again(workspace):
    used(make_account())
    scores.rescore_all(day=TODAY, at=NOON)
    scores.rescore_all(day=TODAY, at=NOON + timedelta(hours=1))
    assert HealthScore.objects.get().computed_at == NOON


def test_a_new_day_is_a_new_row(workspace):
    account = used(make_account())
    scores.rescore_all(day=TODAY, at=NOON)
    scores.rescore_all(day=TODAY + DAY, at=NOON + DAY)
    assert [row.day for row in queries.history(account, days=5, today=TODAY + DAY)] == [TODAY, TODAY + DAY]


def test_past_days_are_history_only(workspace):
    account = used(make_account(), share=0)
    days = [TODAY - 2 * DAY, TODAY - DAY]
    assert scores.rescore_days(days=days, at=NOON) == 2
    assert [row.day for row in queries.history(account, days=9, today=TODAY)] == days
    assert fresh(account).health_at is None
    assert Alert.objects.count() == 0
    assert HealthDay.objects.get(day=TODAY - DAY).at_risk == 1


def test_a_column_that_was_never_set_is_set_though_the_day_was_scored(workspace):
    account = used(make_account())
    scores.rescore_days(days=[TODAY], at=NOON)
    scores.rescore_all(day=TODAY, at=NOON)
    assert fresh(account).health_band == "healthy"


def test_a_change_of_band_is_told_but_not_the_first_score(workspace):
    account = used(make_account())
    scores.rescore_all(day=TODAY, at=NOON)
    assert not Fact.objects.filter(kind="health.changed").exists()
    make_ticket(account, opened_at=NOON - 60 * DAY)
    scores.rescore_all(day=TODAY, at=NOON)  # another score, the same band
    assert not Fact.objects.filter(kind="health.changed").exists()
    for _ in range(4):
        make_ticket(account, opened_at=NOON - 60 * DAY)
    account.metric_days.filter(metric__key="seats_used").update(last=6)
    scores.rescore(account_ids=[account.pk], at=NOON)
    (fact,) = Fact.objects.filter(kind="health.changed")
    assert (fact.data["from_band"], fact.data["to_band"]) == ("healthy", "watch")
    assert fact.data["from_score"] > fact.data["to_score"]


def test_an_account_that_loses_its_score_is_told(workspace):
    account = filled(make_account(), 90)
    scores.rescore_all(day=TODAY, at=NOON)
    assert fresh(account).health_band == "healthy"
    account.metric_days.all().delete()
    scores.rescore(account_ids=[account.pk], at=NOON)
    (fact,) = Fact.objects.filter(kind="health.changed")
    assert (fact.data["to_score"], fact.data["to_band"]) == (None, "")
    make_reading(account, "seats_used", TODAY, 900, kind="gauge")
    scores.rescore(account_ids=[account.pk], at=NOON)
    assert Fact.objects.filter(kind="health.changed").latest("pk").data["from_score"] is None


# ------------------------------------------------------------------------------------------- what sets it off
def test_what_happens_to_an_account_is_scored_by_itself(workspace):
    account = make_account()
    make_touchpoint(account)
    make_contract(account, seats=10)
    run("compute")
    measures = {one.key: one.value for part in queries.score_now(account).parts for one in part.measures}
    assert measures["recency"] == 100.0
    assert fresh(account).health_at == NOON


def test_metrics_sent_in_bulk_are_scored_by_themselves(workspace):
    account, metric = make_account(), make_metric("key_actions")
    readings = [Reading(account.pk, metric.pk, TODAY - age * DAY, 1, 5.0, 5.0) for age in range(40)]
    asked()
    metric_actions.upsert_readings(readings=readings, at=NOON)
    run("compute")
    assert fresh(account).health_band == "healthy"


def test_every_night_all_accounts_are_scored(workspace, monkeypatch):
    monkeypatch.setattr("health.scoring.CHUNK", 2)
    accounts = [used(make_account()) for _ in range(3)]
    Effect.objects.all().delete()
    engine.fill_slots(at=NOON)
    run("compute")
    assert Effect.objects.filter(kind="health.rescore_chunk", state="done").count() == 2
    assert {fresh(account).health_band for account in accounts} == {"healthy"}
    assert HealthDay.objects.get().healthy == 3
    engine.fill_slots(at=NOON)
    run("compute")
    assert Effect.objects.filter(kind="health.rescore_chunk").count() == 2


@pytest.mark.parametrize(("accounts", "size"), [(0, 1000), (4000, 1000), (4001, 1001), (40_001, 10_000)])
def test_a_night_is_spread_over_the_workers(monkeypatch, accounts, size):
    monkeypatch.setattr(scores.Account.objects, "count", lambda: accounts)
    assert scores.chunk() == size


def test_other_workspaces_keep_their_scores(workspace):
    other = make_workspace("Other")
    with tenancy.entered(other.pk):
        stranger = used(make_account())
    mine = used(make_account())
    scores.mark_stale(account_ids=[mine.pk, stranger.pk], at=NOON)
    scores.rescore_stale(at=NOON)
    assert HealthScore.objects.count() == 1
    with tenancy.entered(other.pk):
        assert HealthScore.objects.count() == 0
        assert fresh(stranger).health_at is None


# ------------------------------------------------------------------------------------------- two at once
@pytest.mark.live
def test_two_workers_never_score_one_account_at_once(committed):
    """The second waits for the first, then finds the row free and scores what is there by then."""
    import threading

    from django.db import connections

    workspace = make_workspace()
    with tenancy.entered(workspace.pk):
        account = used(make_account())
    marked, order = threading.Event(), []

    def second():
        marked.wait(5)
        with tenancy.entered(workspace.pk):
            scores.mark_stale(account_ids=[account.pk], at=NOON)
            order.append("second")
            scores.rescore_stale(at=NOON + DAY)
        connections.close_all()

    worker = threading.Thread(target=second)
    worker.start()
    with tenancy.entered(workspace.pk):
        scores.mark_stale(account_ids=[account.pk], at=NOON)
        marked.set()
        worker.join(0.5)
        scores.rescore_stale(at=NOON)
        order.append("first")
    worker.join(5)
    assert order == ["first", "second"]
    with tenancy.entered(workspace.pk):
        assert HealthScore.objects.count() == 2
        assert StaleAccount.objects.count() == 0


@pytest.mark.parametrize("kind", ["plan.saved", "goal.read", "milestone.done", "content.completed", "contact.left"])
def test_whatever_a_measure_looks_at_scores_the_account(workspace, kind):
    account = make_account()
    run("compute")
    account.health_scores.all().delete()
    record_fact(account=account, kind=kind, at=NOON, by=None)
    run("compute")
    assert account.health_scores.count() == 1


# ------------------------------------------------------------------------------------------- another profile
def weights(**changes):
    return {**DEFAULT_WEIGHTS, **changes}


def test_another_profile_is_no_fall(workspace):
    """The same customer is worth less by the weights of the mature: nothing happened to them."""
    onboarding, mature = queries.profiles()
    alone = dict.fromkeys(PARTS, 0) | {"adoption": 100}
    profiles.update_profile(profile=onboarding, weights=alone, at=NOON, by=None)
    profiles.update_profile(profile=mature, weights=alone | {"adoption": 30, "engagement": 70}, at=NOON, by=None)
    account = used(make_account(stage="delivery"))
    spoke(account, 80)
    scores.rescore_days(days=[TODAY - 14 * DAY], at=NOON)
    before = account.health_scores.get()
    account.stage = "use"
    account.save()
    scores.rescore_all(day=TODAY, at=NOON)
    now = account.health_scores.get(day=TODAY)
    assert (before.score - now.score >= 15, before.band != "", now.band != "") == (True, True, True)
    assert not Alert.objects.filter(rule="score_drop").exists()


def test_who_enters_or_leaves_the_segment_of_a_profile_is_scored_again(workspace):
    account = used(make_account(industry="Retail"))
    spoke(account, 30)
    segment = make_segment("Gold", {"all": [{"field": "industry", "op": "is", "value": "Retail"}]})
    profiles.create_profile(
        name="Gold", segment_id=segment.pk, weights=weights(adoption=0, engagement=35),
        targets=dict.fromkeys(PARTS, 50), at=NOON, by=None,
    )  # fmt: skip
    assert profiled(account) == "Mature"
    run("compute")
    assert (profiled(account), float(account.health_scores.get().score)) == ("Gold", 50.0)

    account_actions.update_account(account=account, changes={"industry": "Bank"}, at=NOON, by=None)
    run("compute", at=NOON + timedelta(minutes=2))
    assert profiled(account) == "Mature"
    account_actions.update_account(account=fresh(account), changes={"industry": "Retail"}, at=NOON + DAY, by=None)
    run("compute", at=NOON + DAY + timedelta(minutes=2))
    assert profiled(account) == "Gold"
    segment_actions.archive(segment=segment, at=NOON + DAY, by=None)
    run("compute", at=NOON + DAY + timedelta(minutes=2))
    assert profiled(account) == "Mature"


def profiled(account):
    row = account.health_scores.order_by("-day").select_related("profile").first()
    return row.profile.name if row and row.profile else "Mature"


def test_who_enters_another_stage_is_scored_by_its_profile(workspace):
    account = used(make_account(stage="delivery"))
    scores.rescore_all(day=TODAY, at=NOON)
    assert profiled(account) == "Onboarding"
    journey_actions.move_stage(account=account, to_stage="use", reason="Live", at=NOON, by=None)
    run("compute")
    assert profiled(account) == "Mature"


@pytest.mark.live
def test_whoever_finds_a_mark_just_being_taken_waits_and_scores_after(committed):
    """Whoever takes it may read use as it was packed, and so miss what has just come."""
    import threading

    from django.db import connections

    workspace = make_workspace()
    with tenancy.entered(workspace.pk):
        account = used(make_account())
        scores.mark_stale(account_ids=[account.pk], at=NOON)
    scored = []

    def second():
        with tenancy.entered(workspace.pk):
            scored.append(scores.rescore(account_ids=[account.pk], at=NOON + DAY))
        connections.close_all()

    worker = threading.Thread(target=second)
    with tenancy.entered(workspace.pk), transaction.atomic():
        list(StaleAccount.objects.select_for_update(of=("self",)))
        worker.start()
        worker.join(0.5)
        waited = not scored
        StaleAccount.objects.all().delete()
    worker.join(5)
    assert (waited, scored) == (True, [1])
