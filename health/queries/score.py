"""What scores are made by, and scores as people read them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.models import Account, Fact
from accounts.queries import metric as metric_queries
from health import scoring, sentences, telling
from health.models import HealthProfile, HealthScore, Typical
from health.parts import MEASURES, METRICS, PARTS, STANDS_DAYS, Confidence, Part, confidence_of
from health.stored import from_numbers, measure_of
from workspaces import tenancy

ANSWERS_BACK = timedelta(days=365)


# ------------------------------------------------------------------------------------------- what scores are made by
def typical() -> Typical | None:
    """What is typical of the workspace's customers; None before the first night."""
    return Typical.objects.first()


def metric_ids(day: date) -> dict[str, int]:
    """The metrics that the score of `day` reads, by key; those never defined, or not sent any more, are absent."""
    found = metric_queries.metrics(datetime.combine(day, time(), UTC), METRICS)
    return {one.metric.key: one.metric.pk for one in found if one.stopped_on is None}


def sources(day: date) -> scoring.Sources:
    """What the workspace worked with at the end of `day`. Use, people and conversations anybody may have."""
    return sources_on([day])[0]


def sources_on(days: Sequence[date]) -> list[scoring.Sources]:
    """`sources` of each day, in one statement."""
    ends = [datetime.combine(day + timedelta(days=1), time(), UTC) for day in days]
    with connection.cursor() as cursor:
        cursor.execute(_SOURCES, {"workspace": tenancy.current_id(), "ends": ends})
        return [_sources(*row) for row in cursor.fetchall()]


def _sources(
    has_desk: bool,
    has_lessons: bool,
    has_talks: bool,
    has_plans: bool,
    has_goals: bool,
    has_steps: bool,
    has_begun: bool,
) -> scoring.Sources:
    always = dict.fromkeys(PARTS, True)
    return scoring.Sources(
        has_desk,
        has_lessons,
        has_talks,
        always
        | {
            Part.INTENT.value: has_plans,
            Part.NEEDS.value: has_steps or has_begun,
            Part.OUTCOMES.value: has_goals,
            Part.EDUCATION.value: has_lessons,
            Part.JOURNEY.value: has_steps or has_desk,
        },
    )


# `exists` looked through all tickets of others before the first of the workspace (0.3 s, measured): a first row in the
# order of an index is found at once.
_SOURCES = """
    select coalesce((select true from accounts_ticket where workspace_id = %(workspace)s and opened_at < ends.at
                     order by account_id limit 1), false),
        exists (select from learning_contentitem where workspace_id = %(workspace)s and retired_at is null),
        coalesce((select true from journeys_touchpoint where workspace_id = %(workspace)s and channel <> 'note'
                    and at < ends.at order by account_id limit 1), false),
        coalesce((select true from plans_planversion where workspace_id = %(workspace)s and recorded_at < ends.at
                  order by account_id limit 1), false),
        coalesce((select true from plans_goal where workspace_id = %(workspace)s and recorded_at < ends.at
                  order by account_id limit 1), false),
        coalesce((select true from plans_milestone where workspace_id = %(workspace)s and recorded_at < ends.at
                  order by account_id limit 1), false),
        coalesce((select true from journeys_touchpoint where workspace_id = %(workspace)s and is_proactive is not null
                    and at < ends.at order by at limit 1), false)
    from unnest(%(ends)s::timestamptz[]) with ordinality as ends(at, place) order by place
"""


# ------------------------------------------------------------------------------------------- scores
@dataclass(frozen=True)
class MeasureView:
    """One measure of a part as people read it; `data` is what was stored."""

    data: dict[str, Any]
    weight: float

    @property
    def key(self) -> str:
        return str(self.data["key"])

    @property
    def label(self) -> str:
        return telling.label(self.key)

    @property
    def value(self) -> float | None:
        return self.data["value"]  # type: ignore[no-any-return]

    @property
    def coverage(self) -> float:
        return float(self.data["coverage"])

    @property
    def sentence(self) -> str:
        return telling.tell(self.data)

    @property
    def is_missing(self) -> bool:
        return self.value is None

    @property
    def is_doubted(self) -> bool:
        """It has no value because its numbers cannot be right."""
        return telling.is_doubted(self.data)

    @property
    def is_taken_off(self) -> bool:
        """It costs the part points, rather than being a share of it."""
        return not self.weight


