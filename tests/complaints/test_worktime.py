from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from complaints.worktime import Hours, due_at

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = Hours(9, 17, ZoneInfo("UTC"))


def at(text, zone=UTC):
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-06-15 12:00", 2, "2026-06-15 14:00"),
        ("2026-06-15 12:00", 5, "2026-06-15 17:00"),
        ("2026-06-15 12:00", 6, "2026-06-16 10:00"),
        ("2026-06-15 12:00", 16, "2026-06-17 12:00"),
        ("2026-06-15 03:00", 8, "2026-06-15 17:00"),  # before work begins
        ("2026-06-15 22:00", 1, "2026-06-16 10:00"),  # after it ended
        ("2026-06-19 15:00", 16, "2026-06-23 15:00"),  # over a weekend
        ("2026-06-20 11:00", 1, "2026-06-22 10:00"),  # on a Saturday
        ("2026-06-15 12:00", 0, "2026-06-15 12:00"),
        ("2026-06-21 12:00", 0, "2026-06-22 09:00"),
    ],
)
def test_hours_pass_while_people_work(start, hours, due):
    assert due_at(at(start), hours, OFFICE) == at(due)


def test_the_day_is_that_of_the_place_and_the_clock_on_its_wall():
    hours = Hours(9, 17, BERLIN)
    assert due_at(at("2026-06-15 06:30"), 1, hours) == at("2026-06-15 10:00", BERLIN)
    # Clocks go forward on Sunday, 29 March 2026: Monday's nine o'clock is an hour earlier.
    assert due_at(at("2026-03-27 16:00", BERLIN), 2, hours) == at("2026-03-30 10:00", BERLIN)
    assert due_at(at("2026-03-27 16:00", BERLIN), 2, hours) == at("2026-03-30 08:00")


def test_work_around_the_clock():
    assert due_at(at("2026-06-15 12:00"), 24, Hours(0, 24, ZoneInfo("UTC"))) == at("2026-06-16 12:00")
