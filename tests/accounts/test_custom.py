"""The workspace's own fields, as tables of examples: nothing here touches the database."""

import json
from contextlib import suppress
from datetime import date, datetime

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from accounts import custom
from accounts.models import CustomField

Kind = CustomField.Kind


def field(kind: str = Kind.TEXT, **fields) -> CustomField:
    return CustomField(key="x", name="Data centre", kind=kind, workspace_id=1, **fields)


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        (Kind.TEXT, " Rack 4 ", "Rack 4"),
        (Kind.TEXT, "0", "0"),
        (Kind.NUMBER, "42", 42),
        (Kind.NUMBER, " 48,000.50 ", 48000.5),
        (Kind.NUMBER, "48 000", 48000),
        (Kind.NUMBER, "48\u202f000", 48000),
        (Kind.NUMBER, "−3", -3),
        (Kind.NUMBER, "+.5", 0.5),
        (Kind.NUMBER, "1e3", 1000),
        (Kind.NUMBER, 7, 7),
        (Kind.NUMBER, 7.0, 7),
        (Kind.NUMBER, 7.25, 7.25),
        (Kind.NUMBER, 10**15, 10**15),
        (Kind.DATE, "2026-03-31", "2026-03-31"),
        (Kind.DATE, date(2026, 3, 31), "2026-03-31"),
        (Kind.DATE, datetime(2026, 3, 31, 23), "2026-03-31"),
        (Kind.CHOICE, "dublin", "Dublin"),
        (Kind.YES_NO, "Yes", True),
        (Kind.YES_NO, "0", False),
        (Kind.YES_NO, True, True),
        (Kind.YES_NO, False, False),
        *((kind, nothing, None) for kind in Kind for nothing in (None, "", "  ")),
    ],
)
def test_what_can_be_read_is_stored_so(kind, raw, value):
    found = custom.clean(field(kind, choices=["Frankfurt", "Dublin"]), raw)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("kind", "raw", "why"),
    [
        (Kind.TEXT, 5, "This is not text."),
        (Kind.TEXT, ["a"], "This is not text."),
        (Kind.TEXT, "a\x00b", "This is not text."),
        (Kind.TEXT, "half \ud83d", "This is not text."),
        (Kind.TEXT, "x" * 1001, "At most 1,000 characters."),
        (Kind.NUMBER, "many", "“many” is not a number. Write it like 1234.5."),
        (Kind.NUMBER, "NaN", "“NaN” is not a number. Write it like 1234.5."),
        (Kind.NUMBER, "Infinity", "“Infinity” is not a number. Write it like 1234.5."),
        (Kind.NUMBER, float("nan"), "“nan” is not a number. Write it like 1234.5."),
        (Kind.NUMBER, float("inf"), "“inf” is not a number. Write it like 1234.5."),
        (Kind.NUMBER, True, "“True” is not a number. Write it like 1234.5."),
        (Kind.NUMBER, "3,5", "“3,5” is not a number. Write it like 1234.5."),
        (Kind.NUMBER, "1_000", "“1_000” is not a number. Write it like 1234.5."),
        (Kind.NUMBER, "٣", "“٣” is not a number. Write it like 1234.5."),
        (Kind.NUMBER, {"a": 1}, "“{'a': 1}” is not a number. Write it like 1234.5."),
        (Kind.NUMBER, "9" * 5000, f"“{'9' * 40}…” is not a number. Write it like 1234.5."),
        (Kind.NUMBER, "1e999", "A number from −1,000,000,000,000,000 to 1,000,000,000,000,000."),
        (Kind.NUMBER, 1e300, "A number from −1,000,000,000,000,000 to 1,000,000,000,000,000."),
        pytest.param(
            Kind.NUMBER, -(10**5000), "A number from −1,000,000,000,000,000 to 1,000,000,000,000,000.", id="huge number"
        ),
        (Kind.DATE, "31.03.2026", "“31.03.2026” is not a date. Write it like 2026-03-31."),
        (Kind.DATE, "2026-02-30", "“2026-02-30” is not a date. Write it like 2026-03-31."),
        (Kind.DATE, 20260331, "“20260331” is not a date. Write it like 2026-03-31."),
        pytest.param(Kind.DATE, [10**5000], "“…” is not a date. Write it like 2026-03-31.", id="huge date"),
        (Kind.DATE, "1066-10-14", "A date between 1900 and 2199."),
        (Kind.CHOICE, "Paris", "“Paris” is not among the choices: Frankfurt or Dublin."),
        (Kind.CHOICE, 1, "“1” is not among the choices: Frankfurt or Dublin."),
        (Kind.YES_NO, "perhaps", "“perhaps” is neither yes nor no."),
        (Kind.YES_NO, 1, "“1” is neither yes nor no."),
    ],
)
def test_what_cannot_be_read_says_why_and_names_the_field(kind, raw, why):
    with pytest.raises(custom.BadValue) as refused:
        custom.clean(field(kind, choices=["Frankfurt", "Dublin"]), raw)
    assert (refused.value.why, str(refused.value)) == (why, f"Data centre: {why}")


