"""The score in plain Python, written from the words of `health.parts`: what the SQL is held against.

First everything is forgotten that was not known at the end of the scored day (`as_of`); each measure then looks only at
what is left, and says (value, coverage).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from math import exp, inf, log
from statistics import median
from typing import NamedTuple

from health.parts import DEFAULT_WEIGHTS, MEASURES, PARTS

Readings = dict[date, float]
Answers = dict[date, list[int]]
Measured = tuple[float | None, float]
NOTHING: Measured = (None, 0.0)
LONG_AGO = date(2020, 1, 1)
NEVER = datetime.max.replace(tzinfo=UTC) - timedelta(days=99)


class Case(NamedTuple):
    """A ticket."""

    opened: date
    closed: date | None = None
    reopened: date | None = None
    topic: str = ""
    priority: str = ""


class Person(NamedTuple):
    role: str = "end_user"
    left: date | None = None


class Touch(NamedTuple):
    """A touchpoint; `person` is a place in `Known.people`."""

    at: datetime
    is_two_way: bool = True
    person: int | None = None
    outcome: str = ""
    is_proactive: bool | None = None
    felt: int | None = None
    channel: str = "call"

    @property
    def is_talk(self) -> bool:
        return self.is_two_way and self.outcome != "missed"

    @property
    def is_sent(self) -> bool:
        return not self.is_two_way and self.outcome != "missed"


class Plan(NamedTuple):
    """One version of a success plan; `metrics` by key."""

    answers: int = 6
    metrics: tuple[str, ...] = ()
    intent: int | None = None
    intent_on: date | None = None
    confirmed: date | None = None
    recorded: date = LONG_AGO


class Aim(NamedTuple):
    """A goal; `readings` are (day, value, recorded)."""

    starts: date
    due: date
    baseline: float = 0.0
    target: float = 100.0
    weight: int = 1
    site: str = ""
    metric: str | None = None
    reached: date | None = None
    confirmed: date | None = None
    ended: date | None = None
    readings: tuple[tuple[date, float, date], ...] = ()
    recorded: date = LONG_AGO


class Step(NamedTuple):
    """A milestone."""

    due: date
    done: date | None = None
    is_prepared: bool = False
    recorded: date = LONG_AGO
    done_recorded: date | None = None  # without it: when it was done


class Lesson(NamedTuple):
    """Somebody who began an item of its own; `person` is a place in `Known.people`."""

    person: int
    started: date
    completed: date | None = None
    roles: tuple[str, ...] = ()
    metric: str | None = None
    recorded: date = LONG_AGO


@dataclass
class Known:
    """Everything about one account: what the score may look at."""

    key_actions: Readings = field(default_factory=dict)
    logins: Readings = field(default_factory=dict)
    active_users: Readings = field(default_factory=dict)
    seats_used: Readings = field(default_factory=dict)
    feature_a: Readings = field(default_factory=dict)
    feature_b: Readings = field(default_factory=dict)
    csat: Answers = field(default_factory=dict)  # answers 1..5
    nps: Answers = field(default_factory=dict)  # answers 0..10
    ces: Answers = field(default_factory=dict)  # answers 1..7
    two_way: list[date] = field(default_factory=list)  # days of two-way touchpoints that only the metric knows
    contracts: list[tuple[date, date, int | None]] = field(default_factory=list)
    tickets: list[Case] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    touches: list[Touch] = field(default_factory=list)
    plans: list[Plan] = field(default_factory=list)
    goals: list[Aim] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    lessons: list[Lesson] = field(default_factory=list)
    stage: str = "use"
    segments: frozenset[str] = frozenset()
    advocate_on: date | None = None
    has_desk: bool = False
    has_lessons: bool = False
    has_talks: bool = False
    asked: frozenset[str] = frozenset(PARTS)  # the parts that the workspace works with


BY_DAY = ("key_actions", "logins", "active_users", "seats_used", "feature_a", "feature_b", "csat", "nps", "ces")


@dataclass
class Typical:
    """Of the workspace's customers: the mean of each part, and the median depth of use."""

    means: dict[str, float | None] = field(default_factory=dict)
    depth: float | None = None


@dataclass
class Reckoned:
    score: float | None
    measures: dict[str, Measured]
    values: dict[str, float | None]
    coverages: dict[str, float]
    points: dict[str, float | None]
    coverage: float


