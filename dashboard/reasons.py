"""Why an account needs somebody, in one sentence: the shortest that says it."""

from collections.abc import Sequence
from typing import Any

from health.models import Alert
from health.sentences import part_step, reason, tell

Numbers = dict[str, Any]


def of_alert(alert: Alert) -> str:
    """What a person said, if somebody did; else how the score stands and the first thing behind it."""
    if not alert.drivers:
        return ""
    answers = [driver for driver in alert.drivers if driver["rule"] == "bad_answer"]
    driver = answers[-1] if answers else alert.drivers[0]
    return reason({**driver, "causes": driver.get("causes", [])[:1]})


def of_parts(parts: Sequence[Numbers]) -> tuple[str, str]:
    """What costs a score most, and what helps; both empty when nothing is known."""
    known = [part for part in parts if part["points"] is not None]
    if not known:
        return "", ""
    worst = max(known, key=lambda part: part["weight"] * (100 - part["value"]))
    return tell(worst), part_step(worst["key"])
