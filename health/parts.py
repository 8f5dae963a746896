"""What the health score is made of: eight parts of 0 to 100, what each is measured by, and every constant.

A measure has a value v from 0 to 100 and a coverage c from 0 to 1: how much stands behind it. A part's value is the
mean of its measures by weight times coverage, and its coverage their weight times coverage in all.

    score = sum(weight x coverage x value) / sum(weight x coverage)

What is not known drops out: it counts neither as 0 nor as fine. The mean of the other customers is not fine either:
filled in for what is missing it made customers who had left look like those who stay (61 of 100, not 35, on the demo's
data), for who has goals is not who is leaving. `points` are weight x coverage x value / sum(weight x coverage): they
add up to the score. The confidence (stored as `coverage`) is sum(weight x coverage) / sum(weight), over the parts that
the workspace works with: without a single goal or lesson nobody is asked for theirs. Below 0.25 there is no band and no
alert. Of n things counted the coverage is n / (n + k): that is credibility (Buehlmann), and with it one bad answer more
always lowers a score that is above 0. `mean` is that of the customers whose part is known, shown beside it. A
metric that nobody has sent of any customer for ten days is not known: no report is not no use. A reading that cannot be
right is not believed: what it says is not known either, and the page says so.

Windows end at the scored UTC day, which counts. `dec(d; h) = 0.5 ^ (d / h)`,
`sat(x; a, b) = 100 x clip((x - a) / (b - a))`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Part(models.TextChoices):
    """One part of the score, in the order they are shown and added up: actual against desired engagement."""

    INTENT = "intent", _("Intent")
    NEEDS = "needs", _("Anticipated needs")
    ADOPTION = "adoption", _("Successful adoption")
    OUTCOMES = "outcomes", _("Outcomes at scale")
    RELATIONSHIPS = "relationships", _("Relationships")
    ENGAGEMENT = "engagement", _("Communication and engagement")
    EDUCATION = "education", _("Education")
    JOURNEY = "journey", _("Optimal journey")


@dataclass(frozen=True)
class Measure:
    """One way to measure a part. `weight` is its share of the part; `details` name the numbers its sentence needs."""

    key: str
    label: str | Promise
    weight: float
    details: tuple[str, ...]


# How each value and coverage comes about:
#
# known          share of six answers in the success plan x dec(days since the customer confirmed it, else it was
#                written; 180); covered once there is a plan
# aligned        days with use of what the plan names / days with use by the usage metric, of 28; covered by 10 of them
# stated         the customer's last word on renewing, 1..5; coverage dec(its age; 120)
# met            questions asked, steps late, features used for the first time that an older plan names, and the first
#                day all seats came to be used, of whoever still uses nine in ten; in 90 days. Those with a lesson or a
#                conversation of ours in the 30 days before; k = 4
# ready          steps due in 60 days with material prepared
# proactive      two-way conversations of 90 days that we began before they asked, of those that say who began; k = 4
# seats          mean seats used on 14 days / seats of the contracts that run; without that metric the day of 28 with
#                most active users. Where the mean is more than ten times the seats, or below 0, the median day
#                counts; if that is as well, it is not believed
# breadth        metrics the plan names that were used in 28 days
# depth          sat(ln(key actions per active user / the median of the workspace); -1, 0.5), 28 days. More than 1,000
#                times the median is not believed, nor are more active users than ten times the seats
# regularity     weeks with use / weeks since the first reading, 8 at most; covered by those weeks of 8
# trend          sat(ln((last 28 days + 1) / (28 days before + 1)); -0.7, 0.2): halved is 1, unchanged 78. Readings that
#                begin more than a week into the earlier half count as 28 days at the same rate; 14 days in each half
#                cover it. Key actions; without any in 56 days logins, then active users. Where one half is more than
#                1,000 times the other, the median day of each counts for all its days
# blockers       taken off the part: 5 for each ticket open over 7 days (but questions and low ones), 3 for each
#                reopened in 30 days, and up to 8 for tickets opened in 30 days, at 20 per 100 seats; 20 at most
# progress       by weight, how far each goal is against how far it should be by now; reached is 100. Goals of which
#                less than a tenth of the time is over are not asked, nor is a reading believed that is over 100
#                times the way
# confirmed      goals reached that the customer confirmed; k = 2
# spread         groups or sites with a goal reached, of those with goals, two at least
# width          100 (1 - exp(-n / 3)); n: people spoken with in 90 days, the first of each role 1, others 0.5
# sponsor        champion and decision maker spoken with in 120 days: 50 each; 25 less for 90 days after a champion left
# sentiment      answers of 365 days, each dec(age; 120); from 0 at the last bad one (CSAT 2, NPS 6) to 100; k = 4
# advocacy       in the stage advocacy now, or entered it in 365 days; asked from the stage use on, where people
#                are known
# executive      dec(days since a decision maker was spoken with, of half a year; 90)
#                (width, sponsor and executive are asked once the workspace logs touchpoints)
# reply          what we sent one way in 90 days and they spoke with us within 14 days after; k = 4. What was sent
#                before one conversation counts once, by the last of it: many mails are not many answers, and more mail
#                alone lowers it
# attendance     meetings and calls of 180 days that took place, of those with an outcome; k = 2
# tone           how touchpoints of 180 days felt to them, -2..2; k = 2
# recency        dec(days since the last two-way touchpoint; 30)
# taught         people present who completed something for their role in 180 days
# completion     lessons of 365 days completed, of those begun; k = 2
# put_to_use     lessons completed in 365 days about a metric that was used in the 14 days after; k = 2
# timeliness     steps due in 365 days: 1 on time, exp(-days late / 14), open ones by the days overdue; k = 2
# effort         CES of 180 days as 0..100; k = 4
# bumps          100 exp(-(tickets reopened and steps late in 90 days) / 2)
MEASURES: dict[str, tuple[Measure, ...]] = {
    Part.INTENT.value: (
        Measure("known", _("Plan known"), 0.5, ("filled", "age")),
        Measure("aligned", _("Use as planned"), 0.3, ("days", "aligned")),
        Measure("stated", _("Stated will to renew"), 0.2, ("answer", "age")),
    ),
    Part.NEEDS.value: (
        Measure("met", _("Needs met beforehand"), 0.5, ("events", "met")),
        Measure("ready", _("Next steps prepared"), 0.3, ("steps", "prepared")),
        Measure("proactive", _("We reach out first"), 0.2, ("ours", "theirs")),
    ),
    Part.ADOPTION.value: (
        Measure("seats", _("Licence use"), 0.30, ("metric", "used", "seats")),
        Measure("breadth", _("Breadth of use"), 0.20, ("used", "of")),
        Measure("depth", _("Depth of use"), 0.15, ("each", "median")),
        Measure("regularity", _("Regular use"), 0.15, ("weeks", "of")),
        Measure("trend", _("Usage trend"), 0.20, ("metric", "last", "before")),
        Measure("blockers", _("Support load"), 0.0, ("ever", "opened", "waiting", "reopened", "seats")),
    ),
    Part.OUTCOMES.value: (
        Measure("progress", _("Progress of goals"), 0.6, ("goals", "behind", "reached")),
        Measure("confirmed", _("Confirmed by the customer"), 0.2, ("reached", "confirmed")),
        Measure("spread", _("Spread over sites"), 0.2, ("sites", "reached")),
    ),
    Part.RELATIONSHIPS.value: (
        Measure("width", _("People we talk with"), 0.25, ("people", "roles")),
        Measure("sponsor", _("Champion and decision maker"), 0.25, ("champion", "decider", "left")),
        Measure("sentiment", _("Survey voice"), 0.30, ("n", "mean", "on")),
        Measure("advocacy", _("Advocacy"), 0.10, ("age",)),
        Measure("executive", _("Decision maker's ear"), 0.10, ("age",)),
    ),
    Part.ENGAGEMENT.value: (
        Measure("reply", _("Replies"), 0.45, ("sent", "answered")),
        Measure("attendance", _("Meetings held"), 0.20, ("planned", "held")),
        Measure("tone", _("Tone"), 0.20, ("n", "mean")),
        Measure("recency", _("Last conversation"), 0.15, ("age", "on")),
    ),
    Part.EDUCATION.value: (
        Measure("taught", _("People taught"), 0.4, ("people", "taught")),
        Measure("completion", _("Lessons completed"), 0.3, ("started", "completed")),
        Measure("put_to_use", _("Lessons put to use"), 0.3, ("lessons", "used")),
    ),
    Part.JOURNEY.value: (
        Measure("timeliness", _("Steps on time"), 0.6, ("due", "late", "overdue")),
        Measure("effort", _("Effort"), 0.2, ("n", "mean")),
        Measure("bumps", _("Bumps"), 0.2, ("reopened", "late")),
    ),
}

PARTS: list[str] = [str(key) for key in Part.values]
LABELS = dict(Part.choices)
MEASURE_LABELS = {measure.key: measure.label for measures in MEASURES.values() for measure in measures}
DEFAULT_WEIGHTS = dict(zip(PARTS, (5, 10, 25, 20, 15, 10, 5, 10), strict=True))
TOTAL_WEIGHT = 100

HEALTHY_FROM = 70
WATCH_FROM = 50
ENOUGH_COVERAGE = 0.25  # below it the score has no band and raises no alert
MEDIUM_COVERAGE, HIGH_COVERAGE = 0.4, 0.7  # of which confidence is medium, and high
ENOUGH_ACCOUNTS = 20  # so many customers make a mean
STANDS_DAYS = 32  # a score is written once a month at least: one as old as this says nothing of a day

USAGE_METRICS = ["key_actions", "logins", "active_users"]
SEATS_METRIC = "seats_used"
TWO_WAY_METRIC = "touchpoints_two_way"
EFFORT_METRIC = "ces"
RATINGS = {"csat": 25.0, "nps": 60.0}  # the rating, 0..100, of the last answer that counts as bad
METRICS = [*USAGE_METRICS, SEATS_METRIC, TWO_WAY_METRIC, EFFORT_METRIC, *RATINGS]

CONSTANTS = {
    "trend_days": 28,
    "trend_low": -0.7,
    "trend_high": 0.2,
    "trend_late_days": 7,
    "trend_full_days": 14,
    "seats_days": 14,
    "seats_near": 0.9,
    "seats_beyond": 10.0,
    "times_beyond": 1000.0,
    "use_days": 28,
    "depth_low": -1.0,
    "depth_high": 0.5,
    "ticket_days": 30,
    "waiting_days": 7,
    "per_100_full": 20.0,
    "seats_least": 25,
    "seats_unknown": 50,
    "cost_opened": 8.0,
    "cost_waiting": 5.0,
    "cost_reopened": 3.0,
    "cost_most": 20.0,
    "known_half_life": 180.0,
    "stated_half_life": 120.0,
    "recent_days": 90,
    "ahead_days": 60,
    "before_days": 30,
    "sponsor_days": 120,
    "left_cost": 25.0,
    "half_year": 180,
    "year": 365,
    "answer_days": 14,
    "voice_half_life": 120.0,
    "executive_half_life": 90.0,
    "recency_half_life": 30.0,
    "late_scale": 14.0,
    "goal_begun": 0.1,
    "goal_beyond": 100.0,
}


def band_of(score: float | None, coverage: float) -> str:
    """The band of a score as stored; "" when too little is known."""
    if score is None or coverage < ENOUGH_COVERAGE:
        return ""
    if score >= HEALTHY_FROM:
        return "healthy"
    return "watch" if score >= WATCH_FROM else "at_risk"


class Confidence(models.TextChoices):
    """How sure a score is."""

    HIGH = "high", _("high confidence")
    MEDIUM = "medium", _("medium confidence")
    LOW = "low", _("low confidence")
    NONE = "none", _("not enough data")


def confidence_of(coverage: float) -> Confidence:
    if coverage < ENOUGH_COVERAGE:
        return Confidence.NONE
    if coverage < MEDIUM_COVERAGE:
        return Confidence.LOW
    return Confidence.MEDIUM if coverage < HIGH_COVERAGE else Confidence.HIGH


# ------------------------------------------------------------------------------------------- how parts are stored
# One array of numbers a row: for each part in order OF_PART, then for each of its measures OF_MEASURE and its details.
# As JSON they took three times the room and a third of the time that scoring takes (measured at 100,000 accounts).
EPOCH = date(2000, 1, 1)  # a date is stored as days since
STORED_METRICS = [*USAGE_METRICS, SEATS_METRIC]  # a metric is stored as its place here
OF_PART = ("weight", "value", "points", "coverage", "mean")
OF_MEASURE = ("value", "coverage")


def places() -> Sequence[tuple[str, str, str]]:
    """(part, measure or "", name) of each number of a row, in order."""
    found = []
    for part, measures in MEASURES.items():
        found += [(part, "", name) for name in OF_PART]
        found += [(part, one.key, name) for one in measures for name in (*OF_MEASURE, *one.details)]
    return found


PLACES = places()
VALUE_PLACES = {part: place for place, (part, measure, name) in enumerate(PLACES) if name == "value" and not measure}
