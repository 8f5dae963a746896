"""Which comments a page shows: all of it stands in the address."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.http import QueryDict

from accounts.stages import Stage
from lib.time import midnight, named_days
from voice.models import LANGUAGES, UNHAPPY, Feeling, Remark, RemarkQuerySet, Source

PERIODS = [30, 90, 180, 365]
BY = ["stage", "segment"]
NAMES = ("days", "first", "last", "by", "source", "theme", "stage", "segment", "feeling", "language", "account", "only")
ONLY = ["odds", "corrected", "untold"]
ANYWHERE = "all"
NOT_HAPPY = "unhappy"  # as a feeling: any of UNHAPPY
DEFAULTS: dict[str, object] = {"days": 90, "by": "stage", "source": Source.ANSWER.value}


@dataclass(frozen=True)
class Lens:
    """A period and what narrows it; what is empty does not. `by` is what the columns of the heat map are.

    Answers are shown unless something else is asked for: a ticket names a problem by its nature, and a touchpoint is
    told in our own words. With `first` and `last` the period is these days and all between, whatever `days` says.
    """

    days: int = 90
    first: date | None = None
    last: date | None = None
    by: str = "stage"
    source: str = Source.ANSWER.value
    theme: int | None = None
    stage: str = ""
    segment: int | None = None
    feeling: str = ""
    language: str = ""
    account: int | None = None
    only: str = ""

    @classmethod
    def of(cls, query: QueryDict) -> "Lens":
        """Read an address; a part that makes no sense is as if it were not there."""
        first, last = named_days(query.get("first", ""), query.get("last", ""))
        return cls(
            first=first,
            last=last,
            days=int(_one_of(query.get("days"), [str(days) for days in PERIODS]) or 90),
            by=_one_of(query.get("by"), BY) or BY[0],
            source=_one_of(query.get("source"), [*Source.values, ANYWHERE]) or Source.ANSWER.value,
            theme=_id(query.get("theme")),
            stage=_one_of(query.get("stage"), Stage.values),
            segment=_id(query.get("segment")),
            feeling=_one_of(query.get("feeling"), [*Feeling.values, NOT_HAPPY]),
            language=_one_of(query.get("language"), [*LANGUAGES]),
            account=_id(query.get("account")),
            only=_one_of(query.get("only"), ONLY),
        )

    @classmethod
    def of_rise(cls, theme: int, day: date) -> "Lens":
        """What was said of a theme, wherever, in the seven days before `day`, in which it rose."""
        return cls(theme=theme, first=day - timedelta(days=7), last=day - timedelta(days=1), source=ANYWHERE)

    def span(self, at: datetime) -> tuple[datetime, datetime]:
        """The period that ends at `at`, or the days it names; half open."""
        if self.first and self.last:
            return midnight(self.first), midnight(self.last + timedelta(days=1))
        return at - timedelta(days=self.days), at

    def remarks(self, at: datetime) -> RemarkQuerySet:
        """The comments it shows; by a theme, those whose mention of it feels as asked."""
        since, until = self.span(at)
        source = "" if self.source == ANYWHERE else self.source
        plain = {"source": source, "stage": self.stage, "language": self.language, "account": self.account}
        found = Remark.objects.filter(said_at__gte=since, said_at__lt=until)
        found = found.filter(**{name: value for name, value in plain.items() if value})
        if self.segment:
            found = found.filter(segment_ids__contains=[self.segment])
        felt = UNHAPPY if self.feeling == NOT_HAPPY else (self.feeling,)
        if self.theme:
            about = {"mentions__theme": self.theme}
            found = found.filter(**about, **({"mentions__feeling__in": felt} if self.feeling else {}))
        elif self.feeling:
            found = found.filter(feeling__in=felt)
        return self._only(found)

    def _only(self, found: RemarkQuerySet) -> RemarkQuerySet:
        if self.only == "odds":
            return found.filter(is_at_odds=True)
        if self.only == "corrected":
            return found.exclude(corrected_at=None)
        return found.filter(mentions=None) if self.only == "untold" else found

    def but(self, **changes: object) -> "Lens":
        return replace(self, **changes)  # type: ignore[arg-type]

    def query(self) -> str:
        """`?days=...`, without what is empty or as it is anyway."""
        parts = {name: getattr(self, name) for name in NAMES}
        asked = {name: part for name, part in parts.items() if part and part != DEFAULTS.get(name)}
        return f"?{urlencode(asked)}" if asked else "?"


def _one_of(text: str | None, allowed: list[str]) -> str:
    return text if text is not None and text in allowed else ""


def _id(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 and int(text) else None