class Profile(NamedTuple):
    """How parts are weighed for accounts in one of these stages, if any are named, and in a segment, if one is."""

    weights: Mapping[str, int]
    stages: tuple[str, ...] = ()
    segment: str = ""

    def holds(self, known: Known) -> bool:
        in_stage = not self.stages or known.stage in self.stages
        return in_stage and (not self.segment or self.segment in known.segments)


def profile_of(known: Known, profiles: Iterable[Profile]) -> Profile:
    """The first that holds the account."""
    return next(one for one in profiles if one.holds(known))


# ------------------------------------------------------------------------------------------------ what was known then
def by(day: date, when: date | None) -> date | None:
    return when if when is not None and when <= day else None


def as_of(known: Known, day: date) -> Known:
    """What was known at the end of `day`; what came later has not happened."""
    steps = [step for step in known.steps if step.recorded <= day]
    goals = [goal for goal in known.goals if goal.recorded <= day and goal.starts <= day and not by(day, goal.ended)]
    return replace(
        known,
        **{key: {on: value for on, value in getattr(known, key).items() if on <= day} for key in BY_DAY},
        two_way=[on for on in known.two_way if on <= day],
        tickets=[
            case._replace(closed=by(day, case.closed), reopened=by(day, case.reopened))
            for case in known.tickets
            if case.opened <= day
        ],
        people=[person._replace(left=by(day, person.left)) for person in known.people],
        touches=[touch for touch in known.touches if touch.at.date() <= day and touch.channel != "note"],
        plans=[plan for plan in known.plans if plan.recorded <= day],
        goals=[_goal_as_of(goal, day) for goal in goals],
        steps=[step._replace(done=step.done if _is_known_done(step, day) else None) for step in steps],
        lessons=[
            lesson._replace(completed=by(day, lesson.completed))
            for lesson in known.lessons
            if lesson.recorded <= day and lesson.started <= day
        ],
        advocate_on=by(day, known.advocate_on),
    )


def _goal_as_of(goal: Aim, day: date) -> Aim:
    readings = tuple(one for one in goal.readings if one[0] <= day and one[2] <= day)
    return goal._replace(readings=readings, reached=by(day, goal.reached), confirmed=by(day, goal.confirmed))


def _is_known_done(step: Step, day: date) -> bool:
    return step.done is not None and step.done <= day and (step.done_recorded or step.done) <= day


# ----------------------------------------------------------------------------------------------------------- arithmetic
def clip(x: float) -> float:
    return min(1.0, max(0.0, x))


def sat(x: float, low: float, high: float) -> float:
    return 100 * clip((x - low) / (high - low))


def dec(days: float, half_life: float) -> float:
    return 0.5 ** (days / half_life)


def ln(x: float) -> float:
    return log(x) if x > 0 else -inf


def counted(hits: float, n: float, k: float) -> Measured:
    """So many of n, covered by n / (n + k)."""
    return (100 * hits / n, n / (n + k)) if n else NOTHING


def of_all(hits: float, n: float) -> Measured:
    return (100 * hits / n, 1.0) if n else NOTHING


def within(when: date | None, day: date, days: int) -> bool:
    """In the window of so many days that ends at `day`, which counts."""
    return when is not None and 0 <= (day - when).days < days


def window(readings: Readings, day: date, days: int) -> Readings:
    return {on: value for on, value in readings.items() if within(on, day, days)}


# --------------------------------------------------------------------------------------------------------------- intent
def newest_plan(known: Known) -> Plan | None:
    return known.plans[-1] if known.plans else None


def measure_known(known: Known, day: date, _: Typical) -> Measured:
    plan = newest_plan(known)
    if plan is None:
        return NOTHING
    age = max(0, (day - (plan.confirmed or plan.recorded)).days)
    return 100 * plan.answers / 6 * dec(age, 180), 1.0


def aligned(known: Known, day: date, _: Typical) -> Measured:
    plan = newest_plan(known)
    used = {on for on, value in window(usage(known, day), day, 28).items() if value > 0}
    if plan is None or not plan.metrics or not used:
        return NOTHING
    planned = {on for key in plan.metrics for on, value in window(getattr(known, key), day, 28).items() if value > 0}
    return 100 * clip(len(planned) / len(used)), clip(len(used) / 10)


