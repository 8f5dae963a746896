"""Other weights: the scores of earlier days by the new ones, in chunks, without losing what was known when."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Fact
from alerts.models import Alert
from health import queries
from health.actions import profiles, recomputing, scores
from health.models import HealthDay, HealthProfile, HealthScore, WeightsChange
from health.parts import DEFAULT_WEIGHTS
from outbox.models import Effect
from plans.models import PlanVersion
from tests.builders import NOON, TODAY, make_account, make_ticket
from tests.health.test_scores import run, spoke, used
from tests.health.test_scoring import accounts_known, ago, examples, store, undone, weightings

DAY = timedelta(days=1)
PAST = [ago(3), ago(2), ago(1)]


def weights(**changes: int) -> dict[str, int]:
    return {**DEFAULT_WEIGHTS, **changes}


OTHER = weights(outcomes=0, engagement=30)


def customer(stage: str = "use"):
    """Whose adoption is worth more than the conversations."""
    account = used(make_account(stage=stage))
    spoke(account, 60)
    return account


def history(account):
    return [float(row.score) for row in account.health_scores.order_by("day")]


@examples(15)
@given(
    everybody=st.lists(accounts_known, min_size=1, max_size=3), first=weightings, second=weightings,
    ages=st.lists(st.integers(1, 90), min_size=1, max_size=3, unique=True),
)  # fmt: skip
def test_earlier_scores_equal_scoring_by_the_new_weights(workspace, everybody, first, second, ages):
    """But for the tenths in which values are stored. Points add up, and what is not weights stays."""
    with undone(workspace):
        HealthProfile.objects.exclude(stages=[]).delete()
        ids = [store(known).pk for known in everybody]
        days = sorted(ago(age) for age in ages)
        profiles.set_weights(weights=second, at=NOON, by=None)
        scores.rescore_days(days=days, at=NOON)
        wanted = {(pk, day): standing(pk, day) for pk in ids for day in days}
        sums = {row.day: row for row in HealthDay.objects.all()}
        HealthScore.objects.all().delete()
        HealthProfile.objects.update(**first)
        scores.rescore_days(days=days, at=NOON)

        profiles.set_weights(weights=second, at=NOON, by=None)
        run("compute")

        for (pk, day), row in wanted.items():
            same(standing(pk, day), row)
        for day in days:
            assert (HealthDay.objects.get(day=day).mean or 0) == pytest.approx(sums[day].mean or 0, abs=0.2)


def standing(account_id: int, day: date) -> HealthScore:
    return HealthScore.objects.filter(account=account_id, day__lte=day).latest("day")


def same(row: HealthScore, wanted: HealthScore) -> None:
    assert (row.score is None) == (wanted.score is None)
    assert row.coverage == pytest.approx(wanted.coverage, abs=0.0101)  # half a hundredth falls either way
    if row.score is not None:
        assert float(row.score) == pytest.approx(float(wanted.score), abs=0.151)
        assert round(sum(part["points"] or 0 for part in row.parts), 1) == float(row.score)
    for part, other in zip(row.parts, wanted.parts, strict=True):
        assert {**part, "points": None} == {**other, "points": None}
        assert (part["points"] or 0) == pytest.approx(other["points"] or 0, abs=0.2001)


def test_earlier_days_are_computed_anew_and_keep_when_they_were_known(workspace):
    account = customer()
    scores.rescore_days(days=PAST, at=NOON - DAY)
    scores.rescore_all(day=TODAY, at=NOON)
    before, facts = history(account), Fact.objects.count()

    change = changed(OTHER)
    assert (change.total, change.finished_at) == (None, None)
    run("compute")

    change.refresh_from_db()
    assert (change.before, change.after) == (DEFAULT_WEIGHTS, OTHER)
    assert (change.done, change.total, change.finished_at is not None) == (1, 1, True)
    assert all(new < old for new, old in zip(history(account), before, strict=True))
    kept = HealthScore.objects.filter(day__in=PAST)
    assert {row.computed_at for row in kept} == {NOON - DAY}
    assert {part["weight"] for row in kept for part in row.parts if part["key"] == "engagement"} == {30}
    assert [day.mean for day in HealthDay.objects.order_by("day")][:3] == pytest.approx(history(account)[:3])
    told = Fact.objects.order_by("pk")[facts:].values_list("kind", flat=True)
    assert set(told) <= {"health.changed", "alert.opened"}, "only of today"
    assert not Alert.objects.filter(rule="score_drop").exists(), "no fall by other weights alone"


def changed(wanted: dict[str, int], profile: HealthProfile | None = None) -> WeightsChange:
    profiles.update_profile(profile=profile or queries.profile(), weights=wanted, at=NOON, by=None)
    return WeightsChange.objects.latest("pk")


def test_only_the_scores_of_its_accounts_change(workspace):
    """By the profile that scored each day, whatever has become of the account since."""
    begun, mature = customer("delivery"), customer()
    scores.rescore_days(days=PAST, at=NOON)
    (onboarding, _) = queries.profiles()
    before = history(begun), history(mature)
    assert before[0] != before[1]

    begun.stage = "use"
    begun.save()
    changed(weights(intent=25, adoption=5), onboarding)
    run("compute")
    assert (history(begun)[:3] != before[0], history(mature)[:3] == before[1]) == (True, True)

    again = history(begun)[:3]
    changed(OTHER)
    run("compute")
    assert history(begun)[:3] == again
    assert history(mature)[:3] != before[1]


def test_a_killed_run_goes_on_where_it_was(workspace, monkeypatch):
    """A chunk is done with its effect or not at all; run twice it changes nothing."""
    monkeypatch.setattr(recomputing, "ROWS", 1)
    people = [customer() for _ in range(3)]
    scores.rescore_days(days=PAST, at=NOON)
    before = [history(one) for one in people]
    change = changed(OTHER)
    recomputing.plan(change_id=change.pk, at=NOON)
    assert Effect.objects.filter(kind=recomputing.CHUNK_EFFECT).count() == 3

    real = scores.rescore_range

    def dies(**told):
        monkeypatch.setattr(scores, "rescore_range", real)
        raise RuntimeError("power cut")

    monkeypatch.setattr(scores, "rescore_range", dies)
    with pytest.raises(RuntimeError):
        recomputing.run_chunk(change_id=change.pk, first=people[0].pk, last=people[0].pk, at=NOON)
    change.refresh_from_db()
    assert (change.done, [history(one)[:3] for one in people]) == (0, [one[:3] for one in before])

    recomputing.run_chunk(change_id=change.pk, first=people[0].pk, last=people[0].pk, at=NOON)
    once = history(people[0])
    assert (history(people[1])[:3], queries.unfinished_changes()) == (before[1][:3], [change])
    run("compute")
    change.refresh_from_db()
    assert (history(people[0]), change.finished_at is not None) == (once, True)
    assert queries.unfinished_changes() == []


def test_weights_that_change_again_are_computed_once(workspace):
    account = customer()
    scores.rescore_days(days=PAST, at=NOON)
    first = changed(OTHER)
    second = changed(DEFAULT_WEIGHTS)
    before = history(account)
    run("compute")
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.finished_at is not None, second.finished_at is not None) == (True, True)
    assert history(account)[:3] == before
    assert [one.pk for one in queries.weight_changes(since=NOON - DAY)] == [second.pk, first.pk]


def test_a_workspace_without_accounts_or_days_is_done_at_once(workspace):
    change = changed(OTHER)
    run("compute")
    change.refresh_from_db()
    assert (change.total, change.finished_at is not None) == (0, True)


def test_coverage_counts_what_the_workspace_worked_with_on_the_day(workspace):
    """Somebody has a plan since yesterday: before, nobody was asked for one."""
    account = customer()
    PlanVersion.objects.create(account=make_account(), recorded_at=NOON - DAY, metrics=[])
    scores.rescore_days(days=PAST, at=NOON)
    before = [row.coverage for row in account.health_scores.order_by("day")]
    assert before[0] > before[-1]
    changed(OTHER)
    run("compute")
    changed(DEFAULT_WEIGHTS)
    run("compute")
    assert [row.coverage for row in account.health_scores.filter(day__lt=TODAY).order_by("day")] == before


def test_scores_of_an_older_layout_are_left_alone(workspace):
    account = make_account()
    HealthScore.objects.create(
        account=account, day=ago(2), score=42, band="at_risk", coverage=1, parts=[], computed_at=NOON
    )
    changed(OTHER)
    run("compute")
    assert account.health_scores.get(day=ago(2)).score == 42


def test_what_a_workspace_worked_with_on_many_days_is_one_statement(workspace, django_assert_num_queries):
    make_ticket(make_account(), opened_at=NOON - 2 * DAY)
    days = [ago(3), ago(2), ago(1)]
    with django_assert_num_queries(1):
        found = queries.sources_on(days)
    assert [one.has_desk for one in found] == [False, True, True]
    assert found == [queries.sources(day) for day in days]
