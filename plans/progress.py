"""How far a goal is against how far it should be by a day, and how late a step is. Plain numbers in and out.

A goal is expected to go on the straight line from its baseline on the first day to its target on the day it is due.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

TOLERANCE = 0.1  # of the whole way: that close to the line is on track
FARTHEST = 1e6  # times the way, to either side


class Standing(StrEnum):
    """How a goal stands on a day."""

    AHEAD = "ahead"
    ON_TRACK = "on_track"
    BEHIND = "behind"
    UNREAD = "unread"  # nobody knows
    COMING = "coming"  # not begun, and nothing read
    REACHED = "reached"
    ENDED = "ended"  # given up


@dataclass(frozen=True)
class Course:
    """Where a goal comes from, where it goes, and when. `target` differs from `baseline`, `due_on` is later."""

    baseline: float
    target: float
    starts_on: date
    due_on: date


@dataclass(frozen=True)
class Progress:
    """Shares of the whole way: 0 is the baseline, 1 the target; what was `attained` may be below 0 and above 1.

    None where nothing was read.
    """

    value: float | None
    read_on: date | None
    attained: float | None
    expected: float
    pace: float | None
    standing: Standing

    @property
    def is_met(self) -> bool:
        return self.attained is not None and self.attained >= 1


def attained(course: Course, value: float) -> float:
    """The share of the way from baseline to target, which may lie above or below it."""
    share = (value - course.baseline) / (course.target - course.baseline)
    return min(FARTHEST, max(-FARTHEST, share))


def expected(course: Course, day: date) -> float:
    """The share of the time that has passed on `day`, 0..1: what the straight line asks for."""
    passed = (day - course.starts_on).days / (course.due_on - course.starts_on).days
    return min(1.0, max(0.0, passed))


def pace(share: float, line: float) -> float | None:
    """What was attained of what is expected, 0..1; None before anything is."""
    if line <= 0:
        return None
    return min(1.0, max(0.0, share / line))


def measured(
    course: Course,
    day: date,
    *,
    value: float | None,
    read_on: date | None,
    reached_on: date | None = None,
    ended_on: date | None = None,
) -> Progress:
    """How a goal stands on `day`."""
    line = expected(course, day)
    share = None if value is None else attained(course, value)
    if ended_on:
        standing = Standing.ENDED
    elif reached_on:
        standing = Standing.REACHED
    elif share is None:
        standing = Standing.COMING if day < course.starts_on else Standing.UNREAD
    else:
        standing = _against(share, line, is_over=day >= course.due_on)
    return Progress(value, read_on, share, line, None if share is None else pace(share, line), standing)


def _against(share: float, line: float, *, is_over: bool) -> Standing:
    if is_over and share < 1:
        return Standing.BEHIND
    if share - line >= TOLERANCE:
        return Standing.AHEAD
    return Standing.BEHIND if line - share >= TOLERANCE else Standing.ON_TRACK


def days_late(due_on: date, done_on: date | None, day: date) -> int:
    """Days after the day a step was due: until it was done, or until `day`; negative: so many are left."""
    return ((done_on or day) - due_on).days
