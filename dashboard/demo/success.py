"""Success plans of about every second customer: goals that go as the customer is doing, and milestones."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from accounts.actions.facts import NewFact
from accounts.models import Account, Contact, Metric
from accounts.stages import Stage
from dashboard.demo import aims
from dashboard.demo.base import moment
from dashboard.demo.plan import Customer
from lib.time import day_of
from plans.models import Goal, GoalReading, Milestone, PlanVersion

INTENT = {Stage.ADVOCACY: 5, Stage.LOYALTY: 4, Stage.USE: 4, Stage.DISAPPOINTMENT: 2, Stage.CHURN: 1}
TEMPO = {"ramp": 1.0, "growing": 1.15, "steady": 1.0, "fading": 0.6, "dropping": 0.55, "ended": 0.3}
READ_EVERY = 30
PLANNED = 3  # of five
FORGOTTEN = 50  # days for which a milestone may stay undone


@dataclass
class _Shelf:
    """Rows to write together."""

    plans: list[PlanVersion] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    readings: list[GoalReading] = field(default_factory=list)
    milestones: list[Milestone] = field(default_factory=list)


def plan(
    customers: Sequence[Customer], accounts: Sequence[Account], domain: str, now: datetime, seed: int
) -> list[NewFact]:
    """Write the plans; returns what the timeline tells of them. `domain` is the vendor's, for material."""
    rng = random.Random(seed)  # noqa: S311  invented data
    shelf, metrics = _Shelf(), {metric.key: metric for metric in Metric.objects.all()}
    deciders = {contact.account_id: contact for contact in Contact.objects.filter(role=Contact.Role.DECISION_MAKER)}
    for customer, account in zip(customers, accounts, strict=True):
        if customer.starts_on and customer.number % 5 < PLANNED:
            _Planner(customer, account, deciders.get(account.pk), metrics, domain, now, rng).fill(shelf)
    PlanVersion.objects.bulk_create(shelf.plans)
    Goal.objects.bulk_create(shelf.goals)
    GoalReading.objects.bulk_create(shelf.readings)
    Milestone.objects.bulk_create(shelf.milestones)
    facts = [fact for one in shelf.plans for fact in _plan_facts(one)]
    facts += [fact for goal in shelf.goals for fact in _goal_facts(goal)]
    facts += [_reading_fact(one) for one in shelf.readings]
    return facts + [fact for one in shelf.milestones for fact in _milestone_facts(one)]


@dataclass
class _Planner:
    customer: Customer
    account: Account
    decider: Contact | None
    metrics: dict[str, Metric]
    domain: str
    now: datetime
    rng: random.Random

    def __post_init__(self) -> None:
        assert self.customer.starts_on is not None  # noqa: S101  others have no plan
        assert self.customer.ends_on is not None  # noqa: S101
        self.start, self.end = self.customer.starts_on, self.customer.ends_on
        self.today = day_of(self.now)
        self.planned = self._moment(min(self.start, self.today))
        self.in_trouble = self._moment(self.today - timedelta(days=10))
        self.by = self.account.owner.user if self.account.owner else None
        self.tempo = TEMPO[self.customer.trend] * (0.6 if self.customer.stage == Stage.DISAPPOINTMENT else 1)

    def fill(self, shelf: _Shelf) -> None:
        shelf.plans += self._versions()
        for aim in [aims.SEATS, *self.rng.sample(aims.AIMS, self.rng.randint(1, 2))]:
            goal = self._goal(aim)
            readings = [] if aim.metric else list(self._readings(goal, aim))
            self._close(goal, readings)
            shelf.goals.append(goal)
            shelf.readings += readings
        shelf.milestones += self._milestones()

    def _moment(self, day: date) -> datetime:
        return min(moment(day, self.rng), self.now)

    def _versions(self) -> Iterator[PlanVersion]:
        """What was known at the start; and what they said later."""
        story = self.rng.choice(aims.STORIES)
        known = {
            "why_bought": story.why_bought,
            "use_case": story.use_case,
            "replaces": story.replaces if self.rng.random() < 0.8 else "",
            "success_criteria": story.success_criteria if self.rng.random() < 0.75 else "",
            "expected_on": self.start + timedelta(days=self.rng.choice([180, 210, 270])),
            "sponsor_role": Contact.Role.DECISION_MAKER if self.rng.random() < 0.8 else "",
            "metrics": sorted(self.metrics[key].pk for key in story.metrics),
        }
        first = self._moment(min(self.start + timedelta(days=3), self.today))
        yield PlanVersion(account=self.account, **known, recorded_at=first, by=self.by)
        said_on = self.today - timedelta(days=self.rng.randint(8, 110))
        if said_on <= day_of(first) or Stage(self.customer.stage) not in INTENT:
            return
        doubt = self.customer.trend in {"fading", "dropping"}
        known |= {
            "renewal_intent": max(1, INTENT[Stage(self.customer.stage)] - doubt - (self.rng.random() < 0.3)),
            "renewal_intent_on": said_on,
            "confirmed_on": said_on if self.customer.mood > 0.5 and self.rng.random() < 0.75 else None,
        }
        yield PlanVersion(account=self.account, **known, recorded_at=self._moment(said_on), by=self.by)

    def _goal(self, aim: aims.Aim) -> Goal:
        starts_on = self.start + timedelta(days=self.rng.randint(0, 14))
        seats = self.customer.seats if aim.metric else 1
        return Goal(
            account=self.account,
            name=aim.name,
            unit=aim.unit,
            baseline=float(round(aim.baseline * seats)),
            target=float(round(aim.target * seats)),
            starts_on=starts_on,
            due_on=starts_on + timedelta(days=self.rng.choice([120, 180, 240, 300])),
            weight=self.rng.choice([1, 1, 2, 3]),
            site="" if aim.metric else self.rng.choice(aims.SITES),
            metric=self.metrics[aim.metric] if aim.metric else None,
            recorded_at=self._moment(min(starts_on, self.today)),
        )

    def _readings(self, goal: Goal, aim: aims.Aim) -> Iterator[GoalReading]:
        """One a month, by people: on the line as fast as the customer is doing, until the target is met."""
        last = self.end if self.customer.stage == Stage.CHURN else self.today
        length = (goal.due_on - goal.starts_on).days
        for days in range(READ_EVERY, (min(last, self.today) - goal.starts_on).days, READ_EVERY):
            day = goal.starts_on + timedelta(days=days)
            share = min(1.0, max(0.0, days / length * self.tempo * self.rng.gauss(1.05, 0.08)))
            value = float(round(goal.baseline + share * (goal.target - goal.baseline)))
            yield GoalReading(goal=goal, day=day, value=value, recorded_at=self._moment(day), by=self.by)
            if share >= 1:
                return

    def _close(self, goal: Goal, readings: list[GoalReading]) -> None:
        if self.customer.stage == Stage.CHURN:
            goal.ended_on = min(self.end, self.today)
        elif readings and readings[-1].value == goal.target:
            goal.reached_on = readings[-1].day
            if self.rng.random() < 0.65:
                goal.confirmed_on = min(goal.reached_on + timedelta(days=self.rng.randint(1, 20)), self.today)
                goal.confirmed_by = self.decider

    def _milestones(self) -> Iterator[Milestone]:
        chosen = [step for step in aims.STEPS if step.after < 60 or self.rng.random() < 0.55]
        for step in chosen[:5]:
            due_on = (self.end if step.after < 0 else self.start) + timedelta(days=step.after)
            yield self._milestone(step, due_on)
        if self.customer.stage == Stage.DISAPPOINTMENT:
            for step in aims.TROUBLE:
                yield self._milestone(step, self.today + timedelta(days=step.after - self.rng.randint(2, 9)))

    def _milestone(self, step: aims.Step, due_on: date) -> Milestone:
        made = Milestone(
            account=self.account,
            name=step.name,
            phase=step.phase,
            due_on=due_on,
            material=f"https://help.{self.domain}/guides/{step.guide}/" if step.guide else "",
            recorded_at=self.in_trouble if step.phase == Milestone.Phase.ESCALATION else self.planned,
        )
        delay = self.rng.choice([-4, -2, 0, 0, 1]) if self.rng.random() < self.tempo * 0.75 else self.rng.randint(4, 30)
        done_on = max(self.start, due_on + timedelta(days=delay))
        is_left = self.customer.stage == Stage.CHURN and step.after < 0
        is_forgotten = due_on > self.today - timedelta(days=FORGOTTEN) and self.rng.random() < 0.25
        if done_on < self.today and not is_left and not is_forgotten:
            made.done_on, made.done_recorded_at = done_on, self._moment(done_on)
        return made


