"""Goals and milestones as lines of a page: their state in words, and a bar."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lib import svg
from lib.formatting import exact, number, percent
from lib.markup import state_chip
from plans import progress, queries, words
from plans.models import Goal, Milestone, PlanVersion
from plans.progress import Progress, Standing
from plans.queries import GoalLine, Read

SOON_DAYS = 14
MOST_SHARE = 10  # of the way; more is told as "over"


@dataclass(frozen=True)
class GoalRow:
    """One goal: `way` is from where to where and until when, `now` where it is, `line` what is expected by today."""

    goal: Goal
    chip: SafeString
    meter: SafeString
    way: str
    now: str
    line: str
    is_met: bool


@dataclass(frozen=True)
class MilestoneRow:
    """One milestone."""

    milestone: Milestone
    chip: SafeString


@dataclass(frozen=True)
class PhaseRows:
    """The milestones of one phase; `done` of them are."""

    label: str
    rows: list[MilestoneRow]
    done: int


def goal_row(one: GoalLine) -> GoalRow:
    goal, at = one.goal, one.progress
    now, line = read_last(goal, at), expected(goal, at)
    return GoalRow(
        goal=goal,
        chip=state_chip(words.LOOKS[at.standing], str(words.STANDINGS[at.standing])),
        meter=svg.bar(
            at.attained,
            1,
            goal.name,
            f"{now} {line}".strip(),
            tone=words.TONES.get(at.standing, "none"),
            key=f"goal-{goal.pk}",
            mark=at.expected if goal.is_open else None,
        ),
        way=_("from %(baseline)s to %(target)s, %(starts_on)s to %(due_on)s")
        % {
            "baseline": words.amount(goal.baseline, ""),
            "target": words.amount(goal.target, goal.unit),
            "starts_on": exact(goal.starts_on),
            "due_on": exact(goal.due_on),
        },
        now=now,
        line=line,
        is_met=goal.is_open and at.is_met,
    )


def read_last(goal: Goal, at: Progress) -> str:
    """What was read last, and how far that is."""
    if at.value is not None and at.read_on is not None and at.attained is not None:
        told = {"value": words.amount(at.value, goal.unit), "day": exact(at.read_on), "share": share(at.attained)}
        return _("%(value)s on %(day)s: %(share)s of the way") % told
    if goal.metric:
        return _("nothing has come in for the metric %(metric)s") % {"metric": goal.metric.name}
    return _("nothing was read yet")


def expected(goal: Goal, at: Progress) -> str:
    """How far it should be; "" once that is asked no longer."""
    if at.standing in {Standing.REACHED, Standing.ENDED}:
        return ""
    if at.standing == Standing.COMING or at.expected <= 0:
        return _("begins on %(day)s") % {"day": exact(goal.starts_on)}
    return _("%(share)s expected by today") % {"share": percent(at.expected)}


def share(attained: float) -> str:
    """`50 %`; of what is many times the way, that it is."""
    if attained > MOST_SHARE:
        return _("over %(share)s") % {"share": percent(MOST_SHARE)}
    return _("less than %(share)s") % {"share": percent(-MOST_SHARE)} if attained < -MOST_SHARE else percent(attained)


def milestone_row(milestone: Milestone, today: date) -> MilestoneRow:
    late = progress.days_late(milestone.due_on, milestone.done_on, today)
    return MilestoneRow(milestone, state_chip(*_timing(late, is_done=milestone.done_on is not None)))


def _timing(late: int, *, is_done: bool) -> tuple[str, str]:
    """The look and the words of a milestone so many days after it was due."""
    days = {"days": number(abs(late))}
    if is_done:
        return (
            ("watch", ngettext("Done, %(days)s day late", "Done, %(days)s days late", late) % days)
            if late > 0
            else (
                "good",
                _("Done"),
            )
        )
    if late > 0:
        return "bad", ngettext("%(days)s day late", "%(days)s days late", late) % days
    if late == 0:
        return "watch", _("Due today")
    return "info" if -late <= SOON_DAYS else "muted", ngettext("In %(days)s day", "In %(days)s days", -late) % days


def phase_rows(groups: list[tuple[str, list[Milestone]]], today: date) -> list[PhaseRows]:
    labels = dict(Milestone.Phase.choices)
    return [
        PhaseRows(
            str(labels[phase]),
            [milestone_row(one, today) for one in those],
            sum(one.done_on is not None for one in those),
        )
        for phase, those in groups
    ]


def goal_rows(lines: Iterable[GoalLine]) -> list[GoalRow]:
    return [goal_row(one) for one in lines]


Parts = list[tuple[Promise, str]]


def parts(plan: PlanVersion | None) -> Parts:
    """What is known of why a customer is here, by its name."""
    return [(words.PARTS[name], told) for name in queries.PARTS if (told := _told(plan, name))] if plan else []


def _told(plan: PlanVersion, name: str) -> str:
    value = getattr(plan, name)
    if name == "sponsor_role":
        return str(plan.get_sponsor_role_display())
    if name == "renewal_intent":
        return str(intent(plan) or "")
    return exact(value) if isinstance(value, date) else str(value or "")


def earlier(versions: Sequence[PlanVersion]) -> list[tuple[PlanVersion, Parts]]:
    """Each version but the newest, which leads, with what it said and the next one says otherwise."""
    return [(old, _otherwise(old, new)) for new, old in pairwise(versions)]


def _otherwise(old: PlanVersion, new: PlanVersion) -> Parts:
    return [
        (words.FIELDS[name], _("another choice") if name == "metrics" else _told(old, name) or _("not known"))
        for name in words.FIELDS
        if getattr(old, name) != getattr(new, name)
    ]


def intent(plan: PlanVersion | None) -> Promise | None:
    """The customer's last word on renewing; None while they have not said."""
    return words.INTENTS.get(plan.renewal_intent or 0) if plan else None


@dataclass(frozen=True)
class ReadRow:
    """One reading in words: its value, how far that is, and how far the line was on its day."""

    day: date
    value: str
    share: str
    expected: str
    by: str


def read_rows(found: Iterable[Read], goal: Goal) -> list[ReadRow]:
    course = queries.course_of(goal)
    return [
        ReadRow(
            one.day,
            words.amount(one.value, goal.unit),
            share(progress.attained(course, one.value)),
            percent(progress.expected(course, one.day)),
            one.by,
        )
        for one in found
    ]
