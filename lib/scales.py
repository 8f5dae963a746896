"""The arithmetic of a chart: which values are there, where a scale has its round steps, where labels fit."""

import math
from collections.abc import Sequence

Value = float | int | None


def known(*series: Sequence[Value]) -> list[float]:
    """All values that are not missing."""
    return [float(value) for values in series for value in values if value is not None]


def runs(values: Sequence[Value]) -> list[list[int]]:
    """The positions of the values there are, cut wherever one is missing."""
    found: list[list[int]] = []
    for index, value in enumerate(values):
        if value is None:
            continue
        if index and values[index - 1] is not None:
            found[-1].append(index)
        else:
            found.append([index])
    return found


def ticks(low: float, high: float, wanted: int = 4) -> list[float]:
    """Round steps (1, 2, 2.5 or 5 times a power of ten) that cover `low` to `high`; at least two."""
    span = high - low or abs(high) or 1.0
    rough = span / max(wanted, 1)
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(size * factor for factor in (1, 2, 2.5, 5, 10) if rough <= size * factor * 1.000001)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(index * step, 10) for index in range(first, max(last, first + 1) + 1)]


def spread(positions: Sequence[float], gap: float) -> list[float]:
    """The positions moved down just enough that neighbours stand at least `gap` apart, in the given order."""
    moved = list(positions)
    last = -math.inf
    for index in sorted(range(len(moved)), key=moved.__getitem__):
        moved[index] = last = max(moved[index], last + gap)
    return moved