def _plan_facts(one: PlanVersion) -> Iterator[NewFact]:
    data = {"plan_id": one.pk, "name": one.use_case[:200]}
    fields = ["renewal_intent"] if one.renewal_intent else ["why_bought", "use_case"]
    yield NewFact(one.account_id, "plan.saved", one.recorded_at, {**data, "fields": fields}, one.by)
    if one.confirmed_on:
        yield NewFact(
            one.account_id, "plan.confirmed", one.recorded_at, {**data, "on": one.confirmed_on.isoformat()}, one.by
        )


def _goal_facts(goal: Goal) -> Iterator[NewFact]:
    data = {"goal_id": goal.pk, "name": goal.name}
    told = {"due_on": goal.due_on.isoformat(), "target": goal.target, "unit": goal.unit}
    yield NewFact(goal.account_id, "goal.set", goal.recorded_at, {**data, **told})
    for kind, day in (("reached", goal.reached_on), ("confirmed", goal.confirmed_on), ("ended", goal.ended_on)):
        if day:
            who = {}
            if kind == "confirmed" and goal.confirmed_by:
                who = {"contact_id": goal.confirmed_by.pk, "contact_name": goal.confirmed_by.name}
            yield NewFact(goal.account_id, f"goal.{kind}", _noon(day, goal), {**data, "on": day.isoformat(), **who})


def _noon(day: date, goal: Goal) -> datetime:
    """The day, at the hour at which the goal was set."""
    return goal.recorded_at + timedelta(days=(day - day_of(goal.recorded_at)).days)


def _reading_fact(one: GoalReading) -> NewFact:
    data = {"goal_id": one.goal_id, "name": one.goal.name, "reading_id": one.pk, "day": one.day.isoformat()}
    told = {"value": one.value, "unit": one.goal.unit}
    return NewFact(one.goal.account_id, "goal.read", one.recorded_at, {**data, **told}, one.by)


def _milestone_facts(one: Milestone) -> Iterator[NewFact]:
    data = {"milestone_id": one.pk, "name": one.name, "phase": one.phase}
    yield NewFact(one.account_id, "milestone.planned", one.recorded_at, {**data, "due_on": one.due_on.isoformat()})
    if one.done_on and one.done_recorded_at:
        late = max(0, (one.done_on - one.due_on).days)
        told = {"on": one.done_on.isoformat(), "days_late": late}
        yield NewFact(one.account_id, "milestone.done", one.done_recorded_at, {**data, **told})
