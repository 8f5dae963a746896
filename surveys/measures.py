"""How answers on one scale become one figure: the convention, as SQL, as arithmetic and in words.

The words name it wherever a figure stands, because two conventions give two numbers.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Case, F, FloatField, Q, Value, When
from django.db.models.expressions import Combinable
from django.utils.translation import gettext as _

from lib.formatting import MISSING, NBSP, number, signed
from lib.intervals import Z
from surveys import estimates
from surveys.estimates import Difference, Score, Tally
from surveys.models import Kind
from surveys.scales import Scale, scale, scale_of

Counts = Mapping[int, int]


@dataclass(frozen=True)
class Measure:
    """The figure of one kind of survey; `is_mean` is effort (CES) as the mean of its answers."""

    kind: str
    scale: Scale
    is_mean: bool = False

    @property
    def ends(self) -> tuple[float, float]:
        """The lowest and the highest score there can be."""
        if self.kind == Kind.NPS:
            return -100, 100
        return (self.scale.low, self.scale.high) if self.is_mean else (0, 100)

    def mark(self) -> Combinable:
        """What an answer row counts as. The scale of each is its own: a survey may have been put on another one."""
        if self.is_mean:
            return F("value") * Value(1.0, FloatField())
        if self.kind == Kind.NPS:
            good = When(value__gte=self.scale.good, then=1.0)
            return _case(good, When(value__lte=self.scale.bad, then=Value(-1.0)))
        if self.kind == Kind.CES:
            return _case(When(value__gte=self.scale.good, then=1.0))
        tops = [Q(scale_max=top, value__gte=scale(self.kind, top).good) for top in (5, 3, 2)]
        return _case(*(When(top, then=1.0) for top in tops))

    def score(self, tally: Tally, z: float = Z) -> Score:
        if self.kind == Kind.NPS:
            return estimates.nps(tally, z)
        return (
            estimates.mean(tally, (self.scale.low, self.scale.high), z) if self.is_mean else estimates.share(tally, z)
        )

    def score_of(self, counts: Counts) -> Score:
        """The score of answers counted by value, on the scale of this measure."""
        marks = [(self._mark_of(value), count) for value, count in counts.items()]
        n = sum(count for _mark, count in marks)
        total, squares = (sum(mark**power * count for mark, count in marks) for power in (1, 2))
        return self.score(Tally(n, n, total, squares))

    def _mark_of(self, value: int) -> int:
        if self.is_mean:
            return value
        good = int(self.scale.is_good(value))
        return good - self.scale.is_bad(value) if self.kind == Kind.NPS else good

    # -------------------------------------------------------------------------------------------- in words

    def shown(self, value: float | None) -> str:
        """`+30` for NPS, `80 %` for a share, `5.4` for a mean."""
        if value is None:
            return MISSING
        if self.kind == Kind.NPS:
            return signed(value)
        return number(value, 1) if self.is_mean else f"{number(value)}{NBSP}%"

    def interval(self, score: Score) -> str:
        """`between 49 % and 94 %`: where the score of all customers lies, 19 times out of 20."""
        if score.low is None:
            return _("one answer, no interval") if score.n else ""
        return _("between %(low)s and %(high)s") % {"low": self.shown(score.low), "high": self.shown(score.high)}

    def moved(self, difference: Difference) -> str:
        """`+8`: by how much one score lies above another, in points."""
        return signed(difference.by, 1 if self.is_mean else 0)

    @property
    def name(self) -> str:
        return str(Kind(self.kind).label)

    @property
    def convention(self) -> str:
        """What is counted, and how its interval is worked out."""
        low, high, good, bad = self.scale.low, self.scale.high, self.scale.good, self.scale.bad
        if self.kind == Kind.NPS:
            told = _("per cent of %(good)s and %(high)s less per cent of %(low)s to %(bad)s; adjusted Wald interval")
        elif self.is_mean:
            told = _("mean of the answers from %(low)s to %(high)s; Student's interval")
        elif good == high:
            told = _("share of %(high)s among answers from %(low)s to %(high)s; Wilson's interval")
        else:
            told = _("share of %(good)s to %(high)s among answers from %(low)s to %(high)s; Wilson's interval")
        return told % {"low": low, "high": high, "good": good, "bad": bad}


def measure(kind: str, points: int, *, effort_as_mean: bool = True) -> Measure:
    """The figure of surveys of this kind with so many points."""
    return Measure(kind, scale_of(kind, points), kind == Kind.CES and effort_as_mean)


def usual(kind: str) -> Measure:
    """The figure of this kind on its usual scale, effort as a share: 0 to 100 as the others."""
    return Measure(kind, scale(kind))


def _case(*whens: When) -> Case:
    return Case(*whens, default=Value(0.0), output_field=FloatField())
