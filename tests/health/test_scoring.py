"""The score's SQL against the plain-Python reference, and what must hold whatever the data."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Contract, MetricDay, Ticket
from health.actions import profiles, scores
from health.models import HealthScore
from health.parts import DEFAULT_WEIGHTS, PARTS, band_of
from tests.builders import NOON, TODAY, make_account, make_metric
from tests.health.reference import Known, reckon
from workspaces import tenancy

RATINGS = {"csat": (1, 5), "nps": (0, 10)}
LONG_AGO = date(2020, 1, 1)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def at_noon(day: date | None) -> datetime | None:
    return day and datetime.combine(day, time(12), UTC)


def store(known: Known):
    """An account with these rows."""
    account = make_account()
    read = {key: getattr(known, key) for key in ("key_actions", "logins", "active_users", "seats_used")}
    read["touchpoints_two_way"] = dict.fromkeys(known.two_way, 1.0)
    rows = [(key, day, [value]) for key, by_day in read.items() for day, value in by_day.items()]
    for key, (low, high) in RATINGS.items():
        rows += [
            (key, day, [(value - low) / (high - low) * 100 for value in values])
            for day, values in getattr(known, key).items()
        ]
    metrics = {key: make_metric(key) for key in {key for key, _, _ in rows}}
    MetricDay.objects.bulk_create(
        MetricDay(account=account, metric=metrics[key], day=day, n=len(read), total=sum(read), last=read[-1])
        for key, day, read in rows
    )
    Contract.objects.bulk_create(
        Contract(
            account=account, name="C", starts_on=starts, ends_on=ends, seats=seats, currency="EUR", created_at=NOON
        )
        for starts, ends, seats in known.contracts
    )
    Ticket.objects.bulk_create(
        Ticket(
            account=account,
            source="desk",
            external_id=f"{account.pk}-{number}",
            opened_at=at_noon(opened),
            closed_at=at_noon(closed),
            reopened_at=at_noon(reopened),
            source_updated_at=NOON,
        )
        for number, (opened, closed, reopened) in enumerate(known.tickets)
    )
    return account


def score_of(account, day: date = TODAY) -> HealthScore:
    scores.rescore_days(days=[day], at=NOON, account_ids=[account.pk])
    return HealthScore.objects.get(account=account, day=day)


def parts_of(row: HealthScore) -> dict[str, dict]:
    return {part["key"]: part for part in row.parts}


def part(known: Known, key: str) -> dict:
    return parts_of(score_of(store(known)))[key]


days = st.integers(-3, 400).map(ago)
near_days = st.integers(-2, 60).map(ago)
amounts = st.one_of(st.integers(0, 2000).map(float), st.floats(0, 1e6))
readings = st.dictionaries(near_days, amounts, max_size=12)
contracts = st.lists(
    st.tuples(days, st.integers(1, 500), st.one_of(st.none(), st.integers(0, 300))).map(
        lambda c: (c[0], c[0] + timedelta(days=c[1]), c[2])
    ),
    max_size=2,
)
tickets = st.lists(
    st.tuples(
        st.integers(-1, 90), st.one_of(st.none(), st.integers(-1, 90)), st.one_of(st.none(), st.integers(-1, 90))
    ).map(lambda t: (ago(t[0]), None if t[1] is None else ago(min(t[0], t[1])), None if t[2] is None else ago(t[2]))),
    max_size=5,
)
accounts_known = st.builds(
    Known,
    key_actions=readings,
    logins=readings,
    active_users=readings,
    seats_used=readings,
    csat=st.dictionaries(days, st.lists(st.integers(1, 5), min_size=1, max_size=3), max_size=4),
    nps=st.dictionaries(days, st.lists(st.integers(0, 10), min_size=1, max_size=3), max_size=4),
    two_way=st.lists(days, max_size=3),
    contracts=contracts,
    tickets=tickets,
)
weightings = st.lists(st.integers(0, 100), min_size=4, max_size=4).map(
    lambda cuts: dict(
        zip(PARTS, [b - a for a, b in zip([0, *sorted(cuts)], [*sorted(cuts), 100], strict=True)], strict=True)
    )
)
in_a_database = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@in_a_database
@given(everybody=st.lists(accounts_known, min_size=1, max_size=5), weights=weightings)
def test_sql_equals_the_reference(workspace, everybody, weights):
    with undone(workspace):
        profiles.set_weights(weights=weights, at=NOON, by=None)
        has_desk = any(opened <= TODAY for known in everybody for opened, _, _ in known.tickets)
        for account, known in [(store(known), replace(known, has_desk=has_desk)) for known in everybody]:
            row, expected = score_of(account), reckon(known, TODAY, weights)
            parts = parts_of(row)
            for key in PARTS:
                assert parts[key]["value"] == close(expected.values[key]), key
                assert parts[key]["coverage"] == pytest.approx(expected.coverages[key], abs=0.0051), key
                assert (parts[key]["points"] is None) == (expected.values[key] is None)
            assert (row.score is None) == (expected.score is None)
            if row.score is not None:
                assert float(row.score) == close(expected.score)
                assert round(sum(p["points"] or 0 for p in row.parts), 1) == float(row.score)
            assert row.coverage == pytest.approx(expected.coverage, abs=0.0051)
            assert row.band == band_of(row.score, row.coverage)


@in_a_database
@given(
    known=accounts_known,
    bad=st.one_of(st.tuples(st.just("csat"), st.integers(1, 2)), st.tuples(st.just("nps"), st.integers(0, 6))),
    age=st.integers(0, 30),
)
def test_one_bad_answer_always_lowers_the_score(workspace, known, bad, age):
    metric, value = bad
    with undone(workspace):
        known.has_desk = any(opened <= TODAY for opened, _, _ in known.tickets)
        before = reckon(known, TODAY)
        row_before = score_of(store(known))
        answers = getattr(known, metric)
        setattr(known, metric, {**answers, ago(age): [*answers.get(ago(age), []), value]})
        after = reckon(known, TODAY)
        row_after = score_of(store(known))
        if before.score is None:
            assert after.score < 60
        elif rest_of(before) > 0:
            assert after.score < before.score
            assert row_after.score <= row_before.score
            if before.score - after.score >= 0.1:
                assert row_after.score < row_before.score


def rest_of(reckoned) -> float:
    """What the other parts say together; 60 without any."""
    rest = {key: value for key, value in reckoned.values.items() if value is not None and key != "survey_voice"}
    total = sum(DEFAULT_WEIGHTS[key] for key in rest)
    return sum(DEFAULT_WEIGHTS[key] * value for key, value in rest.items()) / total if total else 60


def close(value: float | None):
    """As stored: to a tenth, give or take the last bit."""
    return None if value is None else pytest.approx(value, abs=0.0501)


class undone:
    """Hypothesis runs many examples in one test: each is rolled back."""

    def __init__(self, workspace):
        self.workspace = workspace

    def __enter__(self):
        from django.db import transaction

        self.entered = tenancy.entered(self.workspace.pk)
        self.entered.__enter__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()

    def __exit__(self, *error):
        from django.db import transaction

        if error[0] is None:
            transaction.set_rollback(True)
        self.atomic.__exit__(*error)
        self.entered.__exit__(*error)
