"""What the health score is made of: five parts of 0 to 100, their weights, and every constant of their formulas.

The score is `sum(weight x value) / sum(weight)` over the parts that are present. A part without data drops out and
lowers the coverage, `sum(weight x coverage) / 100`; it is never counted as 0 and never as fine.
Windows end at the scored UTC day, which counts. `sat(x; low, high) = 100 x clip((x - low) / (high - low), 0, 1)`.

usage_trend   sat(ln((last 28 days + 1) / (28 days before + 1)); -0.7, 0.2): halved use is 1, an unchanged level 78,
              a fifth more 100. Key actions; without any in 56 days logins, then active users. Missing without a
              reading in the earlier 28 days: nothing to compare with. When readings begin more than a week into
              those days, their sum is taken for 28 days at the same rate. Coverage: days read; 14 in each half are
              enough.
licence_use   100 x min(1, mean seats used on 14 days / seats of the contracts that run). Without that metric the day
              of 28 with most active users, which is at least how many people there are. Missing without either or
              seats.
support_load  100 - 40 x min(1, tickets opened in 30 days per 100 seats / 20) - min(40, 10 x open for over 7 days)
              - min(20, 10 x reopened in 30 days). Fewer than 25 seats count as 25, unknown ones as 50. Missing while
              the workspace has no ticket at all, for silence without a help desk says nothing; half covered for an
              account that never had one.
survey_voice  (sum(w x v) + 2 x rest) / (sum(w) + 2) over the answers of 365 days, w = 0.5^(age / 60 days). v rises
              from 0 at the last bad answer (CSAT 2, NPS 6) to 100 at the best, so every bad answer is 0. Few answers
              are pulled towards `rest`, the account's score without this part (60 when it has none): with none the
              part drops out without a jump, and one bad answer more always lowers the score while `rest` is above 0
              (v is convex in the day's mean, so also where a day row holds several). Coverage min(1, sum(w) / 2).
engagement    100 x 0.5^(days since the last two-way touchpoint / 45). Missing if there never was one. What we send
              one way raises nothing.

Why so: a part that is missing says nothing, so it must not pull the score: counted as 0 it foretold worse than taken as
average (area under the curve .595 against .649, on-time rate in OULAD, the Open University's learning data). Pulling
few answers towards a prior worth k of them is Buehlmann's credibility, n / (n + k). Half-lives weigh old news less
without an edge. Weights and other constants are a reasoned start, to be tested on a workspace's own history.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Part(models.TextChoices):
    """One part of the score, in the order they are shown and added up."""

    USAGE_TREND = "usage_trend", _("Usage trend")
    LICENCE_USE = "licence_use", _("Licence use")
    SUPPORT_LOAD = "support_load", _("Support load")
    SURVEY_VOICE = "survey_voice", _("Survey voice")
    ENGAGEMENT = "engagement", _("Engagement")


PARTS: list[str] = [str(key) for key in Part.values]
LABELS = dict(Part.choices)
DEFAULT_WEIGHTS = {
    Part.USAGE_TREND.value: 30,
    Part.LICENCE_USE.value: 15,
    Part.SUPPORT_LOAD.value: 15,
    Part.SURVEY_VOICE.value: 25,
    Part.ENGAGEMENT.value: 15,
}
TOTAL_WEIGHT = 100

HEALTHY_FROM = 70
WATCH_FROM = 50
ENOUGH_COVERAGE = 0.25  # below it the score has no band and raises no alert

USAGE_METRICS = ["key_actions", "logins", "active_users"]
SEATS_METRIC = "seats_used"
TWO_WAY_METRIC = "touchpoints_two_way"
RATINGS = {"csat": 25.0, "nps": 60.0}  # the rating, 0..100, of the last answer that counts as bad
METRICS = [*USAGE_METRICS, SEATS_METRIC, TWO_WAY_METRIC, *RATINGS]

CONSTANTS = {
    "trend_days": 28,
    "trend_low": -0.7,
    "trend_high": 0.2,
    "trend_late_days": 7,
    "trend_full_days": 14,
    "seats_days": 14,
    "peak_days": 28,
    "ticket_days": 30,
    "waiting_days": 7,
    "per_100_full": 20.0,
    "seats_least": 25,
    "seats_unknown": 50,
    "cost_opened": 40.0,
    "cost_waiting": 10.0,
    "cost_waiting_most": 40.0,
    "cost_reopened": 10.0,
    "cost_reopened_most": 20.0,
    "never_asked_coverage": 0.5,
    "voice_days": 365,
    "voice_half_life": 60.0,
    "voice_pull": 2.0,
    "voice_neutral": 60.0,
    "engagement_half_life": 45.0,
}


def band_of(score: float | None, coverage: float) -> str:
    """The band of a score as stored; "" when too little is known."""
    if score is None or coverage < ENOUGH_COVERAGE:
        return ""
    if score >= HEALTHY_FROM:
        return "healthy"
    return "watch" if score >= WATCH_FROM else "at_risk"


# ------------------------------------------------------------------------------------------- how parts are stored
# One array of numbers a row, in this order: as JSON they took three times the room and a third of the time that scoring
# takes (measured at 100,000 accounts). `health/sql/score.sql` writes the same places.
EPOCH = date(2000, 1, 1)  # a date is stored as days since
STORED_METRICS = [*USAGE_METRICS, SEATS_METRIC]  # a metric is stored as its place here
EVERY = ["weight", "value", "points", "coverage"]
LAYOUT = {
    Part.USAGE_TREND.value: [*EVERY, "metric", "last", "before"],
    Part.LICENCE_USE.value: [*EVERY, "metric", "used", "seats"],
    Part.SUPPORT_LOAD.value: [*EVERY, "ever", "opened", "waiting", "reopened", "seats"],
    Part.SURVEY_VOICE.value: [*EVERY, "n", "mean", "rest", "on"],
    Part.ENGAGEMENT.value: [*EVERY, "days", "on"],
}
PLACES = [(key, name) for key, names in LAYOUT.items() for name in names]
VALUE_PLACES = {key: place for place, (key, name) in enumerate(PLACES) if name == "value"}
FRACTIONS = ["value", "points", "coverage"]  # everything else is a whole number, a date or a metric


def to_numbers(parts: Iterable[dict[str, Any]]) -> list[float | None]:
    """Parts as a score's row stores them. A part that is not given has no weight, and is not read back."""
    given = {part["key"]: part for part in parts}
    return [_number(name, given.get(key, {}).get(name)) for key, name in PLACES]


def from_numbers(numbers: Sequence[float | None]) -> list[dict[str, Any]]:
    """The parts of such a row again, in order, each with its `key`."""
    found = []
    places = iter(numbers)
    for key, names in LAYOUT.items():
        part = {"key": key} | {name: _told(name, number) for name, number in zip(names, places, strict=False)}
        if part.get("weight") is not None:
            found.append(part)
    return found


def _number(name: str, told: Any) -> float | None:
    if told is None:
        return None
    if name == "metric":
        return float(STORED_METRICS.index(told))
    if name == "on":
        return float((date.fromisoformat(told) - EPOCH).days)
    return float(told)


def _told(name: str, number: float | None) -> Any:
    if number is None:
        return None
    if name in FRACTIONS:
        return number + 0.0  # -0.0 becomes 0.0
    if name == "metric":
        return STORED_METRICS[int(number)]
    if name == "on":
        return (EPOCH + timedelta(days=int(number))).isoformat()
    return int(number)
