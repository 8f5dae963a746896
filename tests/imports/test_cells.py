"""Cells: tables of examples, and that any text is read or refused, never worse."""

from contextlib import suppress
from datetime import UTC
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports import cells
from imports.book import Book, named, one_of
from imports.cells import BadCell, Manner
from imports.kinds import Kind
from imports.readers import readers

HERE = Manner()
THERE = Manner(decimal=",", day_first=True, zone=ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize(
    ("cell", "here", "there"),
    [
        ("1,234.56", "1234.56", "1234.56"),
        ("1.234,56", "1234.56", "1234.56"),
        ("1,234", "1234", "1.234"),
        ("1.234", "1.234", "1234"),
        ("1,5", "1.5", "1.5"),
        ("12.345.678", "12345678", "12345678"),
        ("12,345,678", "12345678", "12345678"),
        ("1 234", "1234", "1234"),
        ("1'234.5", "1234.5", "1234.5"),
        ("(1,234.5)", "-1234.5", "-1234.5"),
        ("−20", "-20", "-20"),
        ("€48,000", "48000", "48.000"),
        ("48.000,50 EUR", "48000.50", "48000.50"),
        ("US$12", "12", "12"),
    ],
)
def test_numbers(cell, here, there):
    assert (cells.number(HERE)(cell), cells.number(THERE)(cell)) == (here, there)


@pytest.mark.parametrize("cell", ["abc", "nan", "Infinity", "1.2.3,4,5", "--", "9" * 61, "1e400", "1" + "0" * 16])
def test_what_is_no_number(cell):
    with pytest.raises(BadCell):
        cells.number(HERE)(cell)


@pytest.mark.parametrize(
    ("cell", "here", "there"),
    [
        ("2024-02-01", "2024-02-01T00:00:00+00:00", "2024-02-01T00:00:00+01:00"),
        ("2/1/2024", "2024-02-01T00:00:00+00:00", "2024-01-02T00:00:00+01:00"),
        ("13/2/2024", "2024-02-13T00:00:00+00:00", "2024-02-13T00:00:00+01:00"),
        ("01.02.2024", "2024-02-01T00:00:00+00:00", "2024-02-01T00:00:00+01:00"),
        ("1-Feb-2024", "2024-02-01T00:00:00+00:00", "2024-02-01T00:00:00+01:00"),
        ("Feb 1st, 2024", "2024-02-01T00:00:00+00:00", "2024-02-01T00:00:00+01:00"),
        ("2024-02-01 09:30", "2024-02-01T09:30:00+00:00", "2024-02-01T09:30:00+01:00"),
        ("2024-02-01T09:30:00.123Z", "2024-02-01T09:30:00.123000+00:00", "2024-02-01T09:30:00.123000+00:00"),
        ("2024-02-01T09:30:00+0530", "2024-02-01T09:30:00+05:30", "2024-02-01T09:30:00+05:30"),
        ("15/Feb/26 9:00 AM", "2026-02-15T09:00:00+00:00", "2026-02-15T09:00:00+01:00"),
        ("2/1/24, 3:45 PM", "2024-02-01T15:45:00+00:00", "2024-01-02T15:45:00+01:00"),
        ("2/1/70 12:00 a.m.", "1970-02-01T00:00:00+00:00", "1970-01-02T00:00:00+01:00"),
    ],
)
def test_moments(cell, here, there):
    assert (cells.moment(HERE)(cell), cells.moment(THERE)(cell)) == (here, there)
    assert cells.day(HERE)(cell) == here[:10]


@pytest.mark.parametrize(
    "cell",
    ["yesterday", "2/30/2024", "2024-02-01 25:00", "13:00", "2024-02-01 13:00 PM", "1-Foo-2024", "1066-10-14",
     "2024-02-01 09:30 +99:99", "2024-02-01 later"],
)  # fmt: skip
def test_what_is_no_moment(cell):
    for reader in (cells.moment(HERE), cells.day(HERE)):
        if reader is not cells.day or "+99" not in cell:
            with pytest.raises(BadCell):
                cells.moment(HERE)(cell)


@pytest.mark.parametrize(
    ("cell", "code"), [("1899-12-31", "too_far"), ("2200-01-01", "too_far"), ("2024-13-40", "not_a_date")]
)
def test_days_nobody_means(cell, code):
    with pytest.raises(BadCell) as refused:
        cells.day(HERE)(cell)
    assert refused.value.code == code


def test_a_day_with_something_else_behind_it_is_no_day():
    with pytest.raises(BadCell):
        cells.day(HERE)("2024-02-01 later")


@pytest.mark.parametrize(
    ("cell", "tidied"),
    [
        (" Cedar ", "Cedar"), ("-", ""), ("—", ""), ("'=1+1", "=1+1"), ("''=1", "'=1"), ("'tis", "'tis"),
        ("<a href='http://x'>www.cedar.example</a>", "www.cedar.example"), ("a < b > c", "a < b > c"),
        ("<b>R&amp;D</b>", "R&D"), ("", ""),
    ],
)  # fmt: skip
def test_cells_are_tidied(cell, tidied):
    assert cells.tidy(cell, HERE) == tidied


def test_our_own_cells_are_not():
    assert cells.tidy(" <b>-</b> ", Manner(is_ours=True)) == " <b>-</b> "


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("cedar.example", "cedar.example"), ("https://www.Cedar.example/about?x", "cedar.example"),
        ("info@cedar.example", "cedar.example"), ("www.cedar.example:8080", "cedar.example"),
        ("mailto:a@cedar.example", "cedar.example"), ("bücher.example", "xn--bcher-kva.example"),
    ],
)  # fmt: skip
def test_domains(cell, name):
    assert cells.domain(cell) == name


