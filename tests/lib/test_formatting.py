from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from lib import formatting

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "expected"), [(None, "–"), (0, "0"), (69.9, "69"), (Decimal("49.5"), "49"), (70, "70")]
)
def test_a_score_is_never_shown_in_the_next_band(value, expected):
    assert formatting.score(value) == expected


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [(None, 0, "–"), (0, 0, "0"), (12345, 0, "12,345"), (-1234.56, 1, "−1,234.6"), (-0.2, 0, "0")],
)
def test_number(value, decimals, expected):
    assert formatting.number(value, decimals) == expected


@pytest.mark.parametrize(("value", "expected"), [(None, "–"), (4, "+4"), (-14, "−14"), (0, "0"), (0.3, "0")])
def test_signed(value, expected):
    assert formatting.signed(value) == expected


@pytest.mark.parametrize(("ratio", "expected"), [(None, "–"), (0.71, "71\u00a0%"), (1.04, "104\u00a0%")])
def test_percent(ratio, expected):
    assert formatting.percent(ratio) == expected


@pytest.mark.parametrize(
    ("minor", "currency", "expected"),
    [
        (None, "EUR", "–"),
        (4_800_000, "EUR", "€48,000"),
        (4_800_050, "EUR", "€48,000.50"),
        (-120_000, "USD", "−$1,200"),
        (48_000, "JPY", "¥48,000"),
        (1_500, "KWD", "KWD\u00a01.500"),
        (100_000, "CHF", "CHF\u00a01,000"),
    ],
)
def test_money_is_exact(minor, currency, expected):
    assert formatting.money(minor, currency) == expected


def test_money_puts_the_symbol_where_the_language_does():
    with translation.override("de"):
        assert formatting.money(4_800_050, "EUR") == "48.000,50\u00a0€"


@pytest.mark.parametrize(
    ("minor", "expected"),
    [
        (None, "–"),
        (0, "€0"),
        (95_000, "€950"),
        (99_960, "€1k"),
        (485_000, "€4.9k"),
        (500_000, "€5k"),
        (994_900, "€9.9k"),
        (999_900, "€10k"),
        (4_800_000, "€48k"),
        (99_960_000, "€1m"),
        (123_400_000, "€1.2m"),
        (340_000_000_000, "€3.4bn"),
        (999_999_900_000_000, "€10,000bn"),
        (-485_000, "−€4.9k"),
    ],
)
def test_money_short_keeps_to_three_digits(minor, expected):
    assert formatting.money_short(minor, "EUR") == expected


@pytest.mark.parametrize(
    ("away", "expected"),
    [
        (timedelta(seconds=-20), "just now"),
        (timedelta(seconds=-50), "1 min ago"),
        (timedelta(minutes=-59), "59 min ago"),
        (timedelta(minutes=5), "in 5 min"),
        (timedelta(hours=-3), "3 h ago"),
        (timedelta(hours=11), "in 11 h"),
        (timedelta(hours=-13), "yesterday"),
        (timedelta(hours=25), "tomorrow"),
        (timedelta(days=-12), "12 days ago"),
        (timedelta(days=59), "in 59 days"),
        (timedelta(days=-120), "4 months ago"),
        (timedelta(days=800), "in 2 years"),
    ],
)
def test_relative(away, expected):
    assert formatting.relative(NOON + away, NOON) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [(date(2026, 6, 15), "today"), (date(2026, 6, 16), "tomorrow"), (date(2026, 6, 1), "14 days ago")],
)
def test_relative_of_a_date(day, expected):
    assert formatting.relative(day, NOON) == expected


def test_relative_goes_by_the_days_of_the_members_zone():
    late = datetime(2026, 6, 15, 23, tzinfo=UTC)
    with timezone.override(ZoneInfo("Asia/Tokyo")):  # there it is the 16th, 08:00
        assert formatting.relative(datetime(2026, 6, 15, 10, tzinfo=UTC), late) == "yesterday"
    assert formatting.relative(datetime(2026, 6, 15, 10, tzinfo=UTC), late) == "13 h ago"


def test_exact_in_the_members_zone():
    with timezone.override(ZoneInfo("Europe/Berlin")):
        assert formatting.exact(NOON) == "15 Jun 2026, 14:00 CEST"
    assert formatting.exact(date(2026, 6, 15)) == "15 Jun 2026"
    assert formatting.exact(None) == "–"