@dataclass(frozen=True)
class PartView:
    """One part of a score as people read it; `data` is what was stored, `target` the value that is desired now."""

    data: dict[str, Any]
    sentence: str
    target: int | None = None

    @property
    def key(self) -> str:
        return str(self.data["key"])

    @property
    def label(self) -> str:
        return sentences.label(self.key)

    @property
    def weight(self) -> int:
        return int(self.data["weight"])

    @property
    def value(self) -> float | None:
        return self.data["value"]  # type: ignore[no-any-return]

    @property
    def points(self) -> float | None:
        return self.data["points"]  # type: ignore[no-any-return]

    @property
    def coverage(self) -> float:
        return float(self.data["coverage"])

    @property
    def mean(self) -> float | None:
        return self.data["mean"]  # type: ignore[no-any-return]

    @property
    def measures(self) -> list[MeasureView]:
        weights = {one.key: one.weight for one in MEASURES[self.key]}
        return [MeasureView(one, weights[one["key"]]) for one in self.data["measures"]]

    @property
    def is_missing(self) -> bool:
        return self.value is None


@dataclass(frozen=True)
class ScoreView:
    """An account's latest score with its parts."""

    row: HealthScore
    parts: list[PartView]

    @property
    def measures(self) -> list[MeasureView]:
        """Of all parts."""
        return [one for part in self.parts for one in part.measures]

    @property
    def doubted(self) -> list[MeasureView]:
        return [one for one in self.measures if one.is_doubted]

    @property
    def score(self) -> float | None:
        return None if self.row.score is None else float(self.row.score)

    @property
    def told(self) -> float | None:
        """The score, unless too little is known for a band."""
        return None if self.row.told is None else float(self.row.told)

    @property
    def band(self) -> str:
        return self.row.band

    @property
    def coverage(self) -> float:
        return self.row.coverage

    @property
    def confidence(self) -> Confidence:
        return confidence_of(self.row.coverage)

    @property
    def day(self) -> date:
        return self.row.day

    @property
    def computed_at(self) -> datetime:
        return self.row.computed_at


def score_now(account: Account) -> ScoreView | None:
    """The latest score with its parts in words; the survey part names the latest bad answer. None: never scored."""
    row = HealthScore.objects.filter(account=account).order_by("-day").first()
    if row is None:
        return None
    bad = latest_bad_answer(account, row.day) if _has_answers(row) else None
    return ScoreView(row, [PartView(part, _sentence(part, bad)) for part in row.parts])


def against(view: ScoreView, profile: HealthProfile) -> ScoreView:
    """A score with the targets of a profile beside its parts."""
    return replace(view, parts=[replace(part, target=profile.desired[part.key]) for part in view.parts])


def scores_of(account_ids: Sequence[int]) -> dict[int, ScoreView]:
    """`score_now` of each account that was ever scored, in three statements."""
    latest = {row.account_id: row for row in _latest_rows(account_ids)}
    bad = _latest_bad_answers([row for row in latest.values() if _has_answers(row)])
    return {
        account_id: ScoreView(row, [PartView(part, _sentence(part, bad.get(account_id))) for part in row.parts])
        for account_id, row in latest.items()
    }


def _latest_rows(account_ids: Sequence[int]) -> Iterable[HealthScore]:
    """The newest row of each account, by its key: `distinct` would read the whole history with its parts."""
    newest = HealthScore.objects.filter(account=OuterRef("pk")).order_by("-day").values("day")[:1]
    days = Account.objects.filter(pk__in=account_ids).annotate(scored_on=Subquery(newest)).exclude(scored_on=None)
    keys = list(days.order_by().values_list("workspace_id", "pk", "scored_on"))
    return HealthScore.objects.filter(pk__in=keys) if keys else ()


def _latest_bad_answers(rows: Sequence[HealthScore]) -> dict[int, Fact]:
    """`latest_bad_answer` of each account on its row's day."""
    ends = {row.account_id: datetime.combine(row.day + timedelta(days=1), time(), UTC) for row in rows}
    told = Fact.objects.filter(account_id__in=ends, kind="survey.answered").order_by("-at", "-pk")
    latest: dict[tuple[int, int], Fact] = {}
    for fact in told.filter(at__gt=min(ends.values()) - ANSWERS_BACK) if ends else ():
        if ends[fact.account_id] - ANSWERS_BACK < fact.at < ends[fact.account_id]:
            latest.setdefault((fact.account_id, fact.data["contact_id"]), fact)
    found: dict[int, Fact] = {}
    for (account_id, _contact_id), fact in latest.items():
        if fact.data["is_bad"]:
            found.setdefault(account_id, fact)
    return found


def _has_answers(row: HealthScore) -> bool:
    voice = measure_of(row.parts, "sentiment")
    return voice is not None and voice["value"] is not None


