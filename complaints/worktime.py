"""Working hours: Monday to Friday, from one hour of the day to another, in one place of the world. No rows in here."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SATURDAY = 5
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Hours:
    """When people work: whole hours of the day, 0 to 24, `opens_at` before `closes_at`."""

    opens_at: int
    closes_at: int
    zone: ZoneInfo

    def of(self, day: date) -> tuple[datetime, datetime]:
        """The working day, in UTC; on the day of a change of clocks it is as long as its clock says."""
        midnight = datetime.combine(day, time(), self.zone)
        begin, end = (midnight + timedelta(hours=hour) for hour in (self.opens_at, self.closes_at))
        return begin.astimezone(UTC), end.astimezone(UTC)


def due_at(start: datetime, hours: int, work: Hours) -> datetime:
    """When so many working hours have passed since `start`: at once for none, if people work just then.

    16 hours from Friday 15:00 with work from 9 to 17 are Tuesday 15:00.
    """
    left, day = timedelta(hours=hours), start.astimezone(work.zone).date()
    while True:
        begin, end = work.of(day)
        begin = max(begin, start)
        if day.weekday() < SATURDAY and begin < end and left <= end - begin:
            return begin + left
        if day.weekday() < SATURDAY and begin < end:
            left -= end - begin
        day += DAY
