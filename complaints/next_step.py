"""What to do next about an open complaint. No rows in here."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

QUIET = timedelta(days=3)  # after which a customer wants to hear how far we are
NEAR = timedelta(hours=24)


class Step(StrEnum):
    """One thing to do, by how pressing it is."""

    OWN_UP = "own_up"  # the promised time has passed
    HEAR = "hear"  # nobody has told them that we heard it
    SOLVE = "solve"  # the promised time is near
    REPORT = "report"  # they have heard nothing for days
    WORK = "work"


@dataclass(frozen=True)
class Standing:
    """Where a complaint stands: until when, and when the customer was last told something."""

    promised_at: datetime
    told_at: datetime | None


def next_step(standing: Standing, at: datetime) -> Step:
    if standing.promised_at < at:
        return Step.OWN_UP
    if standing.told_at is None:
        return Step.HEAR
    if standing.promised_at - at <= NEAR:
        return Step.SOLVE
    return Step.REPORT if at - standing.told_at >= QUIET else Step.WORK
