"""The statements that score accounts in sets, and what they are told."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from health import formulas, packing
from health.models import HealthProfile, Typical
from health.parts import CONSTANTS, ENOUGH_COVERAGE, EPOCH, HEALTHY_FROM, METRICS, PARTS, RATINGS, WATCH_FROM
from lib.prepared import Prepared, type_of

_SQL = Path(__file__).parent / "sql"

READ = [(_SQL / "asked.sql").read_text(), packing.read(), (_SQL / "read.sql").read_text()]
STORE = (_SQL / "store.sql").read_text()
SUM_UP = (_SQL / "sum_up.sql").read_text()
SUM_UP_PAST = (_SQL / "sum_up_past.sql").read_text()
SUM_UP_DAYS = (_SQL / "sum_up_days.sql").read_text()

CHUNK = 10_000  # accounts a statement: their pages stay in the cache for as long as it runs; 25,000 took a fifth longer
PACKED_DAYS = 7  # so long a packed window is read, if nothing happens to its account: nothing is missed for longer


@dataclass(frozen=True)
class Sources:
    """What the workspace works with at all: without it silence says nothing, and a part asks nobody for it."""

    has_desk: bool
    has_lessons: bool
    has_talks: bool
    parts: dict[str, bool]


def array(ids: Sequence[int]) -> str:
    """Ids as PostgreSQL reads an array: one text, where a list would be thousands of constants to parse."""
    return "{" + ",".join(map(str, ids)) + "}"


def parameters(
    *,
    workspace_id: int,
    account_ids: Sequence[int],
    day: date,
    at: datetime,
    profiles: Sequence[HealthProfile],
    typical: Typical | None,
    metric_ids: Mapping[str, int],
    sources: Sources,
    is_current: bool,
    is_exact: bool = False,
    is_trusted: bool = False,
) -> dict[str, Any]:
    """Everything `SCORE` is told. A metric that is not defined has no id and matches nothing.

    `profiles`: in order; the first that applies to an account weighs its parts, and the last applies to everybody.
    `sources`: what the workspace works with. `typical`: what is usual among the customers. `is_current`: whether it
    should tell of accounts whose columns differ; a score of the past is stored only. `is_exact`: columns are told to
    the tenth. `is_trusted`: whether day rows are read as they were packed (`MetricWindow`); else they are read again.
    """
    windows = _windows(day)
    return {
        "workspace": workspace_id,
        "ids": array(account_ids),
        "day": day,
        "at": at,
        "has_desk": sources.has_desk,
        "has_lessons": sources.has_lessons,
        "has_talks": sources.has_talks,
        "is_current": is_current,
        "is_exact": is_exact,
        "is_trusted": is_trusted,
        "window_ids": [metric_ids.get(key) for key in METRICS],
        "packed_since": windows["start"] - timedelta(days=PACKED_DAYS),
        "packed_to": day + timedelta(days=PACKED_DAYS - 1 if is_current else 0),
        "epoch": EPOCH,
        **{key: metric_ids.get(key) for key in METRICS},
        **{f"{key}_bad": bad for key, bad in RATINGS.items()},
        "profiles": json.dumps([_told(one, place, sources) for place, one in enumerate(profiles)]),
        **{f"mean_{key}": typical.means[place] if typical else None for place, key in enumerate(PARTS)},
        "depth_median": typical.depth if typical else None,
        **windows,
        **CONSTANTS,
        "enough": ENOUGH_COVERAGE,
        "healthy_from": HEALTHY_FROM,
        "watch_from": WATCH_FROM,
    }


def _told(one: HealthProfile, place: int, sources: Sources) -> dict[str, Any]:
    """A profile as `read.sql` reads it. A score by the default one names none, like those of before there were more."""
    weights = one.weights
    return {
        "place": place,
        "profile_id": None if one.is_default else one.pk,
        "segment_id": one.segment_id,
        "stages": one.stages or None,
        "asked_weight": sum(weights[key] for key in PARTS if sources.parts[key]) or None,
        **{f"w_{key}": weight for key, weight in weights.items()},
    }


def _windows(day: date) -> dict[str, Any]:
    def before(name: str) -> date:
        return day - timedelta(days=int(CONSTANTS[name]))

    return {
        "month": day.replace(day=1),
        "mid": before("trend_days"),
        "start": before("trend_days") - timedelta(days=int(CONSTANTS["trend_days"])),
        "seats_from": before("seats_days"),
        "recent_from": before("recent_days"),
        "sponsor_from": before("sponsor_days"),
        "half_year_from": before("half_year"),
        "year_from": before("year"),
        "ahead_to": day + timedelta(days=int(CONSTANTS["ahead_days"])),
        "until": _midnight(day + timedelta(days=1)),
        "recent_at": _midnight(before("recent_days") + timedelta(days=1)),
        "half_year_at": _midnight(before("half_year") + timedelta(days=1)),
        "year_at": _midnight(before("year") + timedelta(days=1)),
        "tickets_from": _midnight(before("ticket_days") + timedelta(days=1)),
        "waiting_before": _midnight(before("waiting_days")),
    }


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _types() -> dict[str, str]:
    """Of each value of `parameters`, by what it is in an example."""
    nothing = Sources(has_desk=False, has_lessons=False, has_talks=False, parts={})
    example = parameters(
        workspace_id=0,
        account_ids=[],
        day=EPOCH,
        at=_midnight(EPOCH),
        profiles=[],
        typical=None,
        metric_ids={},
        sources=nothing,
        is_current=False,
    )
    ids = dict.fromkeys(["workspace", *METRICS], "bigint")
    return {name: type_of(value, "float8") for name, value in example.items()} | ids


SCORE = Prepared(formulas.statement("".join(READ), STORE), _types())
