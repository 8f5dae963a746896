"""The kinds of alert rules that people build without code: what each is told, and what may be told.

Every kind enters at one threshold and is left at a better one, or is left by what happens (an answer, a conversation,
a new champion). `check` is the one place that judges parameters, for pages, API and actions alike.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from health.parts import PARTS, Part

Words = Promise | str
LONGEST_METRIC = 60


class Kind(models.TextChoices):
    """What a rule looks at."""

    SCORE_BAND = "score_band", _("Score below a threshold")
    SCORE_DROP = "score_drop", _("Score fell")
    COMPONENT = "component", _("One part of the score is low")
    METRIC = "metric", _("A metric fell against its own past")
    METRIC_RISE = "metric_rise", _("A metric rose against its own past")
    ANSWER = "answer", _("Bad answer")
    SILENCE = "silence", _("Silence both ways")
    CHAMPION_LEFT = "champion_left", _("Champion left")
    NO_DECIDER = "no_decider", _("No decision maker known")
    SEATS_FALLING = "seats_falling", _("Seats in use are falling")
    RENEWAL_QUIET = "renewal_quiet", _("Renewal near, no conversation")
    EXPECTATION_BROKEN = "expectation_broken", _("Promise broken")


ASKED = ("csat", "nps", "ces")  # what answers are about; a rule has a parameter for each
HARD = [Kind.ANSWER, Kind.CHAMPION_LEFT, Kind.EXPECTATION_BROKEN]  # until somebody says otherwise
OF_METRICS = [Kind.METRIC, Kind.METRIC_RISE]
# Gaps in what we know or do, which say nothing about how the customer feels.
OUR_OWN = [Kind.SILENCE, Kind.CHAMPION_LEFT, Kind.NO_DECIDER, Kind.RENEWAL_QUIET]


class Shape(StrEnum):
    """What a parameter holds."""

    NUMBER = "number"
    PART = "part"
    METRIC = "metric"


@dataclass(frozen=True)
class Parameter:
    """One thing that a kind is told: whole numbers from `least` to `most`, a part of the score, or a metric's key."""

    name: str
    label: Words
    default: int | str | None = None
    least: int = 0
    most: int = 100
    help: Words = ""
    shape: Shape = Shape.NUMBER
    is_required: bool = True


def _days(name: str, label: Words, default: int, least: int = 1, help: Words = "") -> Parameter:
    return Parameter(name, label, default, least, 365, help)


_BELOW = Parameter("below", _("Opens below"), 50, 1, 99)
_LEAVE_FROM = Parameter("leave_from", _("Over from"), 60, 2, 100, _("Better than where it opens."))

_METRIC = Parameter(
    "metric",
    _("Metric"),
    shape=Shape.METRIC,
    help=_(
        "What adds up over days counts as 0 when one customer stops sending it. A level, such as seats or active "
        "users, is not known then."
    ),
)

