"""Why an account needs somebody, in one sentence: the shortest that says it."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from alerts.sentences import is_answer, next_step, reason
from dashboard.ranking import Line
from health.sentences import helps, tell
from lib.formatting import exact
from lib.time import day_of

Numbers = dict[str, Any]


def of_alert(drivers: Sequence[Numbers]) -> tuple[str, str]:
    """What a person said, if somebody did; else how the score stands and the first thing behind it. And what helps."""
    answers = [driver for driver in drivers if is_answer(driver)]
    told = [{**driver, "causes": driver.get("causes", [])[:1]} for driver in answers[-1:] or drivers[:1]]
    return " ".join(reason(driver) for driver in told), next_step(drivers)


def of_parts(parts: Sequence[Numbers]) -> tuple[str, str]:
    """What costs a score most, and what helps; both empty when nothing is known."""
    known = [part for part in parts if part["points"] is not None and part["value"] is not None]
    if not known:
        return "", ""
    worst = max(known, key=lambda part: part["weight"] * (100 - part["value"]))
    return tell(worst), helps(worst)


def of_people(line: Line) -> list[str]:
    """Who is missing among the account's people, in a few words each: nobody decides, or the champion left."""
    missing = [_("No decision maker known")] if line.is_undecided else []
    if line.champion_left_at:
        words = {"name": line.champion, "day": exact(day_of(line.champion_left_at))}
        missing.append(
            _("Champion left: %(name)s, on %(day)s") % words if line.champion else _("Champion left on %(day)s") % words
        )
    return missing
