"""How urgent a customer is: risk x value x nearness of the renewal.

    risk      1 - safety x 0.75^alerts      what is left of safety; each open alert, up to three, takes a quarter.
                                            Safety is 1 - the chance of leaving, where that was computed; else
                                            score/100; else a half, because unknown is neither safe nor lost.
    value     ARR / typical ARR             typical: the mean of 500 accounts, or of all there are. Without an ARR: 1.
    nearness  1 / (1 + days/90)             1 on the day of the renewal, a half 90 days before. Without a date: as
                                            a year away; a date that has passed is today.

So 1 is a typical customer, certainly lost, today. Money is compared in minor units, without exchange rates.
"""

CALM = 0.75
MOST_ALERTS = 3
SAFETY_UNKNOWN = 0.5
HALF_LIFE_DAYS = 90
DAYS_UNKNOWN = 365
SAFEST = 100 / CALM**MOST_ALERTS  # times 1 - risk: the highest score that can have this risk

# The same for PostgreSQL, of columns `risk`, `health_score`, `arr_minor`, `alerts`, `typical` and `days`.
SQL = f"""
    (1 - coalesce(1 - risk, health_score::float8 / 100, {SAFETY_UNKNOWN})
         * power({CALM}::float8, least(alerts, {MOST_ALERTS})::float8))
    * coalesce(arr_minor::float8 / nullif(typical::float8, 0), 1)
    / (1 + greatest(coalesce(days, {DAYS_UNKNOWN}), 0) / {HALF_LIFE_DAYS}.0::float8)
"""


def urgency(
    *,
    score: float | None,
    alerts: int,
    arr: int | None,
    typical: float | None,
    days: int | None,
    chance: float | None = None,
) -> float:
    """From 0 up; larger is more urgent. `score` 0..100, `chance` of leaving 0..1, `arr` and `typical` in minor units,
    `days` to the renewal.
    """
    return risk(score, alerts, chance) * value(arr, typical) * nearness(days)


def risk(score: float | None, alerts: int, chance: float | None = None) -> float:
    """From 0, safe, to 1, lost."""
    return 1 - safety(score, chance) * CALM ** min(alerts, MOST_ALERTS)


def safety(score: float | None, chance: float | None) -> float:
    """From 0, lost, to 1, safe, before any alert."""
    if chance is not None:
        return 1 - chance
    return SAFETY_UNKNOWN if score is None else score / 100


def value(arr: int | None, typical: float | None) -> float:
    """How many typical customers this one is worth."""
    return 1.0 if arr is None or not typical else arr / typical


def nearness(days: int | None) -> float:
    """From 1, today, towards 0."""
    return 1 / (1 + (DAYS_UNKNOWN if days is None else max(days, 0)) / HALF_LIFE_DAYS)
