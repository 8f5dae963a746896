"""Parts of a score between the numbers of a row and what people read."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from health.parts import EPOCH, MEASURES, OF_MEASURE, OF_PART, PARTS, PLACES, STORED_METRICS

Numbers = dict[str, Any]

TENTHS = {"value", "points", "mean"}
HUNDREDTHS = {"coverage", "each", "median"}


def to_numbers(parts: Iterable[Numbers]) -> list[float | None]:
    """Parts as a row stores them; a part that is not given has no weight, and is not read back. None of them: none."""
    given = {part["key"]: part for part in parts}
    if not given:
        return []
    measured = {(key, one["key"]): one for key, part in given.items() for one in part.get("measures", ())}
    return [
        _number(name, (measured.get((part, measure), {}) if measure else given.get(part, {})).get(name))
        for part, measure, name in PLACES
    ]


def from_numbers(numbers: Sequence[float | None]) -> list[Numbers]:
    """The parts of a row, in order: each with its `key`, OF_PART, and `measures` with OF_MEASURE and their details.

    Rows of an older layout tell nothing.
    """
    if len(numbers) != len(PLACES):
        return []
    left = iter(numbers)
    found = []
    for key in PARTS:
        part: Numbers = {"key": key} | {name: _told(name, next(left)) for name in OF_PART}
        part["measures"] = [
            {"key": one.key} | {name: _told(name, next(left)) for name in (*OF_MEASURE, *one.details)}
            for one in MEASURES[key]
        ]
        if part["weight"] is not None:
            found.append(part)
    return found


def measure_of(parts: Sequence[Numbers], key: str) -> Numbers | None:
    """One measure of a score, wherever it belongs."""
    return next((one for part in parts for one in part["measures"] if one["key"] == key), None)


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
    if name == "metric":
        return STORED_METRICS[int(number)]
    if name == "on":
        return (EPOCH + timedelta(days=int(number))).isoformat()
    if name in TENTHS:
        return round(number, 1) + 0.0  # -0.0 becomes 0.0
    return round(number, 2) + 0.0 if name in HUNDREDTHS else int(number)