PARAMETERS: dict[str, tuple[Parameter, ...]] = {
    Kind.SCORE_BAND: (_BELOW, _LEAVE_FROM),
    Kind.SCORE_DROP: (
        Parameter("points", _("Points lost"), 15, 6, 100, _("Over when the score is back within 5 points.")),
        Parameter("days", _("Within days"), 14, 1, 180),
    ),
    Kind.COMPONENT: (
        Parameter("part", _("Part of the score"), Part.ADOPTION.value, shape=Shape.PART),
        _BELOW,
        _LEAVE_FROM,
    ),
    Kind.METRIC: (
        _METRIC,
        Parameter("below", _("Opens below, %"), 60, 1, 99, _("28 days against the 84 days before them.")),
        Parameter("leave_from", _("Over from, %"), 80, 2, 100, _("Better than where it opens.")),
    ),
    Kind.METRIC_RISE: (
        _METRIC,
        Parameter("above", _("Opens above, %"), 150, 101, 1000, _("28 days against the 84 days before them.")),
        Parameter("leave_to", _("Over down to, %"), 120, 1, 999, _("Less than where it opens.")),
    ),
    Kind.ANSWER: (
        Parameter(
            "csat_most",
            _("CSAT at most"),
            2,
            1,
            5,
            _("Of 5; shorter scales by the same share. Empty: CSAT opens nothing."),
            is_required=False,
        ),
        Parameter("nps_most", _("NPS at most"), 6, 0, 10, _("Empty: NPS opens nothing."), is_required=False),
        Parameter("ces_most", _("CES at most"), 3, 1, 7, _("Empty: CES opens nothing."), is_required=False),
    ),
    Kind.SILENCE: (
        _days(
            "days", _("Days of silence"), 60, 7, _("No conversation, message, answer or ticket, in either direction.")
        ),
    ),
    Kind.CHAMPION_LEFT: (),
    Kind.NO_DECIDER: (
        Parameter("days", _("Days since the account was added"), 30, 0, 365, _("Newer accounts open nothing.")),
    ),
    Kind.SEATS_FALLING: (
        Parameter("fall", _("Fall, %"), 20, 2, 100, _("Mean of 7 days against the 7 days that ended 28 days before.")),
        Parameter("leave_within", _("Over when back within, %"), 10, 0, 99, _("Less than the fall that opens it.")),
    ),
    Kind.RENEWAL_QUIET: (
        _days("within", _("Days to the renewal"), 90),
        _days("quiet", _("Days without a two-way conversation"), 30),
    ),
    Kind.EXPECTATION_BROKEN: (_days("days", _("Broken in the last days"), 30),),
}
RISES = {  # the second must be more than the first
    Kind.SCORE_BAND: ("below", "leave_from"),
    Kind.COMPONENT: ("below", "leave_from"),
    Kind.METRIC: ("below", "leave_from"),
    Kind.METRIC_RISE: ("leave_to", "above"),
    Kind.SEATS_FALLING: ("leave_within", "fall"),
}


class BadParameters(Exception):
    """What a rule was told cannot be: `problems` says why, in words, by parameter ("" for all of it)."""

    def __init__(self, problems: dict[str, str]) -> None:
        self.problems = problems
        super().__init__(", ".join(f"{name}: {words}" for name, words in problems.items()))


def check(kind: str, told: Any) -> dict[str, Any]:
    """Parameters as they are stored: exactly those of the kind, in order. Raises BadParameters."""
    if kind not in Kind.values or not isinstance(told, Mapping):
        raise BadParameters({"": say("Not an object with the parameters of this kind of rule.")})
    expected = PARAMETERS[kind]
    problems = {name: say("This kind of rule has no such parameter.") for name in told.keys() - _names(kind)}
    for parameter in expected:
        if problem := _problem(parameter, told.get(parameter.name)):
            problems[parameter.name] = problem
    if not problems:
        problems = _together(kind, told)
    if problems:
        raise BadParameters(problems)
    return {parameter.name: told.get(parameter.name) for parameter in expected}


def _names(kind: str) -> set[str]:
    return {parameter.name for parameter in PARAMETERS[kind]}


def _problem(parameter: Parameter, value: Any) -> str:
    if value is None:
        return say("This is needed.") if parameter.is_required else ""
    if parameter.shape == Shape.PART:
        return "" if value in PARTS else say("Choose a part of the score.")
    if parameter.shape == Shape.METRIC:
        is_key = isinstance(value, str) and 0 < len(value) <= LONGEST_METRIC
        return "" if is_key else say("Choose a metric.")
    if type(value) is not int or not parameter.least <= value <= parameter.most:
        limits = {"least": parameter.least, "most": parameter.most}
        return say("A whole number from %(least)s to %(most)s.") % limits
    return ""


def _together(kind: str, told: Mapping[str, Any]) -> dict[str, str]:
    if kind == Kind.ANSWER and all(told.get(name) is None for name in _names(kind)):
        return {"csat_most": say("Say which answers count: CSAT, NPS, CES or several.")}
    if kind not in RISES:
        return {}
    lower, higher = RISES[Kind(kind)]
    if told[higher] > told[lower]:
        return {}
    if kind == Kind.SEATS_FALLING:
        return {lower: say("Less than the fall that opens it.")}
    if kind == Kind.METRIC_RISE:
        return {lower: say("Less than where it opens, so that a rule does not open and close with every wave.")}
    return {higher: say("More than where it opens, so that a rule does not open and close with every wave.")}


def no_metric() -> str:
    return say("There is no metric of this key.")


def defaults(kind: str) -> dict[str, Any]:
    """What a new rule of a kind starts with."""
    return {parameter.name: parameter.default for parameter in PARAMETERS[kind]}
