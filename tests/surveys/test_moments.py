"""When mails go out: working hours where the reader lives, evenly, no more a day than the limit."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.moments import MOST_DAYS_LATER, WEEKEND, Hours, fit, in_hours, next_workday, span, spread, zone_of
from tests.builders import NOON

ZONES = ["UTC", "Asia/Shanghai", "America/New_York", "Europe/Berlin", "Pacific/Auckland", "Asia/Kathmandu", ""]
HOURS = Hours(9, 17)
starts = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))
hours = st.tuples(st.integers(0, 23), st.integers(1, 24)).filter(lambda ends: ends[0] < ends[1])


def there(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone or "UTC"))


@given(st.lists(st.sampled_from(ZONES), min_size=1, max_size=120), starts, st.integers(1, 20), hours)
def test_a_wave_lies_evenly_on_weekdays_and_hours_where_each_reader_lives(zones, start, days, ends):
    first, last = ends
    moments = spread(zones, start, days, Hours(first, last))
    local = [there(moment, zone) for moment, zone in zip(moments, zones, strict=True)]

    assert all(start < moment <= start + span(days) for moment in moments)
    assert all(one.weekday() < 5 and first <= one.hour < last for one in local)
    by_day = Counter(
        len(_workdays(there(start, zone).date(), one.date())) for one, zone in zip(local, zones, strict=True)
    )
    assert set(by_day) <= set(range(1, days + 1))
    shares = [by_day[day] for day in range(1, days + 1)]
    assert max(shares) - min(shares) <= 1


@given(st.integers(8, 40), st.integers(1, 10))
def test_every_hour_of_a_day_gets_the_same(a_quarter, days):
    size = a_quarter * 8 * days
    by_hour = Counter(moment.hour for moment in spread(["UTC"] * size, NOON, days, HOURS))
    assert by_hour == dict.fromkeys(range(9, 17), size // 8)


def _workdays(after: date, until: date) -> list[date]:
    found, day = [], after
    while day < until:
        day = next_workday(day)
        found.append(day)
    return found


@given(starts, st.sampled_from(ZONES), hours)
def test_a_single_mail_waits_for_working_hours_and_no_longer(moment, zone, ends):
    first, last = ends
    found = in_hours(moment, zone, Hours(first, last))
    local = there(found, zone)
    assert local.weekday() < 5
    assert first <= local.hour < last
    assert moment <= found <= moment + timedelta(days=WEEKEND)
    if found != moment:  # an hour earlier nobody works: not before the day begins, not at the weekend
        before = there(found - timedelta(seconds=1), zone)
        assert not (before.weekday() < 5 and first <= before.hour < last) or (first, last) == (0, 24)


@pytest.mark.parametrize(
    ("moment", "zone", "expected"),
    [
        (NOON, "UTC", NOON),
        (NOON, "Asia/Shanghai", datetime(2026, 6, 16, 1, tzinfo=UTC)),  # Monday evening there
        (NOON, "America/Los_Angeles", datetime(2026, 6, 15, 16, tzinfo=UTC)),  # Monday at five in the morning
        (datetime(2026, 6, 19, 17, tzinfo=UTC), "UTC", datetime(2026, 6, 22, 9, tzinfo=UTC)),  # Friday at closing time
        (datetime(2026, 6, 20, 12, tzinfo=UTC), "UTC", datetime(2026, 6, 22, 9, tzinfo=UTC)),  # Saturday
    ],
)
def test_working_hours_by_example(moment, zone, expected):
    assert in_hours(moment, zone, HOURS) == expected


@pytest.mark.parametrize("name", ["", "Nowhere/Land", "../etc/passwd", "x\x00"])
def test_a_zone_that_is_none_is_utc(name):
    assert zone_of(name) == ZoneInfo("UTC")


@given(st.lists(st.integers(0, 5), max_size=60), st.integers(0, 9), st.integers(0, 5))
def test_no_day_gets_more_than_its_limit(days_later, cap, planned_today):
    moments = [NOON + timedelta(days=days) for days in days_later]
    planned = {NOON.date(): planned_today}
    found = fit(moments, ["UTC"] * len(moments), planned, cap)
    if not cap:
        assert found == moments
        return
    per_day = Counter(moment.date() for moment in found if moment)
    per_day[NOON.date()] += planned_today
    assert all(count <= max(cap, planned_today if day == NOON.date() else 0) for day, count in per_day.items())
    for wished, got in zip(moments, found, strict=True):
        assert got is None or (
            got.time() == wished.time() and wished <= got <= wished + MOST_DAYS_LATER * timedelta(days=1)
        )
        assert got in (None, wished) or got.weekday() < 5


def test_what_does_not_fit_goes_out_on_the_next_working_days_or_not_at_all():
    friday = datetime(2026, 6, 19, 12, tzinfo=UTC)
    found = fit([friday] * 8, ["UTC"] * 8, {friday.date(): 1}, 1)
    assert [moment and moment.day for moment in found] == [22, 23, 24, 25, 26, None, None, None]
