"""Parts of a score as they are stored, for tests of what is told of them."""

from typing import Any

from health.parts import DEFAULT_WEIGHTS, MEASURES


def part(key: str, value: float | None, points: float | None, **measured: dict[str, Any]) -> dict[str, Any]:
    """One part; a measure that is given has value 50 unless told, and one that is not has none."""
    return {
        "key": key,
        "weight": DEFAULT_WEIGHTS[key],
        "value": value,
        "points": points,
        "coverage": 0.0 if value is None else 1.0,
        "mean": None,
        "measures": [measure(one.key, **measured.get(one.key, {"value": None})) for one in MEASURES[key]],
    }


def measure(key: str, value: float | None = 50.0, coverage: float = 1.0, **details: Any) -> dict[str, Any]:
    names = next(one.details for measures in MEASURES.values() for one in measures if one.key == key)
    covered = 0.0 if value is None else coverage
    return {"key": key, "value": value, "coverage": covered, **dict.fromkeys(names), **details}


def engagement(value: float | None, points: float | None, days: int = 67) -> dict[str, Any]:
    """The part about conversations, of which the last was so many days ago."""
    return part("engagement", value, points, **({} if value is None else {"recency": {"value": value, "age": days}}))