@pytest.mark.parametrize("cell", ["localhost", "no spaces.example x", "..", "é" * 70, "\u3002\u3002"])
def test_what_is_no_domain(cell):
    with pytest.raises(BadCell):
        cells.domain(cell)


def test_a_salesforce_id_of_15_is_one_of_18():
    reader = cells.identifier(Manner(is_salesforce=True))
    assert reader("0015000000Gv7qJ") == "0015000000Gv7qJAAR" == reader("0015000000Gv7qJAAR")
    assert cells.identifier(HERE)("0015000000Gv7qJ") == "0015000000Gv7qJ"
    assert cells.salesforce_id("not an id at 15") == "not an id at 15"


def test_ids_stay_text():
    assert cells.identifier(HERE)("69139999248") == "69139999248"
    assert cells.split_ids("9002; 9999;", cells.identifier(HERE)) == ["9002", "9999"]
    with pytest.raises(BadCell):
        cells.identifier(HERE)("6.91E+10")


def test_addresses():
    assert cells.email("Mei Chen <Mei@Cedar.example>") == "mei@cedar.example"
    for cell in ("mei", "a@b", "a b@c.example", "x" * 250 + "@c.example"):
        with pytest.raises(BadCell):
            cells.email(cell)


def test_text_is_what_the_database_can_hold():
    assert cells.text(5)("a\tb") == "a\tb"
    for cell in ("a\0b", "a\ud800b", "abcdef"):
        with pytest.raises(BadCell):
            cells.text(5)(cell)


def test_yes_and_no():
    assert [cells.yes_no(cell) for cell in ("Yes", "x", "ja", "0", "FALSE")] == ["t", "t", "t", "f", "f"]
    with pytest.raises(BadCell):
        cells.yes_no("perhaps")


def test_whole_numbers():
    assert cells.whole(HERE)("1,200") == "1200"
    for cell in ("1.5", "-1", str(2**31)):
        with pytest.raises(BadCell):
            cells.whole(HERE)(cell)
    with pytest.raises(BadCell):
        cells.number(HERE, low=Decimal(0))("-1")


def test_people_are_found_by_name_if_only_one_has_it():
    people = one_of(
        named([("Mei Chen", 1, False), ("Ana", 2, False), ("ana", 3, False), ("Mei Chen", 4, True)]), "member"
    )
    assert people("mei chen") == "1"
    for cell in ("Ana", "Nobody"):
        with pytest.raises(BadCell):
            people(cell)


def test_a_choice_is_met_again():
    read = cells.choice({"midmarket": "growth"})
    assert [read("Mid-Market"), read("Mid-Market")] == ["growth", "growth"]


EXAMPLES = {
    (Kind.ACCOUNTS, "tier"): [("Enterprise", "strategic"), ("GOLD", "growth")],
    (Kind.ACCOUNTS, "stage"): [("Customer", "use"), ("former customer", "churn"), ("Opportunity", "decision")],
    (Kind.ACCOUNTS, "currency"): [("usd", "USD"), ("€", None)],
    (Kind.ACCOUNTS, "source"): [("HubSpot", "hubspot"), ("no good", None)],
    (Kind.ACCOUNTS, "tags"): [("a, b;a", '{"a","b"}'), ("x" * 41, None)],
    (Kind.CONTACTS, "locale"): [("German", "de"), ("zh_TW", "zh-hant"), ("pt-BR", "pt-br"), ("§", None)],
    (Kind.CONTACTS, "time_zone"): [("Asia/Ho Chi Minh", "Asia/Ho_Chi_Minh"), ("X", None)],
    (Kind.TICKETS, "status"): [("Solved", "t"), ("Pending", "f")],
    (Kind.TICKETS, "url"): [("https://x.example/1", "https://x.example/1"), ("javascript:alert(1)", "")],
    (Kind.TOUCHPOINTS, "felt"): [("-2", "-2"), ("+1", "1"), ("As usual", "0"), ("3", None), ("1.0", "1")],
    (Kind.TOUCHPOINTS, "channel"): [("Phone call", "call"), ("Pigeon", None)],
    (Kind.METRICS, "metric"): [("Reports built", "reports_built"), ("LOGINS", "logins"), ("§", None)],
}  # fmt: skip
BOOK = Book(workspace_id=1, metrics={"logins": "logins"})


@pytest.mark.parametrize(("field", "cell", "read"), [(f, *pair) for f, pairs in EXAMPLES.items() for pair in pairs])
def test_readers_of_single_fields(field, cell, read):
    kind, key = field
    _, reader = readers(kind, HERE, BOOK)[key]
    if read is None:
        with pytest.raises(BadCell):
            reader(cell)
    else:
        assert reader(cell) == read


@given(
    cell=st.text(max_size=40) | st.from_regex(r"[0-9/.:, -]{1,25}"),
    manner=st.builds(
        Manner, is_ours=st.booleans(), day_first=st.booleans(), decimal=st.sampled_from(".,"), zone=st.just(UTC)
    ),
)
def test_any_cell_is_read_or_refused(cell, manner):
    for kind in Kind.values:
        for _, reader in readers(kind, manner, BOOK).values():
            tidied = cells.tidy(cell, manner)
            if tidied:
                with suppress(BadCell):
                    assert isinstance(reader(tidied), str)


def test_a_name_is_text_of_which_something_is_seen():
    assert cells.name(200)("Cédar\u200b") == "Cédar\u200b"
    with pytest.raises(BadCell) as refused:
        cells.name(200)("\u202e\u200b")
    assert refused.value.code == "not_a_name"
