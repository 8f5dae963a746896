"""Days on which people work: Monday to Friday. Plain dates in and out."""

from datetime import date, timedelta

SATURDAY = 5


def due_on(start: date, days: int) -> date:
    """`days` after `start` by the calendar; a weekend's day waits for its Monday."""
    day = start + timedelta(days=days)
    past = day.weekday() - SATURDAY
    return day + timedelta(days=2 - past) if past >= 0 else day
