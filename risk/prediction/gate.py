"""Whether a learned model may take over: better in time it has not seen, calibrated, and not upside down.

Cross-validation on the training rows cannot see drift: gates by it let models through that then lost 0.05 of the area
under the curve (measured on OULAD). So every window lies after the training rows, and both models are measured on the
same redrawn accounts.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from risk.prediction.arrays import Bools, Floats, Ints
from risk.prediction.figures import SLOPES, SURE, WINDOWS, Gate, Rival
from risk.prediction.measures import Ranking, calibration_slope, redraws

DRAWS = 400

Measure = Callable[[Ranking, Floats], float | None]
Chances = tuple[float | None, ...]


@dataclass(frozen=True)
class Window:
    """Rows of a span of time after training: who they are, who left, and the risk by each model."""

    accounts: Ints
    labels: Bools
    in_use: Floats
    challenger: Floats
    probabilities: Floats


def decide(
    windows: Sequence[Window], *, reversed_columns: Collection[str], approved: Collection[str], share: float, seed: int
) -> Gate:
    """Pass when the newest two or more windows in a row are each 90 % sure that the challenger ranks better, over all
    or among the riskiest `share`, its calibration slope over all windows is 0.8 to 1.25, and a person has approved
    every column whose sign is reversed."""
    auc, lift = _compared(windows, share, seed)
    slope = _slope(windows)
    unapproved = tuple(sorted(set(reversed_columns) - set(approved)))
    obstacles = {
        "fewer_than_two_windows": len(windows) < WINDOWS,
        "not_better": not _is_better(auc, lift),
        "badly_calibrated": slope is None or not SLOPES[0] <= slope <= SLOPES[1],
        "sign_reversed": bool(unapproved),
    }
    reasons = tuple(code for code, is_so in obstacles.items() if is_so)
    return Gate(not reasons, reasons, auc, lift, slope, unapproved)


def rival(windows: Sequence[Window], *, run: int, share: float, seed: int) -> Rival:
    """The same comparison with the card that `run` was adopted for; its risks are the windows' `in_use`."""
    auc, lift = _compared(windows, share, seed)
    return Rival(run, auc, lift, _is_better(auc, lift))


def refused(found: Gate, reason: str) -> Gate:
    """The same gate, closed for one more reason."""
    return replace(found, is_passed=False, reasons=(reason, *found.reasons))


def _compared(windows: Sequence[Window], share: float, seed: int) -> tuple[Chances, Chances]:
    """For each window how sure it is that the challenger ranks better, over all and among the riskiest `share`."""
    auc = tuple(_better(window, lambda ranking, weights: ranking.auc(weights), seed) for window in windows)
    lift = tuple(_better(window, lambda ranking, weights: ranking.lift(share, weights), seed) for window in windows)
    return auc, lift


def _is_better(auc: Chances, lift: Chances) -> bool:
    return max(_run(auc), _run(lift)) >= WINDOWS


def _better(window: Window, measure: Measure, seed: int) -> float | None:
    """The share of redraws in which the challenger is better, a draw counting half; None when most cannot tell."""
    ours, theirs = Ranking(window.labels, window.challenger), Ranking(window.labels, window.in_use)
    wins = []
    for weights in redraws(window.accounts, DRAWS, seed):
        one, other = measure(ours, weights), measure(theirs, weights)
        if one is not None and other is not None:
            wins.append((np.sign(one - other) + 1.0) / 2.0)
    return float(np.mean(wins)) if 2 * len(wins) > DRAWS else None


def _run(chances: Sequence[float | None]) -> int:
    """How many windows in a row, up to the newest, are sure."""
    count = 0
    for chance in reversed(chances):
        if chance is None or chance < SURE:
            break
        count += 1
    return count


def _slope(windows: Sequence[Window]) -> float | None:
    if not windows:
        return None
    labels = np.concatenate([window.labels for window in windows])
    return calibration_slope(labels, np.concatenate([window.probabilities for window in windows]))
