"""Newton's method with halved steps, for the smooth convex losses of this package."""

from collections.abc import Callable

import numpy as np

from risk.prediction.arrays import Floats

ROUNDS = 60
HALVINGS = 30
TOLERANCE = 1e-9

Loss = Callable[[Floats], float]
Slopes = Callable[[Floats], tuple[Floats, Floats]]  # at a point: gradient and Hessian


def minimise(start: Floats, loss: Loss, slopes: Slopes) -> Floats | None:
    """The point of least `loss`, or None when there is none (as without a penalty on separable classes)."""
    point, value = start, loss(start)
    for _ in range(ROUNDS):
        gradient, hessian = slopes(point)
        try:
            step: Floats = np.linalg.solve(hessian, gradient).astype(np.float64)
        except np.linalg.LinAlgError:
            return None
        if float(gradient @ step) < TOLERANCE:
            return point
        point, value = _descend(point, value, step, loss)
    return None


def _descend(point: Floats, value: float, step: Floats, loss: Loss) -> tuple[Floats, float]:
    """The longest of the step, its half, its quarter ... that lowers the loss; the same point when none does."""
    for _ in range(HALVINGS):
        candidate = point - step
        lower = loss(candidate)
        if lower < value:
            return candidate, lower
        step = step / 2
    return point, value


def log_loss(labels: Floats, logits: Floats) -> float:
    """-ln of the likelihood of 0/1 labels, summed, without overflow."""
    return float(np.logaddexp(0.0, logits).sum() - labels @ logits)


def sigmoid(logits: Floats) -> Floats:
    """1 / (1 + e^-x), without overflow."""
    probabilities: Floats = 0.5 * (1.0 + np.tanh(0.5 * logits))
    return probabilities
