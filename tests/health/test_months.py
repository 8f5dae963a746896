"""Scores in a partition a month: made ahead, filled from what has none, dropped when nobody keeps a row of it."""

from datetime import date, timedelta

from django.db import connection

from health import queries, tasks
from health.actions import retention, scores
from health.models import HealthScore
from outbox.models import Effect
from tests.alerts.test_alerts import with_score
from tests.builders import NOON, TODAY, make_account, make_touchpoint, make_workspace
from workspaces import erasing, tenancy

DAY = timedelta(days=1)


def where(**narrow) -> list[tuple[str, date]]:
    """The partition of each score."""
    rows = HealthScore.objects.filter(**narrow).extra(select={"part": "tableoid::regclass::text"}).order_by("day")
    return [(part.removeprefix("health_healthscore_"), day) for part, day in rows.values_list("part", "day")]


def months() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select relname from pg_inherits join pg_class on oid = inhrelid"
            " where inhparent = 'health_healthscore'::regclass order by 1"
        )
        return [name.removeprefix("health_healthscore_") for (name,) in cursor.fetchall()]


def test_upgrading_made_this_month_and_the_next_two(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "select to_char(current_date + make_interval(months => n), 'YYYY_MM') from generate_series(0, 2) n"
        )
        assert {month for (month,) in cursor.fetchall()} <= set(months())


def test_rows_without_a_month_move_into_theirs_and_stay_what_they_were(workspace):
    account = make_account()
    days = [TODAY - 40 * DAY, TODAY]
    scores.rescore_days(days=days, at=NOON)
    before = list(HealthScore.objects.order_by("day").values())
    assert where() == [("rest", day) for day in days]

    for _ in range(2):
        tasks.keep_months(Effect(), NOON)

    assert where() == [("2026_05", days[0]), ("2026_06", days[1])]
    assert list(HealthScore.objects.order_by("day").values()) == before
    assert {"2026_05", "2026_06", "2026_07", "2026_08"} <= set(months())
    make_touchpoint(account)
    scores.rescore(account_ids=[account.pk], at=NOON + DAY)
    assert where(day=TODAY + DAY) == [("2026_06", TODAY + DAY)]


def test_a_month_that_is_over_goes_with_its_last_row(workspace):
    make_account()
    other = make_workspace()
    with tenancy.entered(other.pk):
        make_account()
        scores.rescore_days(days=[TODAY - 40 * DAY], at=NOON)
        scores.rescore_days(days=[TODAY], at=NOON)
    scores.rescore_days(days=[TODAY - 40 * DAY, TODAY - 14 * DAY], at=NOON)
    retention.keep_months(day=TODAY)

    assert retention.forget_scores(before=NOON - 15 * DAY, limit=10, at=NOON) == 0  # it stood on that day
    assert retention.forget_scores(before=NOON - 14 * DAY, limit=10, at=NOON) == 1
    retention.keep_months(day=TODAY)
    assert "2026_05" in months()  # another workspace keeps its own for longer

    with tenancy.entered(other.pk):
        retention.forget_scores(before=NOON, limit=10, at=NOON)
    retention.keep_months(day=TODAY)
    assert "2026_05" not in months()
    assert "2026_06" in months()


def test_other_policies_hold_in_every_month(workspace):
    with tenancy.entered(make_workspace().pk):
        theirs = make_account()
        scores.rescore_days(days=[TODAY - 40 * DAY, TODAY], at=NOON)
        retention.keep_months(day=TODAY)
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from health_healthscore where account_id = %s", [theirs.pk])
        assert cursor.fetchone() == (0,)


def test_a_trend_of_twelve_months_is_one_statement_and_carries_on_over_days_without_a_row(
    workspace, django_assert_num_queries
):
    account, quiet, unscored = make_account(), make_account(), make_account()
    said = {371: 40, 350: 60, 330: 70, 300: 75, 100: 80, 80: 85, 1: 95}
    for ago, score in said.items():
        with_score(account, score, day=TODAY - ago * DAY)
    with_score(quiet, 50, day=TODAY - 40 * DAY)
    with_score(quiet, 70, day=TODAY - 20 * DAY, band="")
    retention.keep_months(day=TODAY)
    with django_assert_num_queries(1):
        found = queries.scores_every([account.pk, quiet.pk, unscored.pk], days=14, times=26, today=TODAY)
    days = [14 * times for times in range(26, 0, -1)]
    assert found[account.pk] == [_stood(said, ago) for ago in days]
    assert found[quiet.pk] == [50 if 20 < ago <= 40 else None for ago in days]
    assert found[unscored.pk] == [None] * 26


def _stood(said, day):
    """The newest score of a day or before it; one of more than a month before says nothing."""
    return next((score for ago, score in reversed(said.items()) if day <= ago < day + 32), None)


def test_erasing_a_workspace_takes_no_row_of_another_from_any_month(workspace):
    """A row's place in its own partition is also another row's place in theirs."""
    make_account()
    scores.rescore_days(days=[TODAY - 40 * DAY, TODAY], at=NOON)
    retention.keep_months(day=TODAY)
    with connection.cursor() as cursor:
        cursor.execute("select count(distinct ctid), count(*) from health_healthscore")
        assert cursor.fetchone() == (1, 2)
    gone = make_workspace()
    with tenancy.entered(gone.pk):
        make_account()
        scores.rescore_days(days=[TODAY - 40 * DAY], at=NOON)
        gone.erase_at = NOON
        gone.save(update_fields=["erase_at"])
        assert erasing.erase_some(HealthScore, 10) == 1
    assert HealthScore.objects.count() == 2