def stated(known: Known, day: date, _: Typical) -> Measured:
    plan = newest_plan(known)
    if plan is None or plan.intent is None:
        return NOTHING
    return 25.0 * (plan.intent - 1), dec(max(0, (day - plan.intent_on).days), 120)


# ---------------------------------------------------------------------------------------------------------------- needs
def late_steps(known: Known, day: date) -> list[Step]:
    """Due in 90 days, and not done in time."""
    return [
        step
        for step in known.steps
        if within(step.due, day, 90) and step.due < day and (step.done is None or step.done > step.due)
    ]


def first_uses(known: Known, day: date) -> list[date]:
    """Of what the newest plan names, after the day of the first."""
    plan = newest_plan(known)
    used = [[on for on, value in getattr(known, key).items() if value > 0] for key in plan.metrics] if plan else []
    firsts = [min(days) for days in used if days]
    return [on for on in firsts if within(on, day, 90) and on > min(one.recorded for one in known.plans)]


def full_houses(known: Known, day: date) -> list[date]:
    """The first day in 90 on which all seats came to be used, of whoever still uses nine in ten."""
    seats, lately = seats_of(known, day), window(known.seats_used, day, 14)
    if not seats or not lately or not 0.9 * seats <= lately[max(lately)] <= 10 * seats:
        return []
    readings = sorted(window(known.seats_used, day, 91).items())
    came = [on for (_, before), (on, used) in pairwise(readings) if before < seats <= used]
    return came[:1]


def met(known: Known, day: date, _: Typical) -> Measured:
    questions = [noon(case.opened) for case in known.tickets if case.topic == "question"]
    needs = [at for at in questions if within(at.date(), day, 90)]
    needs += [midnight(step.due + timedelta(days=1)) for step in late_steps(known, day)]
    needs += [midnight(on) for on in [*first_uses(known, day), *full_houses(known, day)]]
    ours = [noon(lesson.completed) for lesson in known.lessons if lesson.completed]
    ours += [touch.at for touch in known.touches if touch.is_talk and touch.is_proactive]
    is_met = [any(at - timedelta(days=30) <= before < at for before in ours) for at in needs]
    return counted(sum(is_met), len(needs), 4)


def ready(known: Known, day: date, _: Typical) -> Measured:
    ahead = [step for step in known.steps if 0 < (step.due - day).days <= 60 and step.done is None]
    return of_all(sum(step.is_prepared for step in ahead), len(ahead))


def proactive(known: Known, day: date, _: Typical) -> Measured:
    """Of which it is not known who began, says nothing."""
    talks = [touch for touch in known.touches if touch.is_talk and within(touch.at.date(), day, 90)]
    told = [touch.is_proactive for touch in talks if touch.is_proactive is not None]
    return counted(sum(told), len(told), 4)


# ------------------------------------------------------------------------------------------------------------- adoption
def seats_of(known: Known, day: date) -> int | None:
    return sum(seats for starts, ends, seats in known.contracts if starts <= day < ends and seats) or None


def seats(known: Known, day: date, _: Typical) -> Measured:
    taken = list(window(known.seats_used, day, 14).values())
    people = list(window(known.active_users, day, 28).values())
    bought = seats_of(known, day)
    if not bought or not (taken or people):
        return NOTHING
    if taken:
        used = sum(taken) / len(taken)
        used = used if 0 <= used <= 10 * bought else median(taken)
    else:
        used = max([one for one in people if one <= 10 * bought] or people)
    return (100 * clip(used / bought), 1.0) if 0 <= used <= 10 * bought else NOTHING


def breadth(known: Known, day: date, _: Typical) -> Measured:
    plan = newest_plan(known)
    if plan is None:
        return NOTHING
    used = [key for key in plan.metrics if any(value > 0 for value in window(getattr(known, key), day, 28).values())]
    return of_all(len(used), len(plan.metrics))


def depth_of(known: Known, day: date) -> float | None:
    """Key actions a day for each active user."""
    actions, users = two_halves(window(known.key_actions, day, 56), day)[0], users_of(known, day)
    return None if actions is None or not users or users < 0 else actions / (28 * users)


def users_of(known: Known, day: date) -> float | None:
    """A day, of 28; the median day where one that cannot be right would decide."""
    users = [value for _, value in sorted(window(known.active_users, day, 28).items())]
    if not users:
        return None
    mean = sum(users) / len(users)
    return median(users) if mean < 0 or mean > 1000 * (1 + min(users[0], users[-1])) else mean


