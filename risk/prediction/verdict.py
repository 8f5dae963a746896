"""One word for what a backtest has shown."""

from enum import StrEnum

from risk.prediction.figures import Interval

LEAST_DEPARTURES = 10
CHANCE = 0.5
LEAST_AUC = 0.55  # below it a score is of no use to anybody, however many customers prove that it is not chance
PROVEN_AUC = 0.60  # the lower end of the interval


class Verdict(StrEnum):
    """What history says about the learned risk."""

    PROVEN = "proven"
    WEAK = "weak"
    NO_EVIDENCE = "no_evidence"
    WORSE_THAN_HAND = "worse_than_hand"
    NOT_ENOUGH = "not_enough_departures"


def judge(
    *, departures: int, auc: Interval | None, lift: Interval | None, hand: Interval | None, gain: Interval | None
) -> Verdict:
    """By intervals, not by figures: `auc` and `lift` of the learned model, `hand` and `gain` in the area.

    Proven: at least 0.60 and better than chance at the top, both with 95 % confidence. Weak: better than chance only.
    Worse than hand: surely so, where the hand weights themselves are better than chance.
    """
    if departures < LEAST_DEPARTURES:
        return Verdict.NOT_ENOUGH
    if gain is not None and gain.high < 0.0 and hand is not None and hand.low > CHANCE:
        return Verdict.WORSE_THAN_HAND
    if auc is None or auc.low <= CHANCE or auc.value < LEAST_AUC:
        return Verdict.NO_EVIDENCE
    if auc.low >= PROVEN_AUC and lift is not None and lift.low > 1.0:
        return Verdict.PROVEN
    return Verdict.WEAK
