"""Cards: the same whole points in Python, in numpy and in PostgreSQL."""

import json

import numpy as np
import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.prediction import anchored, binned, card, points
from risk.prediction.card import Card, NotACard, Term
from risk.prediction.columns import Column
from risk.prediction.steps import Step

USAGE = Term("usage", (10.0, 40.0), (12, 0, -7), missing=3)
RENEWAL = Term("months_to_renewal", (2.0,), (20, -4), missing=0)
CARD = Card(-60, (USAGE, RENEWAL))


class Model:
    """Steps as given."""

    def __init__(self, intercept, *steps):
        self.intercept = intercept
        self._steps = list(steps)

    def steps(self):
        return self._steps


# -------------------------------------------------------------------------------------------------------- by hand
@pytest.mark.parametrize(
    ("value", "expected"),
    [(None, 3), (float("nan"), 3), (-5, 12), (9.99, 12), (10, 0), (39, 0), (40.0, -7), (float("inf"), -7)],
)
def test_points_of_a_value(value, expected):
    assert USAGE.points_of(value) == expected


def test_the_explanation_adds_up_to_the_total():
    values = {"usage": 5.0, "months_to_renewal": 1}

    assert CARD.explain(values) == [("usage", 12), ("months_to_renewal", 20)]
    assert CARD.total(values) == -28
    assert CARD.total({}) == -57


def test_drivers_tell_what_each_column_does_to_the_risk():
    first, second = CARD.drivers({"usage": 5.0, "months_to_renewal": 1})

    assert (first.column, first.points) == ("months_to_renewal", 20)
    assert first.difference == pytest.approx(card.probability(-28) - card.probability(-48))
    assert (second.column, second.points) == ("usage", 12)
    assert [driver.difference < 0 for driver in CARD.drivers({"usage": 50.0})] == [True]
    assert CARD.drivers({"usage": 20.0}) == []


@pytest.mark.parametrize(
    ("total", "expected"), [(0, 0.5), (20, 2 / 3), (-20, 1 / 3), (40, 0.8), (-60, 1 / 9), (10**6, 1.0), (-(10**6), 0.0)]
)
def test_twenty_points_double_the_odds(total, expected):
    assert card.probability(total) == pytest.approx(expected)
    assert points.probabilities(np.array([total]))[0] == pytest.approx(expected)


def test_card_of_a_model_rounds_and_joins_equal_neighbours():
    model = Model(-1.0, Step("usage", (1.0, 2.0, 3.0), (0.7, 0.69, 0.0, -0.35), missing=0.1))

    assert points.card_of(model) == Card(-29, (Term("usage", (2.0, 3.0), (20, 0, -10), missing=3),))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([5.0, 20.0, 50.0, np.nan], -1),
        ([20.0, 30.0], 0),  # both in one range
        ([20.0, 20.0], 0),
        ([np.nan], 0),
        ([], 0),
    ],
)
def test_direction(values, expected):
    assert points.direction(USAGE, np.array(values)) == expected
    upside_down = Term("usage", USAGE.edges, (-12, 0, 7), missing=0)
    assert points.direction(upside_down, np.array(values)) == -expected


@pytest.mark.parametrize(
    ("learned", "rows", "is_turned"),
    [
        ((14, 0, 4), (50, 50, 50), False),
        ((14, 9, 2), (50, 50, 50), True),  # the last two stand the other way round
        ((14, 6, 2), (50, 50, 50), False),  # by too little
        ((0, 9, 2), (19, 50, 19), False),  # by too few
        ((0, 9, 2), (20, 50, 0), True),
        ((0, 0, 0), (50, 50, 50), False),
    ],
)
def test_a_fact_is_turned_around_where_enough_rows_say_so(learned, rows, is_turned):
    """By hand ends 0, renews least, monthly between; missing ones say nothing."""
    column = Column("contract", edges=(1.0, 2.0), hand=(0.0, -0.7, -0.4))
    values = np.r_[np.repeat([0.0, 1.0, 2.0], rows), np.full(99, np.nan)]

    assert points.is_turned(Term("contract", (1.0, 2.0), learned, missing=40), column, values) is is_turned
    nothing_set = Column("contract", edges=(1.0, 2.0), hand=(None, -0.7, None))
    assert not points.is_turned(Term("contract", (1.0, 2.0), learned, missing=40), nothing_set, values)


# ----------------------------------------------------------------------------------------------------------- JSON
NUMBERS = st.floats(-1e6, 1e6)
TERMS = st.builds(
    lambda name, edges, seed: Term(
        name,
        tuple(sorted(edges)),
        tuple(int(one) for one in np.random.default_rng(seed).integers(-90, 90, len(edges) + 1)),
        seed % 50,
    ),
    st.sampled_from(["usage", "support", "a_1"]),
    st.sets(NUMBERS, max_size=8),
    st.integers(0, 1000),
)
CARDS = st.builds(Card, st.integers(-200, 50), st.lists(TERMS, max_size=4).map(tuple))


@given(CARDS)
def test_card_survives_json(one):
    assert Card.from_json(json.loads(json.dumps(one.to_json()))) == one


