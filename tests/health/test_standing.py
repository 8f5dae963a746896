"""A score is written on days of change and stands until the next: what is written, and who reads it."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.models import Account
from alerts import queries as alert_queries
from alerts.models import Alert
from dashboard import effects
from health import queries
from health.actions import profiles, recomputing, retention, scores
from health.models import HealthDay, HealthProfile, HealthScore
from health.parts import DEFAULT_WEIGHTS, STANDS_DAYS
from health.stored import measure_of
from risk import queries as risk_queries
from tests.alerts.test_alert_rules import history
from tests.alerts.test_alerts import with_score
from tests.builders import (
    NOON,
    TODAY,
    make_account,
    make_play,
    make_playbook,
    make_reading,
)
from tests.health.test_scores import DAY, filled, fresh, run, spoke, used
from tests.health.test_views import sign_in

FIRST = TODAY.replace(day=1)


def night(day: date) -> None:
    scores.rescore_all(day=day, at=NOON + (day - TODAY))


def days(account: Account) -> list[date]:
    return list(account.health_scores.order_by("day").values_list("day", flat=True))


# ------------------------------------------------------------------------------------------- what is written
def test_a_night_without_a_change_writes_no_row(workspace):
    account = filled(make_account(), 80)
    for ago in range(5):
        night(TODAY + ago * DAY)
    assert days(account) == [TODAY]
    assert HealthScore.objects.get().computed_at == NOON
    assert HealthDay.objects.count() == 5


def test_an_account_of_which_nothing_is_known_is_one_row_a_month(workspace):
    account = make_account()
    for ago in range(70):
        night(FIRST + ago * DAY)
    assert days(account) == [date(2026, 6, 1), date(2026, 7, 1), date(2026, 8, 1)]


def test_whatever_a_sentence_tells_is_a_change_even_without_a_point(workspace):
    """The days since a conversation count up: the score to the tenth may stay, its sentence must not."""
    account = used(make_account())
    spoke(account, 20)
    profiles.set_weights(weights={**dict.fromkeys(DEFAULT_WEIGHTS, 0), "education": 100}, at=NOON, by=None)
    night(TODAY)
    night(TODAY + DAY)
    first, second = account.health_scores.order_by("day")
    assert (first.score, first.coverage) == (second.score, second.coverage)
    assert [measure_of(row.parts, "recency")["age"] for row in (first, second)] == [20, 21]


def test_a_change_within_the_day_is_the_days_row(workspace):
    account = filled(make_account(), 80)
    night(TODAY)
    night(TODAY + DAY)
    make_reading(account, "seats_used", TODAY + DAY, 600, kind="gauge")
    night(TODAY + DAY)
    make_reading(account, "key_actions", TODAY + DAY, 6)
    night(TODAY + DAY)
    assert days(account) == [TODAY, TODAY + DAY]
    assert account.health_scores.get(day=TODAY).score == 80


def test_another_profile_is_a_change(workspace):
    account = make_account(stage="use")
    night(TODAY)
    Account.objects.update(stage="delivery")
    night(TODAY + DAY)
    assert [row.profile_id is None for row in account.health_scores.order_by("day")] == [True, False]


def test_the_row_that_stands_when_history_ends_is_kept(workspace):
    account = make_account()
    for ago in (70, 50, 40, 3):
        with_score(account, 80, day=TODAY - ago * DAY)
    assert retention.forget_scores(before=NOON - 45 * DAY, limit=9, at=NOON) == 1
    assert days(account) == [TODAY - ago * DAY for ago in (50, 40, 3)]
    assert retention.forget_scores(before=NOON - 45 * DAY, limit=9, at=NOON) == 0


# ------------------------------------------------------------------------------------------- who reads it
@pytest.fixture
def unchanged(workspace):
    """Twenty accounts whose last row is some days old, and one without any data."""
    accounts = [filled(make_account(), 80) for _ in range(20)]
    bare = make_account("Bare")
    for ago in range(4):
        night(TODAY + ago * DAY)
    assert HealthScore.objects.values_list("day", flat=True).distinct().get() == TODAY
    return [*accounts, bare]


def test_means_and_gaps_count_what_stands(unchanged):
    day = TODAY + 3 * DAY
    bare = unchanged[-1]
    scored, lacking = queries.missing_parts(day)
    assert (scored, lacking["adoption"], lacking["engagement"]) == (21, 1, 21)
    assert list(queries.accounts_without("adoption", day)) == [bare]
    assert queries.means_of(day)[0][2] == pytest.approx(80)
    assert queries.missing_parts(TODAY - DAY)[0] == 0
    assert queries.missing_parts(TODAY + STANDS_DAYS * DAY)[0] == 0
    assert [day.healthy for day in queries.trend(days=9, today=day)] == [20] * 4


def test_a_past_day_is_summed_up_by_what_stood_on_it(workspace):
    for ago in (5, 3):
        with_score(make_account(), 40 + ago, day=TODAY - ago * DAY)
    for ago, expected in ((4, (1, 45.0)), (2, (2, 44.0))):
        scores.sum_up_past(day=TODAY - ago * DAY)
        row = HealthDay.objects.get(day=TODAY - ago * DAY)
        assert (row.at_risk, row.mean) == expected


def test_days_are_summed_up_anew_from_what_comes_and_goes(workspace):
    """As one by one, whatever days there are rows of."""
    one, other, late = make_account(), make_account(), make_account()
    for account, told in ((one, {9: 80, 6: 30, 5: 30.5}), (other, {8: 60, 2: 75}), (late, {4: 20})):
        for ago, score in told.items():
            with_score(account, score, day=TODAY - ago * DAY)
    with_score(other, 0, day=TODAY - 3 * DAY, band="")
    for ago in range(12, 0, -1):
        scores.sum_up_past(day=TODAY - ago * DAY)
    wanted = list(HealthDay.objects.order_by("day").values())
    HealthDay.objects.filter(day__gte=TODAY - 9 * DAY).update(healthy=99, watch=99, at_risk=99, no_band=99, mean=1)
    scores.sum_up_days(until=TODAY)
    found = list(HealthDay.objects.order_by("day").values())
    for row, other_row in zip(found, wanted, strict=True):
        assert {**row, "mean": None} == {**other_row, "mean": None}
        assert (row["mean"] or 0) == pytest.approx(other_row["mean"] or 0)


def test_the_panel_the_chart_and_the_change_read_what_stands(unchanged, monkeypatch):
    monkeypatch.setattr("lib.time.now", lambda: NOON + 3 * DAY)
    account = unchanged[0]
    view = queries.score_now(account)
    assert (view.day, view.score) == (TODAY, 80)
    assert [row.day for row in queries.history(account, days=2, today=TODAY + 3 * DAY)] == [TODAY]
    assert queries.carried({TODAY: 80.0}, [TODAY + DAY, TODAY + 2 * DAY]) == [80.0, 80.0]
    assert queries.change_since(view.row, TODAY + 2 * DAY).why == "same_day"
    assert queries.parts_on([account.pk], TODAY + 3 * DAY)[account.pk] == view.row.parts
    assert queries.standing_on([account.pk, unchanged[-1].pk], TODAY + 3 * DAY) == {
        account.pk: (80, "healthy"),
        unchanged[-1].pk: (None, ""),
    }
    page = sign_in().get(reverse("health:account_panel", args=[account.pk]))
    assert "stands since" in page.text


def test_an_alert_of_a_score_that_stands_names_its_causes(workspace):
    account = filled(make_account(), 30)
    account.metric_days.update(day=TODAY - 5 * DAY)
    scores.score([account.pk], day=TODAY - 3 * DAY, at=NOON - 3 * DAY)
    scores.rescore(account_ids=[account.pk], at=NOON)
    assert days(account) == [TODAY - 3 * DAY]
    alert = Alert.objects.get(account=account, rule="score_band")
    assert [one["key"] for one in alert.drivers[0]["causes"]] == ["adoption"]


def test_thresholds_count_the_days_a_score_stands(workspace):
    history(make_account(), (30, 80), (5, 52), (5, 64), (5, 45), (60, 90), (15, 44))
    history(make_account(), (60, 45), (60, 90))
    terms = alert_queries.terms()[1]
    daily = alert_queries.thresholds([terms], TODAY)
    for account in Account.objects.all():
        before = None
        for row in account.health_scores.order_by("day"):
            if row.score == before:
                row.delete()
            before = row.score
    assert HealthScore.objects.count() == 8
    assert alert_queries.thresholds([terms], TODAY) == daily


def test_a_playbook_is_judged_by_the_scores_that_stood(workspace):
    account, playbook = make_account(), make_playbook()
    make_play(account, playbook, at=NOON - 40 * DAY)
    with_score(account, 60, day=TODAY - 60 * DAY)
    with_score(account, 75, day=TODAY - 30 * DAY)
    found = effects.effect_of(playbook.pk, TODAY)
    assert (found.n, found.before, found.after) == (1, 60, 75)


def test_a_backtest_reads_what_stood_and_was_known(workspace):
    account = make_account()
    with_score(account, 61, day=TODAY - 20 * DAY)
    HealthScore.objects.update(computed_at=NOON - 20 * DAY)
    asked = [(account.pk, TODAY - ago * DAY) for ago in (21, 20, 3)]
    assert risk_queries.shown_on(asked) == {asked[1]: (61, "watch"), asked[2]: (61, "watch")}


def test_weights_of_a_part_that_was_asked_later_begin_on_their_day(workspace, monkeypatch):
    """Nobody was asked for goals before the third day; by weights without goals that was no change."""
    account, other = filled(make_account(), 80), make_account()
    account.metric_days.update(day=TODAY - 5 * DAY)
    past = [TODAY - ago * DAY for ago in (4, 3, 2, 1)]
    for day in past:
        scores.rescore_days(days=[day], at=NOON + (day - TODAY))
    assert days(account) == past[:1]
    asked = {"outcomes": past[2].isoformat(), "adoption": past[0].isoformat()}
    monkeypatch.setattr(recomputing, "_asked_since", lambda _days: asked)
    profiles.set_weights(
        weights={**dict.fromkeys(DEFAULT_WEIGHTS, 0), "adoption": 50, "outcomes": 50}, at=NOON, by=None
    )
    run("compute")
    rows = account.health_scores.filter(day__lt=TODAY).order_by("day")
    assert [(row.day, row.coverage) for row in rows] == [(past[0], 0.3), (past[2], 0.15)]
    assert fresh(other).health_band == ""
    assert HealthProfile.objects.exists()
