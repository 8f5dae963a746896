"""How a score moved between two days, split so that it adds up exactly: by part, by data and by weights, by measure.

Stored points are tenths that add up to the score, so their differences add up to its change. Where the parts were
weighed otherwise on the first day, its measures are weighed as on the second: `by_weights` is what that alone moves,
`by_data` the rest. A part can also move because others became better or less known: it weighs its weight x coverage
among all of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Numbers = dict[str, Any]


@dataclass(frozen=True)
class MeasureMove:
    """One measure as it was and as it is; either is None where the part was not known of then."""

    before: Numbers | None
    now: Numbers | None

    @property
    def key(self) -> str:
        return str((self.now or self.before or {})["key"])


@dataclass(frozen=True)
class PartMove:
    """What one part moved the score by, in tenths of a point: `by_data` and `by_weights` add up to it."""

    key: str
    tenths: int
    by_weights: int
    measures: list[MeasureMove]

    @property
    def by_data(self) -> int:
        return self.tenths - self.by_weights


def moves(before: Sequence[Numbers], now: Sequence[Numbers]) -> list[PartMove]:
    """Every part that moved the score, or that data and weights moved apart; what moved it most first."""
    old, new = {part["key"]: part for part in before}, {part["key"]: part for part in now}
    weighed = reweighed(before, now)
    found = []
    for key in dict.fromkeys([*new, *old]):
        was, tenths = _tenths(old.get(key)), _tenths(new.get(key))
        move = PartMove(key, tenths - was, weighed[key] - was, _measures(old.get(key), new.get(key)))
        if move.tenths or move.by_weights:
            found.append(move)
    return sorted(found, key=lambda one: -abs(one.tenths))


def reweighed(before: Sequence[Numbers], now: Sequence[Numbers]) -> dict[str, int]:
    """The points of the first day's parts in tenths, by the weights of the second; they add up to that score."""
    weights = {part["key"]: part["weight"] for part in now}
    points = dict.fromkeys(weights, 0) | {part["key"]: _tenths(part) for part in before}
    if is_weighed_alike(before, now):
        return points
    shares = {part["key"]: weights.get(part["key"], 0) * part["coverage"] for part in before}
    whole = sum(shares.values())
    told, total = 0, 0.0
    for part in before:  # running totals are rounded, so that the parts add up to the rounded whole
        total += shares[part["key"]] * (part["value"] or 0.0) / whole if whole else 0.0
        points[part["key"]] = round(total * 10) - told
        told += points[part["key"]]
    return points


def is_weighed_alike(before: Sequence[Numbers], now: Sequence[Numbers]) -> bool:
    return {part["key"]: part["weight"] for part in before} == {part["key"]: part["weight"] for part in now}


def _tenths(part: Numbers | None) -> int:
    return round((part["points"] or 0.0) * 10) if part else 0


def _measures(before: Numbers | None, now: Numbers | None) -> list[MeasureMove]:
    """Those whose value or coverage differs, what changed most first; days that passed alone are no move."""
    old, new = _by_key(before), _by_key(now)
    pairs = [MeasureMove(old.get(key), new.get(key)) for key in dict.fromkeys([*new, *old])]
    return sorted((pair for pair in pairs if _size(pair)), key=lambda pair: -_size(pair))


def _by_key(part: Numbers | None) -> dict[str, Numbers]:
    return {one["key"]: one for one in part["measures"]} if part else {}


def _size(pair: MeasureMove) -> float:
    """How far a measure moved: its value, or its coming and going, which counts as much as it can."""
    old, new = ((one or {}).get("value") for one in (pair.before, pair.now))
    if old is None or new is None:
        return 0.0 if old is new else 100.0
    then, now = (float((one or {}).get("coverage") or 0.0) for one in (pair.before, pair.now))
    return abs(float(new) - float(old)) + abs(now - then)
