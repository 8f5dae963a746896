"""Rounds, medians and where the figures are written."""

import json
import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any


def seconds(work: Callable[[], Any]) -> float:
    """How long `work` took, on the wall."""
    began = perf_counter()
    work()
    return perf_counter() - began


def interleaved(rounds: int, works: dict[str, Callable[[], Any]]) -> dict[str, list[float]]:
    """Each work's times, one after another in every round, so that a noisy minute touches all alike."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            times[name].append(seconds(work))
    return times


def median(times: list[float]) -> float:
    return statistics.median(times)


def percentile(times: list[float], share: float) -> float:
    """The smallest time that so large a share of the times does not exceed."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def ratios(values: dict[str, float], to: str) -> dict[str, float]:
    """Each value as a multiple of the one named `to`."""
    return {name: round(value / values[to], 2) for name, value in values.items() if name != to}


def publish(figures: dict[str, Any]) -> None:
    """Print the figures, and write them to the file named on the command line."""
    text = json.dumps(figures, indent=2)
    print(text)
    Path(sys.argv[1]).write_text(text + "\n")
