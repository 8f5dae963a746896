"""The rows behind each measure of a score: what was counted, in the same windows, newest first."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import F, Min, Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import queries as account_queries
from accounts.models import Account, Contact, Contract, MetricDay, Ticket
from accounts.stages import Stage
from expectations.models import Expectation
from health.parts import EFFORT_METRIC, RATINGS, SEATS_METRIC, TWO_WAY_METRIC, USAGE_METRICS
from journeys.models import StageMove, Touchpoint
from learning.models import Completion
from lib.formatting import exact, number
from lib.time import day_of
from plans import portraits
from plans import queries as plan_queries
from plans.models import Milestone, PlanVersion

MOST = 200  # rows shown of one kind; an export has all
YEAR, HALF_YEAR, RECENT, EVER = 365, 180, 90, 36_500


@dataclass(frozen=True)
class Line:
    """One row: when it was, what it says, the numbers and words that were counted, and where it can be opened."""

    on: date | datetime | None
    text: str
    detail: str = ""
    url: str = ""


@dataclass(frozen=True)
class Asked:
    """Whose rows, as of the end of which UTC day, how many of a kind (None: all), and where a measure can be made of
    one of several metrics, of which it was.
    """

    account: Account
    day: date
    most: int | None = MOST
    counted: Mapping[str, str] = field(default_factory=dict)

    @property
    def until(self) -> datetime:
        return _midnight(self.day + timedelta(days=1))

    def since(self, days: int) -> datetime:
        """The beginning of the last so many days."""
        return _midnight(self.first(days))

    def first(self, days: int) -> date:
        return self.day - timedelta(days=min(days, EVER) - 1)

    def panel(self, key: str) -> str:
        return reverse("dashboard:account_panel", args=[self.account.pk, key])


@dataclass(frozen=True)
class Source:
    """Rows of one kind that a measure reads."""

    title: str | Promise
    lines: Callable[[Asked], Iterable[Line]]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _cut(rows: QuerySet[Any, Any], asked: Asked) -> QuerySet[Any, Any]:
    return rows[: asked.most] if asked.most else rows


def _joined(*parts: object) -> str:
    return " · ".join(str(part) for part in parts if part)


# ------------------------------------------------------------------------------------------------- kinds of rows
def readings(days: int, *keys: str, counted_by: str = "") -> Source:
    """Of metrics; only of the one that a measure was made of, where it is `counted_by` one of them."""

    def lines(asked: Asked) -> Iterator[Line]:
        metric = asked.counted.get(counted_by)
        return _day_rows(asked, days, metric__key__in=[key for key in keys if metric in {None, key}])

    return Source(_("Readings by day"), lines)


def planned_readings(days: int) -> Source:
    """Of the metrics that the newest plan names."""

    def lines(asked: Asked) -> Iterator[Line]:
        plan = plan_queries.newest(asked.account)
        return _day_rows(asked, days, metric_id__in=plan.metrics if plan else [])

    return Source(_("Readings of what the plan names"), lines)


def first_uses(days: int) -> Source:
    """Of what the newest plan names, after the day of the first."""

    def lines(asked: Asked) -> Iterator[Line]:
        versions = plan_queries.versions_of(asked.account)
        newest, oldest = versions.first(), versions.last()
        if newest is None or oldest is None:
            return
        planned = day_of(oldest.recorded_at)
        used = MetricDay.objects.filter(account=asked.account, metric_id__in=newest.metrics, total__gt=0)
        firsts = used.values("metric__name").annotate(first=Min("day")).order_by("-first", "metric__name")
        for one in _cut(firsts.filter(first__range=(asked.first(days), asked.day), first__gt=planned), asked):
            yield Line(one["first"], one["metric__name"])

    return Source(_("First uses of what the plan names"), lines)


def _day_rows(asked: Asked, days: int, **only: Any) -> Iterator[Line]:
    rows = MetricDay.objects.filter(account=asked.account, day__range=(asked.first(days), asked.day), **only)
    for row in _cut(rows.select_related("metric").order_by("-day", "metric__name"), asked):
        value = {"counter": row.total, "gauge": row.last}.get(row.metric.kind, row.total / row.n if row.n else None)
        yield Line(row.day, row.metric.name, _joined(number(value, 1 if value and value % 1 else 0), row.metric.unit))


def touchpoints(days: int, which: Q | None = None) -> Source:
    def lines(asked: Asked) -> Iterator[Line]:
        rows = Touchpoint.objects.filter(
            which or Q(), account=asked.account, at__gte=asked.since(days), at__lt=asked.until
        ).exclude(channel=Touchpoint.Channel.NOTE)
        for one in _cut(rows.select_related("contact").order_by("-at", "-pk"), asked):
            yield Line(one.at, one.summary or str(one.get_channel_display()), _met(one), asked.panel("touchpoints"))

    return Source(_("Touchpoints"), lines)


def _met(one: Touchpoint) -> str:
    began = {True: _("we began"), False: _("they began")}.get(one.is_proactive) if one.is_proactive is not None else ""
    felt = one.get_felt_display() if one.felt is not None else ""
    return _joined(
        one.get_channel_display(), one.get_direction_display(), one.contact, one.get_outcome_display(), began, felt
    )


def tickets(which: Callable[[Asked], Q]) -> Source:
    def lines(asked: Asked) -> Iterator[Line]:
        rows = Ticket.objects.filter(which(asked), account=asked.account, opened_at__lt=asked.until)
        for one in _cut(rows.order_by("-opened_at", "-pk"), asked):
            is_open = one.closed_at is None or one.closed_at >= asked.until
            told = (
                one.get_topic_display(), one.get_priority_display(), _("open") if is_open else _("closed"),
                _("reopened") if one.reopened_at else "",
            )  # fmt: skip
            name = _joined(f"#{one.number.removeprefix('#')}" if one.number else "", one.subject)
            yield Line(one.opened_at, name, _joined(*told), one.url or asked.panel("tickets"))

    return Source(_("Tickets"), lines)


def steps(days: int, ahead: int = 0) -> Source:
    """Milestones that were due in so many days, or are due in the next `ahead`."""

    def lines(asked: Asked) -> Iterator[Line]:
        first, last = (asked.day + timedelta(days=1), asked.day + timedelta(days=ahead))
        due = (first, last) if ahead else (asked.first(days), asked.day)
        rows = Milestone.objects.filter(account=asked.account, due_on__range=due, recorded_at__lt=asked.until)
        for one in _cut(rows.order_by("-due_on", "-pk"), asked):
            done = _("done on %(day)s") % {"day": exact(one.done_on)} if one.done_on else _("open")
            material = _("material prepared") if one.material else ""
            yield Line(one.due_on, one.name, _joined(done, material), reverse("plans:plan", args=[asked.account.pk]))

    return Source(_("Steps by the day they are due"), lines)


def plans() -> Source:
    def lines(asked: Asked) -> Iterator[Line]:
        rows = PlanVersion.objects.filter(account=asked.account, recorded_at__lt=asked.until)
        for one in _cut(rows.order_by("-pk"), asked):
            confirmed = _("confirmed on %(day)s") % {"day": exact(one.confirmed_on)} if one.confirmed_on else ""
            words = _joined(_gaps(one), confirmed, _will(one))
            name = one.use_case or one.why_bought or str(_("Success plan"))
            yield Line(one.recorded_at, name, words, reverse("plans:plan", args=[asked.account.pk]))

    return Source(_("Versions of the success plan"), lines)


def _gaps(plan: PlanVersion) -> str:
    missing = len(plan_queries.missing(plan))
    return str(_("%(n)s of 6 questions answered") % {"n": 6 - missing})


def _will(plan: PlanVersion) -> str:
    if plan.renewal_intent is None or plan.renewal_intent_on is None:
        return ""
    values = {"n": plan.renewal_intent, "day": exact(plan.renewal_intent_on)}
    return str(_("will to renew: %(n)s of 5, on %(day)s") % values)


def goals() -> Source:
    def lines(asked: Asked) -> Iterator[Line]:
        found = plan_queries.goals(asked.day).filter(account=asked.account, recorded_at__lt=asked.until)
        for line in plan_queries.lines(found.order_by("-due_on", "-pk")[: asked.most], asked.day):
            yield Line(line.goal.due_on, line.goal.name, _standing(line), reverse("plans:goal", args=[line.goal.pk]))

    return Source(_("Goals by the day they are due"), lines)


def _standing(line: plan_queries.GoalLine) -> str:
    """The way, what was read last and what is expected by then, and what became of it."""
    one = line.goal
    way = _("%(from)s → %(to)s %(unit)s") % {
        "from": number(one.baseline), "to": number(one.target), "unit": one.unit,
    }  # fmt: skip
    weight = _("weight %(n)s") % {"n": number(one.weight)} if one.weight != 1 else ""
    reached = _("reached on %(day)s") % {"day": exact(one.reached_on)} if one.reached_on else ""
    confirmed = _("confirmed on %(day)s") % {"day": exact(one.confirmed_on)} if one.confirmed_on else ""
    ended = _("given up") if one.ended_on else ""
    read, expected = portraits.read_last(one, line.progress), portraits.expected(one, line.progress)
    return _joined(way.strip(), one.site, weight, read, expected, reached, confirmed, ended)


def people(*roles: str) -> Source:
    def lines(asked: Asked) -> Iterator[Line]:
        rows = Contact.objects.known().filter(account=asked.account)
        rows = rows.filter(role__in=roles) if roles else rows
        for one in _cut(rows.order_by(F("left_at").desc(nulls_first=True), "name", "pk"), asked):
            left = _("left") if one.left_at else ""
            words = _joined(one.get_role_display(), one.title, left)
            yield Line(one.left_at or one.created_at, one.name, words, reverse("accounts:contact", args=[one.pk]))

    return Source(_("People"), lines)


def contracts(which: Callable[[Asked], Q]) -> Source:
    def lines(asked: Asked) -> Iterator[Line]:
        rows = Contract.objects.filter(which(asked), account=asked.account)
        for one in _cut(rows.order_by("-ends_on", "-pk"), asked):
            seats = _("%(n)s seats") % {"n": number(one.seats)} if one.seats else ""
            ends = _("ends on %(day)s") % {"day": exact(one.ends_on)}
            yield Line(one.starts_on, one.name, _joined(seats, ends), asked.panel("contracts"))

    return Source(_("Contracts"), lines)


def answers(days: int, *metrics: str, **said: str) -> Source:
    """About these metrics; `said`: what else is known of them."""

    def lines(asked: Asked) -> Iterator[Line]:
        found = account_queries.moments_between(
            asked.account, ["survey.answered"], since=asked.since(days), until=asked.until, size=asked.most or 10_000,
            metric__in=metrics, **said,
        )  # fmt: skip
        return (Line(one.at, one.told, "", one.url) for one in found)

    return Source(_("Answers"), lines)


def moves(days: int) -> Source:
    def lines(asked: Asked) -> Iterator[Line]:
        rows = StageMove.objects.filter(account=asked.account, at__gte=asked.since(days), at__lt=asked.until)
        for one in _cut(rows.order_by("-pk"), asked):
            way = f"{Stage(one.from_stage).label} → {Stage(one.to_stage).label}"
            yield Line(one.at, way, one.words, asked.panel("stages"))

    return Source(_("Stages"), lines)


def lessons(days: int, which: Q | None = None) -> Source:
    def lines(asked: Asked) -> Iterator[Line]:
        rows = Completion.objects.filter(which or Q(), account=asked.account, started_at__lt=asked.until).filter(
            Q(started_at__gte=asked.since(days)) | Q(completed_at__gte=asked.since(days))
        )
        for one in _cut(rows.select_related("item", "contact").order_by("-started_at", "-pk"), asked):
            done = _("completed") if one.completed_at else _("begun")
            yield Line(one.started_at, one.item.title, _joined(one.contact, done), asked.panel("learning"))

    return Source(_("Lessons"), lines)


def promises(days: int) -> Source:
    def lines(asked: Asked) -> Iterator[Line]:
        settled = Q(settled_at__gte=asked.since(days), settled_at__lt=asked.until)
        late = Q(settled_at=None, due_on__lt=asked.day)
        rows = Expectation.objects.filter(settled | late, account=asked.account)
        url = reverse("expectations:expectation_list", args=[asked.account.pk])
        for one in _cut(rows.order_by(F("settled_at").desc(nulls_first=True), "-pk"), asked):
            words = _joined(one.get_outcome_display() or _("overdue"), one.evidence)
            yield Line(one.settled_at or one.due_on, one.wording, words, url)

    return Source(_("Promises"), lines)


# ------------------------------------------------------------------------------------------------- what reads what
_TWO_WAY = Q(direction=Touchpoint.Direction.TWO_WAY) & ~Q(outcome=Touchpoint.Outcome.MISSED)
_DECIDERS = Contact.Role.DECISION_MAKER.value
_SPONSORS = (Contact.Role.CHAMPION.value, _DECIDERS)


def _reopened(asked: Asked) -> Q:
    return Q(reopened_at__gte=asked.since(RECENT), reopened_at__lt=asked.until)


def _load(asked: Asked) -> Q:
    waiting = Q(closed_at=None) | Q(closed_at__gte=asked.until)
    return waiting | Q(opened_at__gte=asked.since(30)) | Q(reopened_at__gte=asked.since(30))


def _asked_for(asked: Asked) -> Q:
    return Q(topic=Ticket.Topic.QUESTION, opened_at__gte=asked.since(RECENT))


def _running(asked: Asked) -> Q:
    return Q(starts_on__lte=asked.day, ends_on__gt=asked.day)


def _ended(asked: Asked) -> Q:
    return Q(ends_on__gt=asked.day - timedelta(days=5 * YEAR))


def _usage(days: int) -> Source:
    """Of the metric that the trend was made of: regular use is by the same."""
    return readings(days, *USAGE_METRICS, counted_by="trend")


SOURCES: dict[str, tuple[Source, ...]] = {
    "known": (plans(),),
    "aligned": (plans(), planned_readings(28), _usage(28)),
    "stated": (plans(),),
    "met": (
        tickets(_asked_for),
        steps(RECENT),
        first_uses(RECENT),
        contracts(_running),
        readings(RECENT, SEATS_METRIC),
        touchpoints(120, _TWO_WAY & Q(is_proactive=True)),
        lessons(120),
    ),
    "ready": (steps(0, ahead=60),),
    "proactive": (touchpoints(RECENT, _TWO_WAY & Q(is_proactive__isnull=False)),),
    "seats": (
        contracts(_running),
        readings(14, SEATS_METRIC, counted_by="seats"),
        readings(28, "active_users", counted_by="seats"),
    ),
    "breadth": (plans(), planned_readings(28)),
    "depth": (readings(28, "key_actions", "active_users"),),
    "regularity": (_usage(56),),
    "trend": (_usage(56),),
    "blockers": (tickets(_load), contracts(_running)),
    "progress": (goals(),),
    "confirmed": (goals(),),
    "spread": (goals(),),
    "width": (people(), touchpoints(RECENT, _TWO_WAY)),
    "sponsor": (people(*_SPONSORS), touchpoints(120, _TWO_WAY & Q(contact__role__in=_SPONSORS))),
    "sentiment": (answers(YEAR, *RATINGS), readings(YEAR, *RATINGS)),
    "advocacy": (moves(YEAR),),
    "executive": (people(_DECIDERS), touchpoints(HALF_YEAR, _TWO_WAY & Q(contact__role=_DECIDERS))),
    "reply": (touchpoints(RECENT),),
    "attendance": (touchpoints(HALF_YEAR, ~Q(outcome="")),),
    "tone": (touchpoints(HALF_YEAR, Q(felt__isnull=False)),),
    "recency": (touchpoints(HALF_YEAR, _TWO_WAY), readings(EVER, TWO_WAY_METRIC)),
    "taught": (people(), lessons(HALF_YEAR)),
    "completion": (lessons(YEAR),),
    "put_to_use": (lessons(YEAR, Q(item__metric__isnull=False, completed_at__isnull=False)),),
    "timeliness": (steps(YEAR),),
    "effort": (readings(HALF_YEAR, EFFORT_METRIC), answers(HALF_YEAR, EFFORT_METRIC)),
    "bumps": (tickets(_reopened), steps(RECENT)),
    "promoters": (people(_DECIDERS), answers(YEAR, "nps", contact_role=_DECIDERS)),
    "renewed": (contracts(_ended),),
    "csat": (readings(HALF_YEAR, "csat"), answers(HALF_YEAR, "csat")),
    "promises": (promises(YEAR),),
}