def two_halves(readings: Readings, day: date) -> tuple[float | None, float | None]:
    """What was read in 28 days and in the 28 before; median days where one is 1,000 times the other."""
    halves = [[max(0.0, value) for on, value in readings.items() if (day - on).days // 28 == half] for half in (0, 1)]
    now, before = (sum(half) if half else None for half in halves)
    if now is None or before is None or max(now, before) <= 1000 * max(min(now, before), 28):
        return now, before
    return len(halves[0]) * median(halves[0]), len(halves[1]) * median(halves[1])


def depth(known: Known, day: date, typical: Typical) -> Measured:
    each = depth_of(known, day)
    if each is None or not typical.depth or each > 1000 * typical.depth:
        return NOTHING
    users, bought = users_of(known, day), seats_of(known, day)
    if users is None or (bought and users > 10 * bought):
        return NOTHING
    return sat(ln(each / typical.depth), -1, 0.5), 1.0


def usage(known: Known, day: date) -> Readings:
    """56 days of key actions; without any logins, then active users."""
    found = (window(readings, day, 56) for readings in (known.key_actions, known.logins, known.active_users))
    return next((readings for readings in found if readings), {})


def regularity(known: Known, day: date, _: Typical) -> Measured:
    readings = usage(known, day)
    if not readings:
        return NOTHING
    weeks_known = (day - min(readings)).days // 7 + 1
    weeks = {(day - on).days // 7 for on, value in readings.items() if value > 0}
    return 100 * len(weeks) / weeks_known, weeks_known / 8


def trend(known: Known, day: date, _: Typical) -> Measured:
    readings = usage(known, day)
    last = window(readings, day, 28)
    before = {on: value for on, value in readings.items() if on not in last}
    if not before:
        return NOTHING
    read_for = (day - min(before)).days - 27  # days of the earlier half from the first reading on
    now, level = two_halves(readings, day)
    level = (level or 0) * (28 / read_for if 28 - read_for >= 7 else 1)
    now = now or 0
    value = sat(log((now + 1) / (level + 1)), -0.7, 0.2)
    return value, (min(14, len(last)) + min(14, len(before))) / 28


def blockers(known: Known, day: date, _: Typical) -> Measured:
    if not known.has_desk:
        return NOTHING
    blocking = [case for case in known.tickets if case.topic != "question" and case.priority != "low"]
    waiting = sum(case.closed is None and (day - case.opened).days > 7 for case in blocking)
    reopened = sum(within(case.reopened, day, 30) for case in known.tickets)
    opened = sum(within(case.opened, day, 30) for case in known.tickets)
    per_100 = 100 * opened / max(seats_of(known, day) or 50, 25)
    return min(20, 5 * waiting + 3 * reopened + 8 * min(1.0, per_100 / 20)), 1.0


# ------------------------------------------------------------------------------------------------------------- outcomes
def how_far(goal: Aim, known: Known, day: date) -> float | None:
    """0..1 of where it should be by now; None while it is not asked."""
    if goal.reached:
        return 1.0
    time_gone = (day - goal.starts).days / (goal.due - goal.starts).days
    metric = getattr(known, goal.metric) if goal.metric else {}
    readings = metric or {on: value for on, value, _ in goal.readings}
    if time_gone < 0.1 or not readings:
        return None
    share = (readings[max(readings)] - goal.baseline) / (goal.target - goal.baseline)
    if share > 100:
        return None
    return clip(share / min(1.0, time_gone))


def progress(known: Known, day: date, _: Typical) -> Measured:
    asked = [(goal.weight, how_far(goal, known, day)) for goal in known.goals]
    told = [(weight, far) for weight, far in asked if far is not None]
    return of_all(sum(weight * far for weight, far in told), sum(weight for weight, _ in told))


def confirmed(known: Known, day: date, _: Typical) -> Measured:
    reached = [goal for goal in known.goals if goal.reached]
    return counted(sum(goal.confirmed is not None for goal in reached), len(reached), 2)


def spread(known: Known, day: date, _: Typical) -> Measured:
    sites = {goal.site for goal in known.goals if goal.site}
    there = {goal.site for goal in known.goals if goal.site and goal.reached}
    return of_all(len(there), len(sites)) if len(sites) >= 2 else NOTHING


# -------------------------------------------------------------------------------------------------------- relationships
def here(known: Known) -> list[Person]:
    return [person for person in known.people if person.left is None]


def spoken_with(known: Known, day: date, days: int) -> set[int]:
    talks = [touch for touch in known.touches if touch.is_talk and touch.person is not None]
    return {touch.person for touch in talks if within(touch.at.date(), day, days)}


def width(known: Known, day: date, _: Typical) -> Measured:
    people = spoken_with(known, day, 90)
    if not known.has_talks or not (here(known) or people):
        return NOTHING
    roles = {known.people[place].role for place in people}
    return 100 * (1 - exp(-(len(roles) + (len(people) - len(roles)) / 2) / 3)), 1.0


def sponsor(known: Known, day: date, _: Typical) -> Measured:
    if not known.has_talks or not here(known):
        return NOTHING
    roles = {known.people[place].role for place in spoken_with(known, day, 120)}
    lost = any(person.role == "champion" and within(person.left, day, 90) for person in known.people)
    return max(0.0, 50.0 * ("champion" in roles) + 50 * ("decision_maker" in roles) - 25 * lost), 1.0


def sentiment(known: Known, day: date, _: Typical) -> Measured:
    """Of the answers of one day their mean is what is known."""
    total = weight = 0.0
    for answers, high, last_bad in ((known.csat, 5, 2), (known.nps, 10, 6)):
        for on, values in answers.items():
            if within(on, day, 365):
                w = len(values) * dec((day - on).days, 120)
                mean = sum(values) / len(values)
                total += w * 100 * clip((mean - last_bad) / (high - last_bad))
                weight += w
    return (total / weight, weight / (weight + 4)) if weight else NOTHING


def advocacy(known: Known, day: date, _: Typical) -> Measured:
    """Advocates now count, too, as its sentence says."""
    if not here(known) or known.stage not in ("use", "loyalty", "advocacy", "disappointment"):
        return NOTHING
    return (100.0 if known.stage == "advocacy" or within(known.advocate_on, day, 365) else 0.0), 1.0


def executive(known: Known, day: date, _: Typical) -> Measured:
    """In half a year, as its sentence says."""
    deciders = {place for place, person in enumerate(known.people) if person.role == "decision_maker"}
    talks = [touch.at.date() for touch in known.touches if touch.is_talk and touch.person in deciders]
    lately = [on for on in talks if within(on, day, 180)]
    if lately:
        return 100 * dec((day - max(lately)).days, 90), 1.0
    is_asked = known.has_talks and any(person.role == "decision_maker" for person in here(known))
    return (0.0, 1.0) if is_asked else NOTHING


# ----------------------------------------------------------------------------------------------------------- engagement
def reply(known: Known, day: date, _: Typical) -> Measured:
    """Of what was sent before one conversation, the last alone counts."""
    all_sent = [touch.at for touch in known.touches if touch.is_sent]
    talks = [touch.at for touch in known.touches if touch.is_talk]
    sent = [
        at
        for at in all_sent
        if within(at.date(), day, 90) and not next_after(at, all_sent) < next_after(at, talks) < NEVER
    ]
    answered = [next_after(at, talks) <= at + timedelta(days=14) for at in sent]
    return counted(sum(answered), len(sent), 4)


def next_after(at: datetime, others: Iterable[datetime]) -> datetime:
    return min((other for other in others if other > at), default=NEVER)


def half_year(known: Known, day: date) -> list[Touch]:
    return [touch for touch in known.touches if within(touch.at.date(), day, 180)]


def attendance(known: Known, day: date, _: Typical) -> Measured:
    outcomes = [touch.outcome for touch in half_year(known, day) if touch.outcome]
    return counted(outcomes.count("held"), len(outcomes), 2)


def tone(known: Known, day: date, _: Typical) -> Measured:
    felt = [touch.felt for touch in half_year(known, day) if touch.felt is not None]
    return counted(sum((one + 2) / 4 for one in felt), len(felt), 2)


def recency(known: Known, day: date, _: Typical) -> Measured:
    talks = [touch.at.date() for touch in known.touches if touch.is_talk] + known.two_way
    return (100 * dec((day - max(talks)).days, 30), 1.0) if talks else NOTHING


# ------------------------------------------------------------------------------------------------------------ education
def taught(known: Known, day: date, _: Typical) -> Measured:
    people = here(known)
    if not known.has_lessons or not people:
        return NOTHING
    done = {
        lesson.person
        for lesson in known.lessons
        if within(lesson.completed, day, 180)
        and known.people[lesson.person].left is None
        and (not lesson.roles or known.people[lesson.person].role in lesson.roles)
    }
    return of_all(len(done), len(people))


def completion(known: Known, day: date, _: Typical) -> Measured:
    begun = [lesson for lesson in known.lessons if within(lesson.started, day, 365)]
    return counted(sum(lesson.completed is not None for lesson in begun), len(begun), 2)


def put_to_use(known: Known, day: date, _: Typical) -> Measured:
    about = [lesson for lesson in known.lessons if lesson.metric and within(lesson.completed, day, 365)]
    used = [
        any(0 <= (on - lesson.completed).days <= 14 and v > 0 for on, v in getattr(known, lesson.metric).items())
        for lesson in about
    ]
    return counted(sum(used), len(about), 2)


# -------------------------------------------------------------------------------------------------------------- journey
def due_steps(known: Known, day: date) -> list[Step]:
    return [step for step in known.steps if within(step.due, day, 365)]


def timeliness(known: Known, day: date, _: Typical) -> Measured:
    due = due_steps(known, day)
    days_late = [max(0, ((step.done or day) - step.due).days) for step in due]
    return counted(sum(exp(-days / 14) for days in days_late), len(due), 2)


def effort(known: Known, day: date, _: Typical) -> Measured:
    answers = [value for on, values in known.ces.items() if within(on, day, 180) for value in values]
    return counted(sum((value - 1) / 6 for value in answers), len(answers), 4)


def bumps(known: Known, day: date, _: Typical) -> Measured:
    if not (known.has_desk and known.tickets) and not due_steps(known, day):
        return NOTHING
    reopened = sum(within(case.reopened, day, 90) for case in known.tickets)
    return 100 * exp(-(reopened + len(late_steps(known, day))) / 2), 1.0


# ------------------------------------------------------------------------------------------------------------ the score
Measuring = Callable[[Known, date, Typical], Measured]
REFERENCE: dict[str, Measuring] = {
    "known": measure_known, "aligned": aligned, "stated": stated, "met": met, "ready": ready, "proactive": proactive,
    "seats": seats, "breadth": breadth, "depth": depth, "regularity": regularity, "trend": trend, "blockers": blockers,
    "progress": progress, "confirmed": confirmed, "spread": spread, "width": width, "sponsor": sponsor,
    "sentiment": sentiment, "advocacy": advocacy, "executive": executive, "reply": reply, "attendance": attendance,
    "tone": tone, "recency": recency, "taught": taught, "completion": completion, "put_to_use": put_to_use,
    "timeliness": timeliness, "effort": effort, "bumps": bumps,
}  # fmt: skip


def part_of(key: str, measures: Mapping[str, Measured]) -> Measured:
    """The mean of its measures by weight times coverage; from adoption its blockers are taken off."""
    shares = [(one.weight * measures[one.key][1], measures[one.key][0]) for one in MEASURES[key]]
    coverage = sum(share for share, _ in shares)
    if not coverage:
        return NOTHING
    value = sum(share * value for share, value in shares if share) / coverage
    if key == "adoption":
        value = max(0.0, value - (measures["blockers"][0] or 0))
    return value, coverage


def reckon(
    known: Known, day: date, weights: Mapping[str, int] = DEFAULT_WEIGHTS, typical: Typical | None = None
) -> Reckoned:
    then, typical = as_of(known, day), typical or Typical()
    measures = {key: measure(then, day, typical) for key, measure in REFERENCE.items()}
    parts = {key: part_of(key, measures) for key in PARTS}
    weighed = {key: weights[key] * parts[key][1] for key in PARTS}
    total = sum(weighed.values())
    points = {key: weighed[key] * (parts[key][0] or 0.0) / total if weighed[key] else None for key in PARTS}
    asked = sum(weights[key] for key in then.asked)
    return Reckoned(
        score=_sum(points.values()) if total else None,
        measures=measures,
        values={key: parts[key][0] for key in PARTS},
        coverages={key: parts[key][1] for key in PARTS},
        points=points,
        coverage=min(1.0, sum(weights[key] * parts[key][1] for key in PARTS) / asked) if asked else 0.0,
    )


def _sum(points: Iterable[float | None]) -> float:
    return sum(one for one in points if one is not None)


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