def _sentence(part: dict[str, Any], bad: Fact | None) -> str:
    said = sentences.tell(part)
    if bad is None or part["key"] != Part.RELATIONSHIPS:
        return said
    return f"{said} {sentences.answer(bad.data)}"


def latest_bad_answer(account: Account, day: date) -> Fact | None:
    """The newest bad answer of the year up to `day`, unless the same person has answered better since."""
    end = datetime.combine(day + timedelta(days=1), time(), UTC)
    told = Fact.objects.filter(account=account, kind="survey.answered", at__lt=end, at__gt=end - ANSWERS_BACK)
    latest: dict[int, Fact] = {}
    for fact in told.order_by("-at", "-pk")[:50]:
        latest.setdefault(fact.data["contact_id"], fact)
    return next((fact for fact in latest.values() if fact.data["is_bad"]), None)


def parts_on(account_ids: Sequence[int], day: date) -> dict[int, list[dict[str, Any]]]:
    """The parts of the score that stood for each account on a day, as stored."""
    return {account_id: from_numbers(numbers) for account_id, numbers in _standing("parts", account_ids, day)}


def standing_on(account_ids: Sequence[int], day: date) -> dict[int, tuple[float | None, str]]:
    """The score that stood for each account on a day, with its band."""
    found = _standing("score::float8, h.band", account_ids, day)
    return {account_id: (score, band) for account_id, score, band in found}


def _standing(columns: str, account_ids: Sequence[int], day: date) -> list[tuple[Any, ...]]:
    values: dict[str, Any] = {
        "workspace": tenancy.current_id(), "ids": scoring.array(account_ids), "day": day, "stands": STANDS_DAYS,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_STANDING.format(columns), values)
        return list(cursor.fetchall())


_STANDING = """
    select asked.id, s.*
    from unnest(%(ids)s::bigint[]) asked(id)
    cross join lateral (
        select h.{} from health_healthscore h
        where h.workspace_id = %(workspace)s and h.account_id = asked.id and h.day <= %(day)s
          and h.day > %(day)s - %(stands)s
        order by h.day desc limit 1
    ) s
"""


def history(account: Account, *, days: int, today: date) -> list[HealthScore]:
    """The score that stood when the last `days` began, then a row a day of change, oldest first, without the parts."""
    first = today - timedelta(days=days - 1)
    rows = HealthScore.objects.filter(account=account, day__lte=today).defer("parts")
    stood = rows.filter(day__lte=first).order_by("-day").values("day")[:1]
    return list(rows.filter(day__gte=Coalesce(Subquery(stood), Value(first))).order_by("day"))


def scores_every(account_ids: Sequence[int], *, days: int, times: int, today: date) -> dict[int, list[float | None]]:
    """The score that stood for each account `times` x `days` days ago, and every `days` since, before today.

    None: without a band, or none stood. In one statement, of so many looks at the newest row of an index.
    """
    found: dict[int, list[float | None]] = {account_id: [None] * times for account_id in account_ids}
    values: dict[str, Any] = {
        "workspace": tenancy.current_id(), "ids": scoring.array(account_ids), "first": today - timedelta(times * days),
        "today": today, "days": days, "times": times, "stands": STANDS_DAYS,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_EVERY, values)
        found.update(cursor.fetchall())
    return found


# One row an account: fifty times twelve rows of the ORM take longer than the rest of a page of the list. Each day looks
# at the months a score may stand in, and none at those before them all: 5 ms, not 50, with three years kept (measured).
_EVERY = """
    select asked.id, array_agg(case when s.band <> '' then s.score::float8 end order by place)
    from unnest(%(ids)s::bigint[]) asked(id)
    cross join generate_series(0, %(times)s - 1) place
    left join lateral (
        select h.score, h.band from health_healthscore h
        where h.workspace_id = %(workspace)s and h.account_id = asked.id
          and h.day <= %(first)s + %(days)s * place and h.day > %(first)s + %(days)s * place - %(stands)s
          and h.day <= %(today)s and h.day > %(first)s - %(stands)s
        order by h.day desc limit 1
    ) s on true
    group by asked.id
"""


def carried(values: Mapping[date, float | None], span: Sequence[date]) -> list[float | None]:
    """The value of each day of `span`, or else of the newest day before; days of both rise."""
    stood = [value for day, value in values.items() if day < span[0]][-1:]
    found: list[float | None] = []
    for day in span:
        found.append(values.get(day, found[-1] if found else next(iter(stood), None)))
    return found
