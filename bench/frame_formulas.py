"""The formulas of `health.parts` over columns of numbers, for what the benchmark has rows of. NaN: not known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from health.parts import CONSTANTS, ENOUGH_COVERAGE, HEALTHY_FROM, WATCH_FROM

PARTS = ("needs", "adoption", "relationships", "engagement", "journey")
COLUMNS = ("score", "coverage", *(f"{part}_{what}" for part in PARTS for what in ("value", "coverage", "points")))
BANDS = ["", "healthy", "watch"]
LONGEST_WEEKS = 8
Column = Any


@dataclass(frozen=True)
class Shared:
    """What is the same for all: the median depth of use, the parts that the workspace works with, and the profiles.

    The first profile of a stage weighs it.
    """

    depth: float | None
    asked: Sequence[str]
    profiles: Sequence[tuple[Sequence[str], Mapping[str, int]]]

    def weights(self, part: str, stages: Column) -> Column:
        found = np.zeros(len(stages))
        for names, weights in reversed(self.profiles):
            found = np.where(np.isin(stages, names) if names else True, weights[part], found)
        return found


def reckon(of: Mapping[str, Column], stages: Column, shared: Shared) -> dict[str, Column]:
    """COLUMNS and the band by account, from sums and counts by account."""
    parts = {
        "needs": _mean((0.5, *_counted(of["foreseen"], of["full"], 4)), (0.2, *_counted(of["ours"], of["told"], 4))),
        "adoption": _adoption(of, shared.depth),
        "relationships": _relationships(of, stages),
        "engagement": _engagement(of),
        "journey": _mean((0.2, np.where(of["ever"] > 0, 100 * np.exp(-_none(of["bumps"]) / 2), np.nan), 1.0)),
    }
    weighed = {part: shared.weights(part, stages) * coverage for part, (_, coverage) in parts.items()}
    total = sum(weighed.values())
    points = {part: weighed[part] * np.nan_to_num(value) / total for part, (value, _) in parts.items()}
    asked = sum(shared.weights(part, stages) for part in shared.asked)
    coverage = np.minimum(1, np.round(100 * total / asked) / 100)
    score = np.round(sum(points.values()), 1)
    band = np.select([coverage < ENOUGH_COVERAGE, score >= HEALTHY_FROM, score >= WATCH_FROM], BANDS, "at_risk")
    found = {"band": band, "score": sum(points.values()), "coverage": coverage}
    for part, (value, known) in parts.items():
        found |= {f"{part}_value": value, f"{part}_coverage": known, f"{part}_points": points[part]}
    return found


def _none(values: Column) -> Column:
    """Nothing counted is none."""
    return np.nan_to_num(values)


def _counted(hits: Column, n: Column, k: float) -> tuple[Column, Column]:
    n = _none(n)
    return np.where(n > 0, 100 * _none(hits) / n, np.nan), n / (n + k)


def _mean(*measures: tuple[float, Column, Column]) -> tuple[Column, Column]:
    """The mean of (weight, value, coverage) by weight times coverage, and that in all."""
    shares = [weight * np.where(np.isnan(value), 0.0, coverage) for weight, value, coverage in measures]
    total = sum(shares)
    return sum(share * np.nan_to_num(value) for share, (_, value, _) in zip(shares, measures, strict=True)) / np.where(
        total > 0, total, np.nan
    ), total


def _sat(values: Column, low: float, high: float) -> Column:
    return 100 * np.clip((values - low) / (high - low), 0, 1)


def _adoption(of: Mapping[str, Column], depth: float | None) -> tuple[Column, Column]:
    taken = np.where(np.isnan(of["used"]), of["peak"], of["used"])
    n_late, n_early = _none(of["n_late"]), _none(of["n_early"])
    each = np.where(n_late > 0, of["late"], np.nan) / (28 * of["users"])
    known = np.minimum(LONGEST_WEEKS, of["first"] // 7 + 1)
    late_start = np.where(of["first"] < 28 + 21, 28 / np.maximum(1, of["first"] - 27), 1.0)
    trend = np.log((np.nan_to_num(of["late"]) + 1) / (of["early"] * late_start + 1))
    most = CONSTANTS["seats_beyond"] * np.where(of["seats"] > 0, of["seats"], np.inf)
    each = np.where((each > CONSTANTS["times_beyond"] * depth) | (of["users"] > most), np.nan, each) if depth else each
    opened = np.minimum(1, 100 * _none(of["new"]) / np.maximum(np.where(of["seats"] > 0, of["seats"], 50), 25) / 20)
    cost = CONSTANTS["cost_waiting"] * _none(of["waiting"]) + CONSTANTS["cost_reopened"] * _none(of["reopened"])
    blocked = np.minimum(CONSTANTS["cost_most"], cost + CONSTANTS["cost_opened"] * opened)
    value, coverage = _mean(
        (0.3, np.where((of["seats"] > 0) & (taken <= most), 100 * np.minimum(1, taken / of["seats"]), np.nan), 1.0),
        (0.15, _sat(np.log(each / depth), -1.0, 0.5) if depth else np.full_like(each, np.nan), 1.0),
        (0.15, 100 * np.minimum(_none(of["weeks"]), known) / known, known / LONGEST_WEEKS),
        (
            0.2,
            np.where(n_early > 0, _sat(trend, -0.7, 0.2), np.nan),
            (np.minimum(n_late, 14) + np.minimum(n_early, 14)) / 28,
        ),
    )
    return np.maximum(0, value - blocked), coverage


def _relationships(of: Mapping[str, Column], stages: Column) -> tuple[Column, Column]:
    here, people, roles = _none(of["here"]), _none(of["people"]), _none(of["roles"])
    width = 100 * (1 - np.exp(-(roles + 0.5 * (people - roles)) / 3))
    there = here > 0
    is_asked = there & np.isin(stages, ["use", "loyalty", "advocacy", "disappointment"])
    met = 100 * 0.5 ** (of["decider_age"] / 90)
    never = np.where(_none(of["deciders"]) > 0, 0.0, np.nan)
    return _mean(
        (0.25, np.where(there | (people > 0), width, np.nan), 1.0),
        (0.25, np.where(there, 50 * (_none(of["champion"]) + _none(of["decider"])), np.nan), 1.0),
        (0.3, of["voice_total"] / of["voice_weight"], of["voice_weight"] / (of["voice_weight"] + 4)),
        (0.1, np.where(is_asked, np.where(stages == "advocacy", 100.0, 0.0), np.nan), 1.0),
        (0.1, np.where(np.isnan(of["decider_age"]), never, met), 1.0),
    )


def _engagement(of: Mapping[str, Column]) -> tuple[Column, Column]:
    felt = _none(of["felt"])
    return _mean(
        (0.45, *_counted(of["answered"], of["sent"], 4)),
        (0.2, np.where(felt > 0, 25 * (of["tone"] + 2), np.nan), felt / (felt + 2)),
        (0.15, 100 * 0.5 ** (of["spoke"] / 30), 1.0),
    )
