"""Pictures of a backtest, each with the same figures as a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lib.formatting import exact, number, percent
from lib.svg import Bar, Line, Span, histogram, line_chart, span_list
from risk import verdicts
from risk.prediction.figures import Backtest, ColumnLine, Group, Interval
from risk.words import label as column_label

CHANCE = 0.5
SHIFTING, SHIFTED = 0.1, 0.25  # population stability index: usual limits of credit scorecards (Siddiqi 2006)
EARLY_DAYS = 14
LEAST_IN_GROUP = 5  # of fewer every interval holds nearly everything
BINS = 6
HALF = 520  # of the page's width


@dataclass(frozen=True)
class Table:
    """A chart's figures as text: the first cell of a row says what it is about."""

    caption: str
    head: Sequence[str]
    body: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Figure:
    """A chart, what it says in words, its table, and where it was drawn anew for a phone, that."""

    chart: SafeString
    table: Table
    words: str = ""
    narrow: str = ""


# ---------------------------------------------------------------------------------------------------------- ranking
def capture(found: Backtest) -> Figure:
    """The part of all departures among the riskiest share of accounts, by each model."""
    models = [(label, curve, tone) for label, curve, tone in _models(found) if curve]
    chance = (_("Chance"), found.shares, "none")
    lines = [Line(label, [100 * value for value in curve], tone=tone) for label, curve, tone in [*models, chance]]
    labels = [percent(share) for share in found.shares]
    at = [(label, curve[_place(found)]) for label, curve, _tone in [*models, chance]]
    words = _("Among the riskiest %(share)s: %(models)s.") % {
        "share": percent(found.shares[_place(found)]),
        "models": ", ".join(f"{label} {percent(value)}" for label, value in at),
    }
    title = _("Departures held by the riskiest accounts")
    head = [_("Riskiest"), *(label for label, _curve, _tone in models), _("Times chance")]
    body = [
        [percent(share), *(percent(curve[place]) for _label, curve, _tone in models), _times(models, place, share)]
        for place, share in enumerate(found.shares)
        if share > 0
    ]
    return Figure(line_chart(lines, labels, title, words, low=0, high=100, height=260),
                  Table(title, head, body), words)  # fmt: skip


def _models(found: Backtest) -> list[tuple[str, Sequence[float], str]]:
    learned = [(_("Learned"), found.learned.curve, "1")] if verdicts.is_learned(found) else []
    ceiling = [(_("Ceiling"), found.ceiling.curve, "3")] if found.ceiling else []
    return [*learned, (_("Hand weights"), found.hand.curve, "2"), *ceiling]


def _place(found: Backtest) -> int:
    """Where the share that the lift is about stands among those of the curve."""
    return min(range(len(found.shares)), key=lambda place: abs(found.shares[place] - found.share))


def _times(models: Sequence[tuple[str, Sequence[float], str]], place: int, share: float) -> str:
    """Of the first model, which is the learned one where there is any."""
    return number(models[0][1][place] / share, 1) if models else number(None)


# ------------------------------------------------------------------------------------------------------ calibration
def calibration(found: Backtest) -> Figure:
    """What was foretold for groups of equal size, the riskiest first, and what came."""
    groups = list(reversed(found.calibration))
    names = [_group_name(place, len(groups)) for place in range(len(groups))]
    spans = [
        Span(name, group.observed, group.low, group.high, _came(group), mark=group.foretold)
        for name, group in zip(names, groups, strict=True)
    ]
    words = _calibration_words(found)
    title = _("Foretold and come, by group of risk")
    highest = max((max(group.high, group.foretold) for group in groups), default=1.0)
    head = [_("Group"), _("Snapshots"), _("Foretold"), _("Left"), _("95 % interval")]
    body = [
        [name, number(group.count), percent(group.foretold, 1), percent(group.observed, 1), _range(group)]
        for name, group in zip(names, groups, strict=True)
    ]
    wide, narrow = (
        span_list(spans, title, words, high=highest, is_narrow=is_narrow, key=str(is_narrow))
        for is_narrow in (False, True)
    )
    return Figure(wide, Table(title, head, body), words, narrow)


def _calibration_words(found: Backtest) -> str:
    """By group and, as wide intervals of small groups hide a lean of all of them, over all."""
    groups = found.calibration
    if not verdicts.is_enough(found) or any(group.count < LEAST_IN_GROUP for group in groups):
        return _("Too few accounts, or too few that left, to say whether the chances are right in size.")
    inside = sum(group.low <= group.foretold <= group.high for group in groups)
    said = ngettext(
        "In %(inside)s of %(n)s group what was foretold lies within the interval of what came.",
        "In %(inside)s of %(n)s groups what was foretold lies within the interval of what came.",
        len(groups),
    ) % {"inside": number(inside), "n": number(len(groups))}
    if found.gate.slope is None:
        return said
    over_all = _("A group is small and its interval wide; over all of them the slope is %(slope)s.") % {
        "slope": verdicts.slope_words(found.gate.slope)
    }
    return f"{said} {over_all}"


def _group_name(place: int, count: int) -> str:
    if place == 0:
        return _("1, the riskiest")
    return _("%(n)s, the safest") % {"n": place + 1} if place == count - 1 else str(place + 1)


