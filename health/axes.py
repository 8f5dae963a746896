"""Loyalty and satisfaction: two axes beside the score, 0 to 100 each, that are never mixed into it or each other.

Loyalty is the decision maker's will to stay, satisfaction how they feel about what we deliver: people leave a supplier
they are content with, and stay with one they complain about. Each measure has a value v from 0 to 100, whose middle is
50, and a coverage c from 0 to 1: how much stands behind it. Measures without data drop out.

    axis = (sum(weight x c x v) + 0.1 x 50) / (sum(weight x c) + 0.1)

So little knowledge stays near the middle (shrinkage towards it, with the weight of a tenth of an axis), and no data is
no value, never 0. The coverage of an axis is sum(weight x c), as the weights total 1; n is how many answers, contracts,
touchpoints and promises are behind it. From 50 on a customer is loyal, or satisfied; below a coverage of 0.15 of either
axis no quadrant is named.

Windows end at the day, which counts. `dec(d; h) = 0.5 ^ (d / h)`. N is the sum of dec(age; h) over what is counted.

promoters   each present decision maker's last NPS of 365 days about the relationship: 6 and less is 0, 10 is 100;
            h = 180; c = N / (N + 0.5)
will        their last word on renewing in the success plan, 1..5 as 0..100; c = dec(its age; 120)
renewed     contracts that ended in 5 years and were followed by another within 31 days, or renewed ahead of their end,
            of all that ended; c = n / (n + 1). One that ended less than 31 days ago is not asked yet
speaking    in the stage advocacy now, or entered in 365 days: 100; c = 1, or dec(days since; 180). That nobody has
            spoken for us says nothing
csat        answers of 180 days: 2 of 5 and less is 0, 5 is 100; h = 90; c = N / (N + 2)
ease        answers about effort (CES) of 180 days as 0..100; h = 90; c = N / (N + 2)
felt        how touchpoints of 180 days felt to them, -2..2 as 0..100; h = 90; c = N / (N + 2)
promises    promises settled in 365 days that were kept, of those kept, broken, or open and overdue; c = n / (n + 2)
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MIDDLE = 50.0
PRIOR = 0.1
ENOUGH = 0.15  # one recent answer of a decision maker is enough to place a customer, with the coverage beside it


class Axis(models.TextChoices):
    LOYALTY = "loyalty", _("Loyalty")
    SATISFACTION = "satisfaction", _("Satisfaction")


class Quadrant(models.TextChoices):
    """Where a customer stands on the two axes; too little known is none of them."""

    BOTH = "both", _("Loyal and satisfied")
    LOYAL = "loyal", _("Loyal but dissatisfied")
    SATISFIED = "satisfied", _("Satisfied but not loyal")
    NEITHER = "neither", _("Neither loyal nor satisfied")


UNKNOWN = _("Too little known")


@dataclass(frozen=True)
class AxisMeasure:
    """One way to measure an axis: its share of it, and the page that shows the rows behind it."""

    key: str
    label: str | Promise
    weight: float
    rows: str


MEASURES: dict[str, tuple[AxisMeasure, ...]] = {
    Axis.LOYALTY.value: (
        AxisMeasure("promoters", _("Decision makers' NPS"), 0.35, "promoters"),
        AxisMeasure("will", _("Stated will to renew"), 0.30, "stated"),
        AxisMeasure("renewed", _("Renewals kept"), 0.20, "renewed"),
        AxisMeasure("speaking", _("Speaking for us"), 0.15, "advocacy"),
    ),
    Axis.SATISFACTION.value: (
        AxisMeasure("csat", _("CSAT"), 0.35, "csat"),
        AxisMeasure("ease", _("Effort (CES)"), 0.20, "effort"),
        AxisMeasure("felt", _("How touchpoints felt"), 0.25, "tone"),
        AxisMeasure("promises", _("Promises kept"), 0.20, "promises"),
    ),
}
KEYS = [one.key for measures in MEASURES.values() for one in measures]

CONSTANTS = {
    "year": 365, "half_year": 180, "kept_years": 5 * 365, "grace_days": 31, "nps_bad": 6.0, "csat_bad": 25.0,
    "nps_half_life": 180.0, "will_half_life": 120.0, "voice_half_life": 90.0, "middle": MIDDLE, "prior": PRIOR,
    "enough": ENOUGH,
}  # fmt: skip


@dataclass(frozen=True)
class Reading:
    """One measure of one account: no value without data; `counts` are the numbers of its sentence."""

    key: str
    value: float | None
    coverage: float
    n: int
    counts: tuple[float, ...] = ()


@dataclass(frozen=True)
class Standing:
    """One axis of one account."""

    value: float | None
    coverage: float
    n: int

    @property
    def is_enough(self) -> bool:
        return self.value is not None and self.coverage >= ENOUGH


def standing(axis: str, readings: Sequence[Reading]) -> Standing:
    """An axis from its measures: the same arithmetic as the statement's."""
    weights = {one.key: one.weight for one in MEASURES[axis]}
    known = [one for one in readings if one.key in weights and one.value is not None and one.coverage > 0]
    coverage = sum(weights[one.key] * one.coverage for one in known)
    if not coverage:
        return Standing(None, 0.0, 0)
    total = sum(weights[one.key] * one.coverage * (one.value or 0.0) for one in known)
    return Standing((total + PRIOR * MIDDLE) / (coverage + PRIOR), coverage, sum(one.n for one in known))


def quadrant(loyalty: Standing, satisfaction: Standing) -> str:
    """Which quadrant; "" while too little is known of either axis."""
    if not (loyalty.is_enough and satisfaction.is_enough):
        return ""
    is_loyal, is_satisfied = (loyalty.value or 0.0) >= MIDDLE, (satisfaction.value or 0.0) >= MIDDLE
    if is_loyal:
        return Quadrant.BOTH.value if is_satisfied else Quadrant.LOYAL.value
    return Quadrant.SATISFIED.value if is_satisfied else Quadrant.NEITHER.value