def test_many_choices_are_not_all_told():
    many = field(Kind.CHOICE, choices=[f"Rack {n}" for n in range(40)])
    with pytest.raises(custom.BadValue, match="Rack 9 or …"):
        custom.clean(many, "Cellar")


def test_yes_and_no_are_read_in_the_readers_language():
    with translation.override("de"):
        words = {custom.shown(field(Kind.YES_NO), value): value for value in (True, False)}
        assert {custom.clean(field(Kind.YES_NO), word) for word in words} == {True, False}


def test_clean_all_reads_every_value_and_finds_every_mistake():
    fields = [field(Kind.NUMBER), CustomField(key="y", name="Live", kind=Kind.DATE, workspace_id=1)]
    assert custom.clean_all(fields, {"x": "4", "y": ""}) == {"x": 4, "y": None}
    with pytest.raises(custom.BadValues) as refused:
        custom.clean_all(fields, {"x": "four", "y": "2026-06-01", "z": 1})
    assert refused.value.errors == {
        "x": "“four” is not a number. Write it like 1234.5.",
        "z": "There is no field with the key “z”.",
    }
    assert str(refused.value).startswith("Data centre: “four” is not a number.")


@pytest.mark.parametrize(
    ("kind", "value", "shown", "written"),
    [
        (Kind.TEXT, "Rack 4", "Rack 4", "Rack 4"),
        (Kind.NUMBER, 48000, "48,000", "48000"),
        (Kind.NUMBER, 0.125, "0.125", "0.125"),
        (Kind.NUMBER, 1e-07, "0.000000", "1e-07"),
        (Kind.DATE, "2026-03-31", "31 Mar 2026", "2026-03-31"),
        (Kind.CHOICE, "Dublin", "Dublin", "Dublin"),
        (Kind.YES_NO, True, "Yes", "yes"),
        (Kind.YES_NO, False, "No", "no"),
        (Kind.TEXT, None, "–", ""),
    ],
)
def test_a_value_is_shown_to_people_and_written_to_files(kind, value, shown, written):
    assert (custom.shown(field(kind), value), custom.written(field(kind), value)) == (shown, written)


@given(st.one_of(st.integers(-(10**15), 10**15), st.floats(-1e15, 1e15, allow_nan=False)))
def test_a_number_survives_being_written_and_read(number):
    stored = custom.clean(field(Kind.NUMBER), number)
    assert custom.clean(field(Kind.NUMBER), custom.written(field(Kind.NUMBER), stored)) == stored == number


@given(st.text() | st.integers() | st.floats() | st.booleans() | st.dates() | st.lists(st.text()) | st.none())
def test_anything_at_all_is_read_or_refused(raw):
    for kind in Kind:
        with suppress(custom.BadValue):
            stored = custom.clean(field(kind, choices=["Frankfurt"]), raw)
            json.dumps(stored, allow_nan=False).encode()
