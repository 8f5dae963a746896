"""When a digest is due: once on each day of the member's, at their hour, whatever the clocks there do."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.hours import Rhythm

ZONES = [
    "UTC", "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "America/Scoresbysund", "Asia/Kathmandu",
    "Asia/Tehran", "Africa/Cairo", "Africa/Casablanca", "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Kiritimati",
    "America/Santiago", "Atlantic/Azores", "Asia/Beirut",
]  # fmt: skip
MOMENTS = st.datetimes(datetime(2008, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC))


@given(st.sampled_from(ZONES), st.integers(0, 23), MOMENTS, st.booleans())
def test_each_day_has_one_slot_at_the_hour_or_right_after_the_gap_it_falls_in(zone, hour, start, is_weekdays_only):
    slots, at = [], start
    rhythm = Rhythm(hour, zone, is_weekdays_only)
    for _ in range(20):
        at = rhythm.next_slot(at)
        slots.append(at)
        assert rhythm.is_slot(at)
        assert not rhythm.is_slot(at + timedelta(minutes=1))
    days = [slot.astimezone(ZoneInfo(zone)).date() for slot in slots]
    assert slots == sorted(set(slots))
    assert days == sorted(set(days))
    for slot, day in zip(slots, days, strict=True):
        local = slot.astimezone(ZoneInfo(zone))
        is_gap = not exists(datetime(day.year, day.month, day.day, hour), zone) or not had(
            day - timedelta(days=1), zone
        )
        assert local.hour == hour or is_gap
    if is_weekdays_only:
        assert {day.weekday() for day in days} <= {0, 1, 2, 3, 4}
    else:
        missing = [day for day in whole(days) if day not in days]
        assert [day for day in missing if had(day, zone)] == []


def exists(wall: datetime, zone: str) -> bool:
    """Whether the clocks there ever show `wall`."""
    local = wall.replace(tzinfo=ZoneInfo(zone))
    return local.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) == wall


def had(day: date, zone: str) -> bool:
    """Whether there was such a day there: Samoa skipped one."""
    return any(exists(datetime(day.year, day.month, day.day, hour), zone) for hour in range(24))


def whole(days: list[date]) -> list[date]:
    return [days[0] + timedelta(days=nth) for nth in range((days[-1] - days[0]).days + 1)]


@given(st.sampled_from(ZONES), st.integers(0, 23), MOMENTS, st.integers(0, 72))
def test_a_day_that_had_its_digest_has_no_other(zone, hour, at, later):
    sent = at + timedelta(hours=later)
    rhythm = Rhythm(hour, zone, last=sent)
    assert rhythm.day_of(rhythm.next_slot(at)) > rhythm.day_of(sent)


@pytest.mark.parametrize(
    ("zone", "hour", "after", "slot"),
    [
        ("Europe/Berlin", 8, "2026-06-15T05:00Z", "2026-06-15T06:00Z"),
        ("Europe/Berlin", 8, "2026-06-15T06:00Z", "2026-06-16T06:00Z"),
        ("Europe/Berlin", 2, "2026-03-28T20:00Z", "2026-03-29T01:00Z"),  # there is no 2:00: 3:00 it is
        ("Europe/Berlin", 2, "2026-10-24T20:00Z", "2026-10-25T00:00Z"),  # 2:00 comes twice: the first
        ("Europe/Berlin", 2, "2026-10-25T00:00Z", "2026-10-26T01:00Z"),  # and not the second
        ("Pacific/Kiritimati", 0, "2026-06-15T09:00Z", "2026-06-15T10:00Z"),
    ],
)
def test_examples(zone, hour, after, slot):
    moment = datetime.fromisoformat(after.replace("Z", "+00:00"))
    assert Rhythm(hour, zone).next_slot(moment) == datetime.fromisoformat(slot.replace("Z", "+00:00"))
