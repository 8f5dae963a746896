import pytest

from segments import conditions, registry
from segments.conditions import BadConditions, Group
from tests.builders import make_metric

SCORE = {"field": "score", "op": "below", "value": 60}


def said(**changes):
    return {"all": [{**SCORE, **changes}]}


def wrong(raw) -> list[tuple[str, str, str]]:
    """What is wrong with `raw`, whether its shape or its values."""
    try:
        group = conditions.read(raw)
    except BadConditions as bad:
        return [(one.number, one.field, one.text) for one in bad.problems]
    return [(one.number, one.field, one.text) for one in conditions.check(group, registry.catalogue())]


@pytest.mark.parametrize(
    "raw",
    [
        None, [], "all", {}, {"all": []}, {"all": {}}, {"none": [SCORE]}, {"all": [SCORE], "any": [SCORE]},
        {"all": ["score"]}, {"all": [{}]}, {"all": [{"field": 1, "op": "is"}]}, {"all": [{"field": "score"}]},
        {"all": [{"all": [{"all": [SCORE]}]}]}, {"all": [SCORE] * 31}, {"all": [{"any": [SCORE] * 16}] * 2},
        said(days=0), said(days=True), said(days="7"), said(days=4000), said(currency="eur"), said(currency=7),
        said(colour="red"),
    ],
)  # fmt: skip
def test_what_is_not_the_language_is_refused(raw):
    with pytest.raises(BadConditions):
        conditions.read(raw)


def test_what_is_read_is_written_the_same():
    raw = {
        "any": [
            SCORE,
            {"field": "arr", "op": "at_least", "value": 500, "currency": "EUR"},
            {
                "all": [
                    {"field": "metric_sum:logins", "op": "is", "value": 0, "days": 28},
                    {"field": "x", "op": "empty"},
                ]
            },
        ]
    }
    group = conditions.read(raw)
    assert conditions.written(group) == raw
    assert isinstance(group.items[2], Group)
    assert [number for number, _condition in group.conditions()] == ["1", "2", "3.1", "3.2"]


WAYS = "This field is asked about by: below, at_most, above, at_least, is, between, empty, not_empty."


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"field": "gone"}, "There is no such field any more."),
        ({"op": "contains"}, WAYS),
        ({"op": "guess"}, WAYS),
        ({"value": "many"}, "A number is needed."),
        ({"value": True}, "A number is needed."),
        ({"value": None}, "A number is needed."),
        ({"value": float("nan")}, "A number is needed."),
        ({"value": float("inf")}, "A number is needed."),
        ({"value": 10**400}, "A number is needed."),
        ({"days": 7}, "This field has no number of days."),
        ({"op": "between", "value": 60}, "Two numbers are needed."),
        ({"op": "between", "value": [1, "x"]}, "Two numbers are needed."),
        ({"op": "between", "value": [2, 1]}, "The first number must not be larger than the second."),
        ({"field": "metric_sum:logins"}, "This field needs a number of days."),
        ({"field": "arr"}, "An amount needs a currency."),
        ({"field": "arr", "currency": "EUR", "value": 1.5}, "A number is needed."),
        ({"field": "arr", "currency": "EUR", "value": -1}, "A number is needed."),
        ({"field": "arr", "currency": "EUR", "value": 2**63}, "A number is needed."),
        ({"field": "name", "op": "is", "value": ""}, "A text of 1 to 200 characters is needed."),
        ({"field": "name", "op": "is", "value": " "}, "A text of 1 to 200 characters is needed."),
        ({"field": "name", "op": "is", "value": "a\0"}, "A text of 1 to 200 characters is needed."),
        ({"field": "name", "op": "is", "value": "\ud800"}, "A text of 1 to 200 characters is needed."),
        ({"field": "name", "op": "is", "value": "x" * 201}, "A text of 1 to 200 characters is needed."),
        ({"field": "stage", "op": "any_of", "value": "use"}, "Choose at least one."),
        ({"field": "stage", "op": "any_of", "value": []}, "Choose at least one."),
        ({"field": "stage", "op": "any_of", "value": [7]}, "Choose at least one."),
        ({"field": "stage", "op": "any_of", "value": ["use", "sleep"]}, "“sleep” is not among the choices."),
        ({"field": "renews_on", "op": "before", "value": "soon"}, "A day is needed."),
        ({"field": "renews_on", "op": "before", "value": "2026-02-31"}, "A day is needed."),
        ({"field": "renews_on", "op": "before", "value": "0001-01-01"}, "A day is needed."),
        ({"field": "renews_on", "op": "before", "value": 7}, "A day is needed."),
        ({"field": "renews_on", "op": "next_days", "value": -1}, "A whole number of days from 0 to 1095 is needed."),
        ({"field": "renews_on", "op": "next_days", "value": 1.0}, "A whole number of days from 0 to 1095 is needed."),
    ],
)
def test_a_problem_names_its_condition_and_its_field(workspace, change, text):
    make_metric("logins")
    raw = {"all": [SCORE, {"any": [SCORE, {**SCORE, **change}]}]}
    assert wrong(raw) == [("2.2", change.get("field", "score"), text)]


def test_a_choice_that_has_gone_is_wrong_when_saving_only(workspace):
    raw = {"all": [{"field": "owner", "op": "any_of", "value": ["999"]}]}
    group = conditions.read(raw)
    assert conditions.check(group, registry.catalogue(), with_choices=False) == []
    assert len(conditions.check(group, registry.catalogue())) == 1
