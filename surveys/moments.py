"""When mails go out: in working hours where their reader lives, spread evenly, no more a day than the limit.

Pure arithmetic over aware moments and names of time zones.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
STEP = timedelta(minutes=5)
SATURDAY = 5
MOST_DAYS_LATER = 7
WEEKEND = 4  # days from an evening before it to the morning after it, in any zone


@dataclass(frozen=True)
class Hours:
    """Monday to Friday, from one full hour to another."""

    first: int = 9
    last: int = 17


@lru_cache(maxsize=1000)
def zone_of(name: str) -> ZoneInfo:
    """The zone of that name; UTC where there is none."""
    try:
        return ZoneInfo(name or "UTC")
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def in_hours(moment: datetime, zone: str, hours: Hours) -> datetime:
    """`moment` if it lies in working hours there, else the next at which they begin."""
    there = moment.astimezone(zone_of(zone))
    opens = there.replace(hour=hours.first, minute=0, second=0, microsecond=0)
    if _works(there.date()) and hours.first <= there.hour < hours.last:
        return moment
    if not _works(there.date()) or there.hour >= hours.last:
        opens = datetime.combine(next_workday(there.date()), opens.time(), opens.tzinfo)
    return opens.astimezone(UTC)


def spread(zones: Sequence[str], start: datetime, days: int, hours: Hours) -> list[datetime]:
    """A moment for each, evenly over the working hours of `days` working days that begin on the day after `start`.

    Days and hours are those of each reader's zone. Within a day moments lie on steps of five minutes.
    """
    size = len(zones)
    found = []
    for place, zone in enumerate(zones):
        nth, within = divmod(place * days, size)
        found.append(_moment(zone, start, nth, _step(within, size, hours.last - hours.first), hours.first))
    return found


def span(days: int) -> timedelta:
    """No mail that is spread over so many working days goes out later after the start."""
    return timedelta(days=days * 7 // 5 + WEEKEND) if days else timedelta()


def _step(within: int, size: int, hours: int) -> int:
    """Minutes into the working day."""
    minutes, step = hours * 60, int(STEP.total_seconds() // 60)
    return within * minutes // size // step * step


@lru_cache(maxsize=100_000)
def _moment(zone: str, start: datetime, nth: int, minutes: int, first: int) -> datetime:
    there = zone_of(zone)
    day = start.astimezone(there).date()
    for _ in range(nth + 1):
        day = next_workday(day)
    return datetime(day.year, day.month, day.day, first + minutes // 60, minutes % 60, tzinfo=there).astimezone(UTC)


def fit(
    moments: Iterable[datetime], zones: Sequence[str], planned: Mapping[date, int], cap: int
) -> list[datetime | None]:
    """The moments, of which no more than `cap` fall on a UTC day that has `planned` so many already; 0 is no limit.

    What does not fit goes out at the same hour on a later working day; None: not within seven days.
    """
    if not cap:
        return list(moments)
    taken = Counter(planned)
    return [_first_free(moment, zone, taken, cap) for moment, zone in zip(moments, zones, strict=True)]


def _first_free(moment: datetime, zone: str, taken: Counter[date], cap: int) -> datetime | None:
    there = moment.astimezone(zone_of(zone))
    last = there.date() + MOST_DAYS_LATER * DAY
    while True:
        day = there.astimezone(UTC).date()
        if taken[day] < cap:
            taken[day] += 1
            return there.astimezone(UTC)
        following = next_workday(there.date())
        if following > last:
            return None
        there = datetime.combine(following, there.time(), there.tzinfo)


def next_workday(day: date) -> date:
    """The first Monday to Friday after `day`."""
    day += DAY
    return day if _works(day) else day + timedelta(days=7 - day.weekday())


def _works(day: date) -> bool:
    return day.weekday() < SATURDAY
