"""A backtest in words: its one sentence, its verdict, and each condition of the gate."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from health.parts import PARTS
from lib.formatting import exact, number, percent
from lib.time import day_of
from risk import queries
from risk.models import RiskRun
from risk.prediction.figures import SLOPES, SURE, WINDOWS, Backtest, Gate, Interval, Reading, Rival
from risk.prediction.ladder import ANCHORED_FROM, Rung
from risk.prediction.verdict import LEAST_DEPARTURES, PROVEN_AUC, Verdict
from risk.words import label as column_label

CERTAIN = 0.01  # how near to never or always some hundred redraws can tell
MOST_PERIODS = 6  # a run tests no more months
REVERSED = "sign_reversed"  # of the gate's reasons, the one that a person may overrule

TONES = {
    Verdict.PROVEN: "good",
    Verdict.WEAK: "watch",
    Verdict.NO_EVIDENCE: "bad",
    Verdict.WORSE_THAN_HAND: "bad",
    Verdict.NOT_ENOUGH: "none",
}


@dataclass(frozen=True)
class Condition:
    """One condition of the gate: what it asks for, whether that is so, and what was found."""

    asks: str
    is_met: bool
    found: str


def is_enough(found: Backtest) -> bool:
    """Whether enough accounts left in the tested months to judge a ranking."""
    return found.departures >= LEAST_DEPARTURES


def is_learned(found: Backtest) -> bool:
    """Whether anything was learned: on the lowest rung the hand weights stay as they are."""
    return found.choice.rung != Rung.HAND


def between(one: Interval, decimals: int = 1) -> str:
    """The interval of a figure, `2.9 to 4.1`."""
    return _("%(low)s to %(high)s") % {"low": number(one.low, decimals), "high": number(one.high, decimals)}


def with_interval(one: Interval | None, decimals: int = 2) -> str:
    """`0.74 (0.69 to 0.79)`; a dash where it cannot be said."""
    return number(None) if one is None else f"{number(one.value, decimals)} ({between(one, decimals)})"


def months(count: int) -> str:
    return ngettext("%(n)s month", "%(n)s months", count) % {"n": number(count)}


def accounts(count: int) -> str:
    return ngettext("%(n)s account", "%(n)s accounts", count) % {"n": number(count)}


# ------------------------------------------------------------------------------------------------- the one sentence
def headline(found: Backtest) -> str:
    """What was found, in one or two plain sentences."""
    if not is_enough(found):
        return _not_enough(found)
    if not is_learned(found):
        only = _("Nothing could be learned yet, so these are the hand weights.")
        return f"{_captured(found, found.hand)} {only}"
    hand = found.hand.lift
    if hand is None:
        return _captured(found, found.learned)
    compared = _("The hand weights: %(lift)s times (%(between)s).") % {
        "lift": number(hand.value, 1),
        "between": between(hand),
    }
    return f"{_captured(found, found.learned)} {compared}"


def _captured(found: Backtest, reading: Reading) -> str:
    if reading.lift is None or reading.captured is None:
        return _("The months tested cannot tell one ranking from another.")
    return _(
        "In the %(months)s tested, the riskiest %(share)s held %(captured)s of those who left: %(lift)s times what "
        "chance would give (95 %% interval %(between)s)."
    ) % {
        "months": months(found.periods),
        "share": percent(found.share),
        "captured": percent(reading.captured),
        "lift": number(reading.lift.value, 1),
        "between": between(reading.lift),
    }


def _not_enough(found: Backtest) -> str:
    said = ngettext(
        "Not enough departures yet: %(n)s account left in the %(months)s tested, and a ranking can be judged from "
        "%(least)s on.",
        "Not enough departures yet: %(n)s accounts left in the %(months)s tested, and a ranking can be judged from "
        "%(least)s on.",
        found.departures,
    ) % {"n": number(found.departures), "months": months(found.periods), "least": LEAST_DEPARTURES}
    return f"{said} {_when_enough(found)}"


def _when_enough(found: Backtest) -> str:
    """By waiting, if at the present rate the months a run tests will hold enough; else by what would find more."""
    wanted = -(-LEAST_DEPARTURES * found.periods // found.departures) if found.departures else 0
    if found.departures and found.periods < wanted <= MOST_PERIODS:
        more = 2 * (wanted - found.periods)  # half of all months are tested
        return _("At this rate that takes about %(months)s more.") % {"months": months(more)}
    return _(
        "A longer horizon, or counting those who did not renew or shrank by half, finds more; more months of history "
        "do, too."
    )


# ------------------------------------------------------------------------------------------------------ the verdict
def verdict_label(code: str) -> str:
    words = {
        Verdict.PROVEN: _("Proven"),
        Verdict.WEAK: _("Weak"),
        Verdict.NO_EVIDENCE: _("No evidence"),
        Verdict.WORSE_THAN_HAND: _("Worse than hand"),
        Verdict.NOT_ENOUGH: _("Not enough departures"),
    }
    return words[Verdict(code)]


def verdict_text(code: str) -> str:
    """What the verdict means, and what to do with it."""
    words = {
        Verdict.PROVEN: _(
            "The ranking is surely better than chance: with 95 %% confidence it puts somebody who left above somebody "
            "who stayed in at least %(auc)s of all pairs, and the riskiest hold more departures than chance would "
            "give. That is good enough to plan your weeks by."
        )
        % {"auc": percent(PROVEN_AUC)},
        Verdict.WEAK: _(
            "The ranking is better than chance, but not by so much that you should steer by it alone. Use it beside "
            "what you know of the account."
        ),
        Verdict.NO_EVIDENCE: _(
            "History gives no evidence that the risk tells those who leave from those who stay. Do not steer by it. "
            "See below which parts of the score foretell anything, and which lack data."
        ),
        Verdict.WORSE_THAN_HAND: _(
            "What was learned ranks surely worse than the hand weights: what made accounts leave has changed since. "
            "Keep the hand weights."
        ),
        Verdict.NOT_ENOUGH: _(
            "So few accounts left in the months tested that every figure about the ranking would be luck. The score "
            "stays as it is, not yet validated."
        ),
    }
    return words[Verdict(code)]


def about(run: RiskRun, found: Backtest, rival: RiskRun | None) -> str:
    """Which ranking the verdict is about, and which one accounts show now; `rival` as in `conditions`."""
    if is_learned(found) and run.is_adopted:
        return _("The verdict is about what this test learned, and that is what every account shows.")
    judged = (
        _("The verdict is about what this test learned.")
        if is_learned(found)
        else _("Nothing could be learned, so the verdict is about the weights set by hand.")
    )
    shown = (
        _("Accounts show the risk by what was learned in the %(run)s.") % {"run": run_name(rival)}
        if rival
        else _("Accounts show the risk by the weights set by hand.")
    )
    return f"{judged} {shown}"


def rung_text(found: Backtest) -> str:
    """Which model the departures in the months learned from can carry."""
    words = {
        Rung.HAND: _("Hand weights, turned into chances. Below %(n)s departures nothing is learned.")
        % {"n": ANCHORED_FROM},
        Rung.ANCHORED: _("Hand weights, corrected by what happened. The fewer have left, the firmer they hold."),
        Rung.BINNED: _("Learned from what happened, part by part. So many have left that the hand weights may go."),
    }
    return words[Rung(found.choice.rung)]


# --------------------------------------------------------------------------------------------------------- the gate
def conditions(found: Backtest, rival: RiskRun | None = None) -> list[Condition]:
    """Every condition for adopting what was learned, in the order in which they are worth reading.

    `rival`: the run whose card scores now, if it is another.
    """
    gate = found.gate
    return [
        Condition(
            _("At least %(n)s accounts left in the months learned from.") % {"n": ANCHORED_FROM},
            found.choice.may_adopt,
            _left(found.training_departures),
        ),
        Condition(
            _("At least %(n)s accounts left in the months tested.") % {"n": LEAST_DEPARTURES},
            is_enough(found),
            _left(found.departures),
        ),
        Condition(
            _("At least %(n)s spans of time were tested, all after the months learned from.") % {"n": WINDOWS},
            "fewer_than_two_windows" not in gate.reasons,
            ngettext("%(n)s was.", "%(n)s were.", len(gate.better_auc)) % {"n": number(len(gate.better_auc))},
        ),
        Condition(
            _("In each of them it ranks better than the hand weights, and that is at least %(sure)s sure.")
            % {"sure": percent(SURE)},
            "not_better" not in gate.reasons,
            _better(found),
        ),
        *([_better_than(found, rival)] if rival else []),
        Condition(
            _("Its chances are right in size: a calibration slope of %(low)s to %(high)s.")
            % {"low": number(SLOPES[0], 2), "high": number(SLOPES[1], 2)},
            "badly_calibrated" not in gate.reasons,
            _slope(gate.slope),
        ),
        Condition(
            _(
                "No part of the score works against its meaning, and nothing that is agreed against the odds set by "
                "hand, unless a person has accepted it."
            ),
            REVERSED not in gate.reasons,
            reversed_words(gate) or _("None does."),
        ),
        Condition(
            _("The verdict is proven or weak."),
            found.verdict in queries.TRUSTED,
            _("It is: %(verdict)s.") % {"verdict": verdict_label(found.verdict)},
        ),
    ]


def _left(count: int) -> str:
    return ngettext("%(n)s account did.", "%(n)s accounts did.", count) % {"n": number(count)}


def _better(found: Backtest) -> str:
    return _measured(found, found.gate)


def _measured(found: Backtest, against: Gate | Rival) -> str:
    if not is_learned(found):
        return _("Nothing was learned that could be compared.")
    return _spans(against) if is_enough(found) else _("Too few left to say.")


def _better_than(found: Backtest, rival: RiskRun) -> Condition:
    """What scores now was adopted: what replaces it has to be better than that, not only than the hand weights."""
    asks = _("So it does against the model that scores now, adopted from the %(run)s.") % {"run": run_name(rival)}
    against = found.gate.rival
    if against is None or against.run != rival.pk:
        return Condition(asks, False, _("It was not measured against that one: begin another run."))
    return Condition(asks, against.is_beaten, _measured(found, against))


def run_name(run: RiskRun) -> str:
    """What a run is called inside a sentence."""
    return _("run of %(day)s") % {"day": exact(day_of(run.started_at))}


def _spans(against: Gate | Rival) -> str:
    pairs = zip(against.better_auc, against.better_lift, strict=True)
    said = [
        _("%(overall)s sure over all accounts, %(top)s at the top") % {"overall": sure(auc), "top": sure(lift)}
        for auc, lift in pairs
    ]
    return _("From the oldest span: %(spans)s.") % {"spans": "; ".join(said)}


def sure(chance: float | None) -> str:
    """A share of redrawn accounts, which never makes anything certain."""
    if chance is None or CERTAIN <= chance <= 1 - CERTAIN:
        return percent(chance)
    bound = percent(1 - CERTAIN) if chance > CERTAIN else percent(CERTAIN)
    return (_("over %(share)s") if chance > CERTAIN else _("under %(share)s")) % {"share": bound}


def _slope(slope: float | None) -> str:
    if slope is None:
        return _("It cannot be measured on these months.")
    return _("It is %(slope)s.") % {"slope": slope_words(slope)}


def slope_words(slope: float) -> str:
    """`1.30: the chances are too timid`."""
    shown = {"slope": number(slope, 2)}
    if slope < SLOPES[0]:
        return _("%(slope)s: the chances are too extreme") % shown
    if slope > SLOPES[1]:
        return _("%(slope)s: the chances are too timid") % shown
    return _("%(slope)s: the chances are right in size") % shown


def reversed_words(gate: Gate) -> str:
    """The parts of which more would mean more risk, and what of the contract turns the odds by hand around."""
    names = gate.reversed_columns
    parts = ", ".join(column_label(name) for name in names if name in PARTS)
    facts = ", ".join(column_label(name) for name in names if name not in PARTS)
    said = [
        parts and _("More would mean more risk: %(names)s.") % {"names": parts},
        facts and _("What is more risk by hand would be less: %(names)s.") % {"names": facts},
    ]
    return " ".join(filter(None, said))
