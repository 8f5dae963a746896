"""How a score moved between two days, split so that it adds up exactly: by part, by what moved it, and by measure.

Stored points are tenths that add up to the score, so their differences add up to its change. Where the parts were
weighed otherwise on the first day, they are weighed as on the second: `by_weights` is what that alone moves. A part
weighs its weight x coverage among all of them, so that it also moves when it, or another, becomes better or less known:
`by_coverage` is what that alone moves, with the values of the first day (of what was not known then, with those of the
second), also of the measures inside a part. `by_data` is the rest: what is known says something else.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from health.parts import MEASURES

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
    """What one part moved the score by, in tenths of a point: `by_data`, `by_coverage`, `by_weights` add up to it."""

    key: str
    tenths: int
    by_weights: int
    by_coverage: int
    measures: list[MeasureMove]

    @property
    def by_data(self) -> int:
        return self.tenths - self.by_weights - self.by_coverage


def moves(before: Sequence[Numbers], now: Sequence[Numbers]) -> list[PartMove]:
    """Every part that moved the score, or was moved to and fro; what moved it most first."""
    old, new = {part["key"]: part for part in before}, {part["key"]: part for part in now}
    weighed, known = reweighed(before, now), _by_coverage(before, now)
    found = []
    for key in dict.fromkeys([*new, *old]):
        was, tenths = _tenths(old.get(key)), _tenths(new.get(key))
        measures = _measures(old.get(key), new.get(key))
        move = PartMove(key, tenths - was, weighed[key] - was, known[key], measures)
        if move.tenths or move.by_weights or move.by_coverage:
            found.append(move)
    return sorted(found, key=lambda one: -abs(one.tenths))


def reweighed(before: Sequence[Numbers], now: Sequence[Numbers]) -> dict[str, int]:
    """The points of the first day's parts in tenths, by the weights of the second; they add up to that score."""
    weights = {part["key"]: part["weight"] for part in now}
    points = dict.fromkeys(weights, 0) | {part["key"]: _tenths(part) for part in before}
    if is_weighed_alike(before, now):
        return points
    return points | _points(
        (part["key"], weights.get(part["key"], 0) * part["coverage"], part["value"] or 0.0) for part in before
    )


def _by_coverage(before: Sequence[Numbers], now: Sequence[Numbers]) -> dict[str, int]:
    """What each part is moved by because it, or another, is better or less known; in tenths."""
    old, new = {part["key"]: part for part in before}, {part["key"]: part for part in now}
    nothing: Numbers = {"weight": 0, "coverage": 0.0, "value": None, "measures": []}
    told = [(key, old.get(key, nothing), new.get(key, nothing)) for key in dict.fromkeys([*new, *old])]
    values = {key: (now["value"] if was["value"] is None else was["value"]) or 0.0 for key, was, now in told}
    shifted = {key: min(100.0, max(0.0, values[key] + _shift(key, was, now))) for key, was, now in told}
    then = _points((key, now["weight"] * was["coverage"], values[key]) for key, was, now in told)
    today = _points((key, now["weight"] * now["coverage"], shifted[key]) for key, was, now in told)
    return {key: today[key] - then[key] for key in values}


def _shift(part: str, before: Numbers, now: Numbers) -> float:
    """What the value of a part is moved by because its measures are better or less known, or others of them are."""
    weights = {one.key: one.weight for one in MEASURES.get(part, ())}
    old, new = _by_key(before), _by_key(now)
    told = [(weights.get(key, 0.0), old[key], new[key]) for key in old if key in new]
    values = [was["value"] if was["value"] is not None else now["value"] for _, was, now in told]
    then = _mean((weight * was["coverage"], value) for (weight, was, _), value in zip(told, values, strict=True))
    today = _mean((weight * now["coverage"], value) for (weight, _, now), value in zip(told, values, strict=True))
    return 0.0 if then is None or today is None else today - then


def _mean(shared: Iterable[tuple[float, float | None]]) -> float | None:
    """Of (share, value); None without any share."""
    known = [(share, value or 0.0) for share, value in shared]
    whole = sum(share for share, _ in known)
    return sum(share * value for share, value in known) / whole if whole else None


def _points(parts: Iterable[tuple[str, float, float]]) -> dict[str, int]:
    """The tenths of (key, share, value); running totals are rounded, so that they add up to the rounded whole."""
    told = list(parts)
    whole = sum(share for _, share, _ in told)
    points: dict[str, int] = {}
    given, total = 0, 0.0
    for key, share, value in told:
        total += share * value / whole if whole else 0.0
        points[key] = round(total * 10) - given
        given += points[key]
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