@pytest.mark.parametrize(
    "stored",
    [
        None,
        [],
        {},
        {"baseline": 1.5, "terms": []},
        {"baseline": True, "terms": []},
        {"baseline": 1, "terms": 3},
        {"baseline": 1, "terms": [{}]},
        {"baseline": 1, "terms": [{"column": 3, "edges": [], "points": [1], "missing": 0}]},
        {"baseline": 1, "terms": [{"column": "a", "edges": [1.0], "points": [1], "missing": 0}]},
        {"baseline": 1, "terms": [{"column": "a", "edges": [2.0, 1.0], "points": [1, 2, 3], "missing": 0}]},
        {"baseline": 1, "terms": [{"column": "a", "edges": ["x"], "points": [1, 2], "missing": 0}]},
        {"baseline": 1, "terms": [{"column": "a", "edges": [float("nan")], "points": [1, 2], "missing": 0}]},
        {"baseline": 1, "terms": [{"column": "a", "edges": [float("inf")], "points": [1, 2], "missing": 0}]},
        {"baseline": 1, "terms": [{"column": "a", "edges": [], "points": [1], "missing": None}]},
    ],
)
def test_other_json_is_not_a_card(stored):
    with pytest.raises(NotACard):
        Card.from_json(stored)


# ------------------------------------------------------------------------------------------------------------ SQL
def by_postgres(one, values, kind="float8"):
    """(total, points of each term, probability) of every row, by the generated expressions."""
    names = [f"v{index}" for index in range(values.shape[1])]
    where = dict(zip([term.column for term in one.terms], names, strict=True))
    arrays = ", ".join([f"%s::{kind}[]"] * len(names))
    total = one.sql_total(where)
    query = (
        f"select {total}, {one.sql_points(where)}, {card.sql_probability(total)},"
        f" {one.sql_total_of(one.sql_points(where))}"
        f" from unnest({arrays}) with ordinality as t({', '.join(names)}, place) order by place"
    )
    columns = [[None if np.isnan(value) else float(value) for value in column] for column in values.T]
    with connection.cursor() as cursor:
        cursor.execute(query, columns)
        return cursor.fetchall()


def a_thousand_rows(seed):
    """Values around and exactly on whole and half numbers, a tenth missing."""
    random = np.random.default_rng(seed)
    values = np.round(random.normal(50.0, 30.0, (1000, 3)) * 2) / 2
    values[random.random(values.shape) < 0.1] = np.nan
    return values


def learned(kind, values):
    random = np.random.default_rng(2)
    columns = [Column("usage", 2.0), Column("support", 1.0), Column("months_to_renewal", edges=(0.5, 40.0, 60.0))]
    risk = -0.05 * np.nan_to_num(values[:, 0], nan=50.0) + 0.02 * np.nan_to_num(values[:, 2])
    left = random.random(len(values)) < 1 / (1 + np.exp(-risk))
    if kind == "binned":
        return points.card_of(binned.fit(values, left, columns))
    return points.card_of(anchored.fit(values, left, columns, 30.0))


@pytest.mark.django_db
@pytest.mark.parametrize("number", ["float8", "numeric"])
@pytest.mark.parametrize("kind", ["binned", "anchored"])
def test_postgres_numpy_and_python_give_the_same_points(kind, number):
    values = a_thousand_rows(1)
    one = learned(kind, values)

    rows = by_postgres(one, values, number)

    assert [row[0] for row in rows] == points.totals(one, values).tolist()
    assert [row[1] for row in rows] == points.each(one, values).tolist()
    assert [row[3] for row in rows] == [row[0] for row in rows]
    assert [row[2] for row in rows] == pytest.approx(points.probabilities(points.totals(one, values)), abs=1e-12)
    names = [term.column for term in one.terms]
    assert [row[0] for row in rows] == [one.total(dict(zip(names, row, strict=True))) for row in values.tolist()]
    assert len({row[0] for row in rows}) > 50


@pytest.mark.django_db
@given(st.lists(NUMBERS, min_size=1, max_size=8, unique=True), st.integers(0, 1000))
@settings(max_examples=30)
def test_postgres_agrees_exactly_on_the_edges(edges, seed):
    rising = sorted(edges)
    term = Term("usage", tuple(rising), tuple(range(len(edges) + 1)), missing=-seed)
    beside = [np.nextafter(edge, side) for edge in rising for side in (-np.inf, np.inf)]
    values = np.array([*rising, *beside, np.nan])[:, None]

    rows = by_postgres(Card(0, (term,)), values)

    assert [row[0] for row in rows] == points.totals(Card(0, (term,)), values).tolist()


@pytest.mark.django_db
def test_postgres_takes_nan_for_missing_and_infinity_for_large():
    with connection.cursor() as cursor:
        cursor.execute(f"select {USAGE.sql('v')} from unnest(array['NaN', 'Infinity', '-Infinity']::float8[]) v")
        assert cursor.fetchall() == [(3,), (-7,), (12,)]


def test_a_column_is_quoted_and_nothing_else_gets_into_sql():
    assert '"usage" < ' in CARD.sql_total()
    assert Card(5, ()).sql_total() == "(5)"
    assert Card(0, (Term("usage", (), (7,), 7),)).sql_points() == "array[7]::integer[]"
    with pytest.raises(ValueError, match="not a column's name"):
        Card(0, (Term('usage"; drop', (1.0,), (1, 2), 0),)).sql_total()
