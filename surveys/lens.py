"""What part of the results a page shows: all of it stands in the address."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from lib.time import midnight, named_days
from surveys.breakdowns import DIMENSIONS, Dimension
from surveys.models import Refusal, Survey
from surveys.scales import scale_of
from surveys.tallies import Roll, day_after, day_begun

PERIODS = [30, 90, 180, 365]
SHOWS = ["answers", "before", "sent", "refused", "doubtful"]
SPANS = ["month", "week", "wave"]
UNSAID: dict[str, Any] = {"span": "month", "roll": Roll.ANSWERS.value, "by": "stage"}


@dataclass(frozen=True)
class Lens:
    """One survey and period, how its answers are rolled up, and the rows below; what is empty does not narrow.

    `by` is what the answers are broken down by; `key` narrows everything to one group of that. `first` is the first
    day of a `span`, `value` an answer, `reason` why somebody was not asked: they narrow the rows alone. With `since`
    and `until` the period is these days and all between, whatever `days` says.
    """

    survey: int = 0
    days: int = 90
    show: str = "answers"
    span: str = "month"
    roll: str = Roll.ANSWERS.value
    by: str = "stage"
    key: str = ""
    first: str = ""
    value: int | None = None
    reason: str = ""
    since: date | None = None
    until: date | None = None

    @classmethod
    def of(cls, query: QueryDict, surveys: Sequence[Survey]) -> "Lens":
        """Read an address; a part that makes no sense is as if it were not there."""
        survey = _chosen(query, surveys)
        values = scale_of(survey.kind, survey.points).values if survey else []
        value = _one_of(query.get("value"), map(str, values))
        span, by = _one_of(query.get("span"), SPANS), _one_of(query.get("by"), DIMENSIONS)
        is_wave = span == "wave" and not (survey and survey.goes_in_waves)
        lens = cls(
            survey=survey.pk if survey else 0,
            days=int(_one_of(query.get("days"), map(str, PERIODS)) or 90),
            show=_one_of(query.get("show"), SHOWS) or "answers",
            span=span if span and not is_wave else "month",
            roll=_one_of(query.get("roll"), Roll.values) or Roll.ANSWERS.value,
            by=by or "stage",
            value=int(value) if value else None,
            reason=_one_of(query.get("reason"), Refusal.Reason.values),
        )
        key, first = query.get("key", ""), query.get("first", "")
        is_key = lens.dimension.read(key) is not None and "\x00" not in key
        since, until = named_days(query.get("since", ""), query.get("until", ""))
        return lens.but(
            key=key if is_key else "", first=first if lens.is_first(first) else "", since=since, until=until
        )

    @property
    def dimension(self) -> Dimension:
        return DIMENSIONS[self.by]

    def is_first(self, text: str) -> bool:
        """Whether it names a week, month or wave."""
        if self.span == "wave":
            return text.isascii() and text.isdigit() and len(text) < 19
        day = _day(text)
        return day is not None and day_begun(self.span, day) == day

    @property
    def length(self) -> int:
        """How many days the period has."""
        return (self.until - self.since).days + 1 if self.since and self.until else self.days

    def dates(self, at: datetime) -> tuple[datetime, datetime]:
        """The period that ends at `at`, or the days it names; half open."""
        if self.since and self.until:
            return midnight(self.since), midnight(self.until + timedelta(days=1))
        return at - timedelta(days=self.days), at

    def dates_before(self, at: datetime) -> tuple[datetime, datetime]:
        """As long a period that ends where this one begins."""
        since, _until = self.dates(at)
        return since - timedelta(days=self.length), since

    def row_dates(self, at: datetime) -> tuple[datetime, datetime]:
        """What the rows cover: the chosen week or month if there is one, else the period or that before."""
        if self.show == "before":
            return self.dates_before(at)
        first = _day(self.first)
        if first is None:
            return self.dates(at)
        return midnight(first), midnight(day_after(self.span, first))

    def but(self, **changes: Any) -> "Lens":
        return replace(self, **changes)

    def rows(self, show: str, **narrowed: Any) -> str:
        """The address of these rows, narrowed by nothing but the group and what is given."""
        return self.but(show=show, first="", value=None, reason="").but(**narrowed).query() + "#rows"

    def view(self, **changes: Any) -> str:
        """The address of the same rows seen another way."""
        return self.but(first="", value=None, reason="").but(**changes).query()

    def query(self) -> str:
        """`?survey=...`, without what is empty or as usual."""
        return "?" + urlencode(self.parts())

    def parts(self) -> dict[str, Any]:
        """What an address says of it."""
        parts = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {name: part for name, part in parts.items() if not _is_unsaid(name, part)}


def _is_unsaid(name: str, part: Any) -> bool:
    return part is None or part == "" or part == UNSAID.get(name)


def _chosen(query: QueryDict, surveys: Sequence[Survey]) -> Survey | None:
    """The survey an address names by its id, or the first of the kind it names, or the first."""
    by_id = (one for one in surveys if str(one.pk) == query.get("survey"))
    by_kind = (one for one in surveys if one.kind == query.get("metric"))
    return next(by_id, None) or next(by_kind, None) or next(iter(surveys), None)


def _one_of(text: str | None, allowed: Iterable[str]) -> str:
    return text if text is not None and text in set(allowed) else ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
