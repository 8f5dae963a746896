"""The score in plain Python, read from the words of `health.parts`: what the SQL is held against."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from math import exp, log

from health.parts import DEFAULT_WEIGHTS, PARTS


@dataclass
class Known:
    """Everything about one account, by day: what the score may look at."""

    key_actions: dict[date, float] = field(default_factory=dict)
    logins: dict[date, float] = field(default_factory=dict)
    active_users: dict[date, float] = field(default_factory=dict)
    seats_used: dict[date, float] = field(default_factory=dict)
    csat: dict[date, list[int]] = field(default_factory=dict)  # answers 1..5
    nps: dict[date, list[int]] = field(default_factory=dict)  # answers 0..10
    two_way: list[date] = field(default_factory=list)
    contracts: list[tuple[date, date, int | None]] = field(default_factory=list)
    tickets: list[tuple[date, date | None, date | None]] = field(default_factory=list)  # opened, closed, reopened
    has_desk: bool = False


@dataclass
class Reckoned:
    score: float | None
    values: dict[str, float | None]
    coverages: dict[str, float]
    coverage: float


def clip(x: float) -> float:
    return min(1.0, max(0.0, x))


def usage_trend(known: Known, day: date) -> tuple[float | None, float]:
    for readings in (known.key_actions, known.logins, known.active_users):
        ages = {(day - on).days: value for on, value in readings.items() if 0 <= (day - on).days < 56}
        if ages:
            break
    last = [value for age, value in ages.items() if age < 28]
    before = [value for age, value in ages.items() if age >= 28]
    if not before:
        return None, 0.0
    spanned = max(ages) - 27  # days from the first reading to the end of the earlier half
    level = sum(before) * (28 / spanned if spanned <= 21 else 1)
    ratio = log((sum(last) + 1) / (level + 1))
    return 100 * clip((ratio + 0.7) / 0.9), (min(14, len(last)) + min(14, len(before))) / 28


def seats_of(known: Known, day: date) -> int | None:
    seats = [seats for starts, ends, seats in known.contracts if starts <= day < ends and seats]
    return sum(seats) or None


def licence_use(known: Known, day: date) -> tuple[float | None, float]:
    seats = seats_of(known, day)
    used = [value for on, value in known.seats_used.items() if 0 <= (day - on).days < 14]
    most = [value for on, value in known.active_users.items() if 0 <= (day - on).days < 28]
    if not seats or not (used or most):
        return None, 0.0
    people = sum(used) / len(used) if used else max(most)
    return 100 * min(1.0, people / seats), 1.0


def support_load(known: Known, day: date) -> tuple[float | None, float]:
    if not known.has_desk:
        return None, 0.0
    seen = [ticket for ticket in known.tickets if ticket[0] <= day]
    opened = sum((day - start).days < 30 for start, _, _ in seen)
    waiting = sum((day - start).days > 7 and (closed is None or closed > day) for start, closed, _ in seen)
    reopened = sum(again is not None and 0 <= (day - again).days < 30 for _, _, again in seen)
    per_100 = 100 * opened / max(seats_of(known, day) or 50, 25)
    value = 100 - 40 * min(1.0, per_100 / 20) - min(40, 10 * waiting) - min(20, 10 * reopened)
    return value, 1.0 if seen else 0.5


def survey_weights(known: Known, day: date) -> list[tuple[float, float]]:
    """(weight, value) of each day's answers."""
    found = []
    for answers, low, high, worst in ((known.csat, 1, 5, 25), (known.nps, 0, 10, 60)):
        for on, values in answers.items():
            age = (day - on).days
            if 0 <= age < 365:
                rating = sum((value - low) / (high - low) * 100 for value in values) / len(values)
                found.append((len(values) * 0.5 ** (age / 60), max(0.0, (rating - worst) / (100 - worst)) * 100))
    return found


def survey_voice(known: Known, day: date, rest: float) -> tuple[float | None, float]:
    found = survey_weights(known, day)
    if not found:
        return None, 0.0
    weight = sum(w for w, _ in found)
    return (sum(w * v for w, v in found) + 2 * rest) / (weight + 2), min(1.0, weight / 2)


def engagement(known: Known, day: date) -> tuple[float | None, float]:
    days = [(day - on).days for on in known.two_way if on <= day]
    return (100 * exp(-min(days) / 45 * log(2)), 1.0) if days else (None, 0.0)


def reckon(known: Known, day: date, weights: dict[str, int] = DEFAULT_WEIGHTS) -> Reckoned:
    parts = {
        "usage_trend": usage_trend(known, day),
        "licence_use": licence_use(known, day),
        "support_load": support_load(known, day),
        "engagement": engagement(known, day),
    }
    rest = mean({key: value for key, (value, _) in parts.items()}, weights)
    parts["survey_voice"] = survey_voice(known, day, 60.0 if rest is None else rest)
    values = {key: parts[key][0] for key in PARTS}
    coverages = {key: parts[key][1] for key in PARTS}
    coverage = sum(weights[key] * coverages[key] for key in PARTS) / 100
    return Reckoned(mean(values, weights), values, coverages, coverage)


def mean(values: dict[str, float | None], weights: dict[str, int]) -> float | None:
    present = {key: value for key, value in values.items() if value is not None}
    total = sum(weights[key] for key in present)
    return sum(weights[key] * value for key, value in present.items()) / total if total else None


def days_before(day: date, *ages: int) -> list[date]:
    return [day - timedelta(days=age) for age in ages]