def _came(group: Group) -> str:
    return f"{percent(group.observed, 1)} ({_range(group)})"


def _range(group: Group) -> str:
    return _("%(low)s to %(high)s") % {"low": percent(group.low, 1), "high": percent(group.high, 1)}


# -------------------------------------------------------------------------------------------------------- lead time
def lead(found: Backtest) -> Figure:
    """How many days before they left those who were announced were announced."""
    size = max(found.horizon_days // BINS, 1)
    starts = range(1, found.horizon_days + 1, size)
    counts = [sum(start <= days < start + size for days in found.lead_days) for start in starts]
    names = [f"{start}–{min(start + size - 1, found.horizon_days)}" for start in starts]
    title = _("Days between the first alert and the departure")
    bars = [Bar(name, count) for name, count in zip(names, counts, strict=True)]
    body = [[name, number(count)] for name, count in zip(names, counts, strict=True)]
    words = _lead_words(found.lead_days)
    return Figure(histogram(bars, title, words, width=HALF), Table(title, [_("Days"), _("Accounts")], body), words)


def _lead_words(days: Sequence[int]) -> str:
    if not days:
        return _("No departure was announced.")
    if len(days) == 1:
        return ngettext(
            "The one who was announced was so %(n)s day before they left.",
            "The one who was announced was so %(n)s days before they left.",
            days[0],
        ) % {"n": number(days[0])}
    middle = median(days)
    half = ngettext(
        "Half of those announced were so %(median)s day or more before they left",
        "Half of those announced were so %(median)s days or more before they left",
        int(middle),
    ) % {"median": number(middle)}
    if round(middle) == EARLY_DAYS:
        return f"{half}."
    early = _("%(early)s at least %(n)s days") % {
        "early": percent(sum(one >= EARLY_DAYS for one in days) / len(days)),
        "n": EARLY_DAYS,
    }
    return _("%(half)s, and %(early)s.") % {"half": half, "early": early}


# ------------------------------------------------------------------------------------------------------- components
def columns(lines: Sequence[ColumnLine], *, is_narrow: bool = False) -> SafeString:
    """How well each part ranks by itself."""
    judged = [(line.name, line.auc) for line in ranked(lines) if line.auc]
    return span_list(
        [_column(name, auc) for name, auc in judged],
        _("Ranking by each part alone"),
        low=min([0.4, *(auc.low for _name, auc in judged)]),
        high=max([0.8, *(auc.high for _name, auc in judged)]),
        rule=(CHANCE, _("Chance")),
        is_narrow=is_narrow,
        key=str(is_narrow),
    )


def ranked(lines: Sequence[ColumnLine]) -> list[ColumnLine]:
    """What ranks best by itself first."""
    return sorted(lines, key=lambda line: -line.auc.value if line.auc else 0.0)


def _column(name: str, auc: Interval) -> Span:
    return Span(column_label(name), auc.value, auc.low, auc.high, verdicts.with_interval(auc))


# -------------------------------------------------------------------------------------------------------- stability
def by_month(found: Backtest) -> Figure:
    """The ranking of each tested month, and those who left after it."""
    title = _("Ranking month by month")
    days = [exact(date.fromordinal(line.day)) for line in found.stability]
    values = [line.auc for line in found.stability]
    known = [value for value in values if value is not None]
    words = (
        _("Between %(low)s and %(high)s.") % {"low": number(min(known), 2), "high": number(max(known), 2)}
        if known
        else ""
    )
    chart = line_chart(
        [Line(_("AUC"), values)], days, title, words, low=min([0.4, *known]), high=1, width=HALF,
        rules=[(CHANCE, _("Chance"))],
    ) if known else SafeString("")  # fmt: skip
    head = [_("Month"), _("Accounts"), _("Left within the horizon")] + ([_("AUC")] if known else [])
    body = [
        [day, number(line.accounts), number(line.departures), *([number(line.auc, 2)] if known else [])]
        for day, line in zip(days, found.stability, strict=True)
    ]
    return Figure(chart, Table(title, head, body), words)


def drift(found: Backtest) -> Figure:
    """How far the risks of each month have moved from those of the months learned from."""
    title = _("How far the scores have moved")
    days = [exact(date.fromordinal(line.day)) for line in found.stability]
    bars = [
        Bar(day, line.psi, number(line.psi, 2), drift_tone(line.psi))
        for day, line in zip(days, found.stability, strict=True)
    ]
    body = [[day, number(line.psi, 2), drift_label(line.psi)] for day, line in zip(days, found.stability, strict=True)]
    known = [line.psi for line in found.stability if line.psi is not None]
    words = drift_label(known[-1]) if known else ""
    return Figure(
        histogram(bars, title, words, width=HALF, height=220),
        Table(title, [_("Month"), _("PSI"), _("It says")], body),
        words,
    )


def drift_tone(psi: float | None) -> str:
    if psi is None:
        return "none"
    return "healthy" if psi < SHIFTING else "watch" if psi < SHIFTED else "risk"


def drift_label(psi: float | None) -> str:
    words = {"none": number(None), "healthy": _("Like before"), "watch": _("Moving"), "risk": _("Moved")}
    return words[drift_tone(psi)]
