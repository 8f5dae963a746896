"""When a member's digest is due: at their hour of a day of their zone, whatever its clocks do."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
SATURDAY = 5
FARTHEST = 14  # days ahead that are looked at


@dataclass(frozen=True)
class Rhythm:
    """Each day, or Monday to Friday, at `hour` in `zone`; not on the day on which the last one went."""

    hour: int
    zone: str
    is_weekdays_only: bool = False
    last: datetime | None = None

    def day_of(self, at: datetime) -> date:
        return at.astimezone(ZoneInfo(self.zone)).date()

    def slot_on(self, day: date) -> datetime:
        """The hour of `day` in UTC: the first one where clocks go back over it, the moment after a gap it falls in."""
        return datetime.combine(day, time(self.hour), ZoneInfo(self.zone)).astimezone(UTC)

    def has(self, day: date) -> bool:
        """Whether a digest may go on `day`."""
        is_free = self.last is None or self.day_of(self.last) < day
        return is_free and not (self.is_weekdays_only and day.weekday() >= SATURDAY)

    def next_slot(self, after: datetime) -> datetime:
        """The first slot later than `after`."""
        first = self.day_of(after)
        days = (first + nth * DAY for nth in range(FARTHEST))
        return next(slot for day in days if (slot := self.slot_on(day)) > after and self.has(self.day_of(slot)))

    def is_slot(self, at: datetime) -> bool:
        """Whether `at` is one."""
        return self.next_slot(at - timedelta(microseconds=1)) == at
