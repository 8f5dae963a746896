"""The clock, in one place, so that everything else is told the time."""

from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone

DAY = timedelta(days=1)
EARLIEST, LATEST = 2000, 2100  # years


def now() -> datetime:
    """Aware, UTC."""
    return timezone.now()


def today() -> date:
    """The current day in UTC: metric and score days are UTC days."""
    return now().astimezone(UTC).date()


def day_of(at: datetime) -> date:
    """The UTC day of an aware datetime."""
    return at.astimezone(UTC).date()


def midnight(day: date) -> datetime:
    """When a UTC day begins."""
    return datetime.combine(day, time(), UTC)


def named_days(since: str, until: str) -> tuple[date, date] | tuple[None, None]:
    """The first and last day of a period that an address names; neither if it names none."""
    try:
        first, last = date.fromisoformat(since), date.fromisoformat(until)
    except ValueError:
        return None, None
    return (first, last) if EARLIEST <= first.year <= last.year <= LATEST and first <= last else (None, None)


def quarter_of(day: date) -> tuple[int, int]:
    """(year, 1..4)."""
    return day.year, (day.month - 1) // 3 + 1


def quarter_span(year: int, quarter: int) -> tuple[date, date]:
    """First day of the quarter and first day of the next: half open."""
    first = date(year, 3 * quarter - 2, 1)
    after = date(year + 1, 1, 1) if quarter == 4 else date(year, 3 * quarter + 1, 1)
    return first, after
