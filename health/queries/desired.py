"""Actual against desired: how far customers are from the targets of their profiles, part by part."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from accounts.stages import Stage
from health.models import HealthProfile
from health.parts import PARTS, PLACES, STANDS_DAYS
from health.queries.profile import scored_by
from workspaces import tenancy


@dataclass(frozen=True)
class Scope:
    """Which customers are looked at: of a profile, in a segment, both, or all. Those who have left are in none."""

    profile_id: int | None = None
    segment_id: int | None = None


@dataclass(frozen=True)
class PartGap:
    """One part over the customers of a scope. What is not known of one counts nowhere but in `coverage`.

    `actual` and `target` are means over the `known`; `worth` is the mean of weight x (target - actual) / 100 where
    that is more than 0: the points of the score that reaching the target would bring. Who is above offsets nobody.
    """

    part: str
    accounts: int
    known: int
    below: int
    actual: float | None
    target: float | None
    worth: float | None
    coverage: float

    @property
    def gap(self) -> float | None:
        return None if self.actual is None or self.target is None else self.target - self.actual


@dataclass(frozen=True)
class Below:
    """One customer below the target of one part, or one of whom nothing is known of it."""

    account_id: int
    value: float | None
    target: int
    coverage: float
    score: float | None
    band: str
    profile_id: int


def part_gaps(scope: Scope, *, today: date) -> list[PartGap]:
    """Each part by its newest scores, the one that costs most points first, those of which nothing is known last."""
    with connection.cursor() as cursor:
        cursor.execute(_LATEST + _GAPS, _values(scope, today))
        accounts, *numbers = cursor.fetchone()
    each = len(numbers) // len(PARTS)
    found = [PartGap(part, accounts, *numbers[place * each : (place + 1) * each]) for place, part in enumerate(PARTS)]
    return sorted(found, key=lambda one: (one.worth is None, -(one.worth or 0.0)))


def below_target(scope: Scope, part: str, *, today: date, most: int | None = None) -> list[Below]:
    """The customers below the target of a part, the furthest first."""
    value = f"parts[{_place(part, 'value')}]"
    return _listed(scope, part, f"{value} < t_{part}", f"t_{part} - {value} desc", today, most)


def without_value(scope: Scope, part: str, *, today: date, most: int | None = None) -> list[Below]:
    """The customers of whom nothing is known of a part, the lowest score first."""
    return _listed(scope, part, f"parts[{_place(part, 'value')}] is null", "score", today, most)


def _listed(scope: Scope, part: str, which: str, order: str, today: date, most: int | None) -> list[Below]:
    value, coverage = (f"parts[{_place(part, name)}]" for name in ("value", "coverage"))
    columns = f"id, {value}::float8, t_{part}, coalesce({coverage}, 0)::float8"
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_LATEST} select {columns}, score::float8, band, own_id from latest where {which}"  # noqa: S608  our own places
            f" order by {order}, id limit %(most)s",
            {**_values(scope, today), "most": most},
        )
        return [Below(*row) for row in cursor.fetchall()]


def _values(scope: Scope, today: date) -> dict[str, Any]:
    profiles = [one for one in scored_by() if scope.profile_id in (None, one.pk)]
    return {
        "workspace": tenancy.current_id(),
        "today": today,
        "churn": Stage.CHURN.value,
        "segment": scope.segment_id,
        "profiles": json.dumps([_told(one) for one in profiles]),
    }


def _told(one: HealthProfile) -> dict[str, Any]:
    weights = {f"w_{key}": weight for key, weight in one.weights.items()}
    targets = {f"t_{key}": target for key, target in one.desired.items()}
    return {"own_id": one.pk, "profile_id": None if one.is_default else one.pk, **weights, **targets}


def _place(part: str, name: str) -> int:
    return PLACES.index((part, "", name)) + 1


def _columns(prefix: str) -> str:
    return ", ".join(f"{prefix}_{key} int" for key in PARTS)


# The newest row of each account by its key: a look at one day would read the history of all.
_LATEST = f"""
with profiles as materialized (
    select * from jsonb_to_recordset(%(profiles)s::jsonb) as p(
        own_id bigint, profile_id bigint, {_columns("w")}, {_columns("t")})
),
latest as (
    select a.id, s.score, s.band, s.parts, p.*
    from accounts_account a
    cross join lateral (
        select s.score, s.band, s.parts, s.profile_id from health_healthscore s
        where s.workspace_id = %(workspace)s and s.account_id = a.id and s.day <= %(today)s
          and s.day > %(today)s - {STANDS_DAYS}
        order by s.day desc limit 1
    ) s
    join profiles p on p.profile_id is not distinct from s.profile_id
    where a.workspace_id = %(workspace)s and a.stage <> %(churn)s and cardinality(s.parts) = {len(PLACES)}
      and (%(segment)s::bigint is null or exists (
          select from segments_segmentmember m
          where m.workspace_id = %(workspace)s and m.segment_id = %(segment)s and m.account_id = a.id))
)
"""  # noqa: S608  our own words


def _sums(parts: Sequence[str]) -> str:
    found = []
    for part in parts:
        value, target = f"parts[{_place(part, 'value')}]", f"t_{part}"
        found += [
            f"count({value})",
            f"count(*) filter (where {value} < {target})",
            f"avg({value}::float8)",
            f"(avg({target}) filter (where {value} is not null))::float8",
            f"avg(w_{part} * case when {value} is not null then greatest(0, {target} - {value}::float8) end / 100)",
            f"coalesce(avg(coalesce(parts[{_place(part, 'coverage')}], 0)::float8), 0)",
        ]
    return ", ".join(found)


_GAPS = f"select count(*), {_sums(PARTS)} from latest"  # noqa: S608  our own places
