"""What part of the results a page shows: all of it stands in the address."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode

from django.http import QueryDict

from surveys import scores
from surveys.models import Kind, Refusal

PERIODS = [30, 90, 180, 365]
SHOWS = ["answers", "sent", "refused"]


@dataclass(frozen=True)
class Lens:
    """One survey and period, and the rows below the figures; what is empty does not narrow."""

    metric: str = Kind.CSAT
    days: int = 90
    show: str = "answers"
    month: str = ""
    value: int | None = None
    reason: str = ""

    @classmethod
    def of(cls, query: QueryDict) -> "Lens":
        """Read an address; a part that makes no sense is as if it were not there."""
        metric = _one_of(query.get("metric"), Kind.values) or Kind.CSAT
        value = _one_of(query.get("value"), [str(value) for value in scores.values(metric)])
        return cls(
            metric=metric,
            days=int(_one_of(query.get("days"), [str(days) for days in PERIODS]) or 90),
            show=_one_of(query.get("show"), SHOWS) or "answers",
            month=query.get("month", "") if _first_day(query.get("month", "")) else "",
            value=int(value) if value else None,
            reason=_one_of(query.get("reason"), Refusal.Reason.values),
        )

    def span(self, at: datetime) -> tuple[datetime, datetime]:
        """The period that ends at `at`, half open."""
        return at - timedelta(days=self.days), at

    def rows_span(self, at: datetime) -> tuple[datetime, datetime]:
        """What the rows cover: the chosen month if there is one, else the period."""
        first = _first_day(self.month)
        if first is None:
            return self.span(at)
        after = (first + timedelta(days=31)).replace(day=1)
        return _midnight(first), _midnight(after)

    def but(self, **changes: object) -> "Lens":
        return replace(self, **changes)  # type: ignore[arg-type]

    def rows(self, show: str, **narrowed: object) -> str:
        """The address of these rows, narrowed by nothing but what is given."""
        return self.but(show=show, month="", value=None, reason="").but(**narrowed).query() + "#rows"

    def query(self) -> str:
        """`?metric=...`, with the defaults left out where they are not needed to tell."""
        parts = {"metric": self.metric, "days": self.days, "show": self.show, "month": self.month}
        parts |= {"value": "" if self.value is None else self.value, "reason": self.reason}
        return "?" + urlencode({name: part for name, part in parts.items() if part != ""})


def _one_of(text: str | None, allowed: list[str]) -> str:
    return text if text is not None and text in allowed else ""


def _first_day(month: str) -> date | None:
    try:
        return date.fromisoformat(f"{month}-01")
    except ValueError:
        return None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=UTC)
