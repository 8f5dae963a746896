"""How the whole workspace stands."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Avg, Count, Exists, F, OuterRef, Q, Subquery, Sum

from accounts.models import Account, AccountQuerySet
from accounts.stages import PROSPECT, Stage
from health.models import HealthDay, HealthScore
from health.parts import ENOUGH_ACCOUNTS, ENOUGH_COVERAGE, PLACES, STANDS_DAYS, VALUE_PLACES
from segments import queries as segment_queries
from workspaces import tenancy


def _accounts(segment_id: int | None) -> AccountQuerySet:
    found = Account.objects.order_by()
    return found.filter(pk__in=segment_queries.member_ids(segment_id)) if segment_id else found


def standing_now(segment_id: int | None = None) -> dict[str, int]:
    """How many accounts, of a segment if told, are in each band; "" counts those without one."""
    rows = _accounts(segment_id).values_list("health_band").annotate(count=Count("pk"))
    return dict.fromkeys(("healthy", "watch", "at_risk", ""), 0) | dict(rows)


def no_customers(segment_id: int | None = None) -> tuple[int, int]:
    """Of the accounts without a band: how many are no customers yet, and how many are lost."""
    counted = {"early": Count("pk", filter=Q(stage__in=PROSPECT)), "lost": Count("pk", filter=Q(stage=Stage.CHURN))}
    found = _accounts(segment_id).filter(health_band="").aggregate(**counted)
    return found["early"], found["lost"]


def trend(*, days: int, today: date) -> list[HealthDay]:
    """How the workspace stood on each kept day of the last `days`, oldest first."""
    return list(HealthDay.objects.filter(day__gt=today - timedelta(days=days), day__lte=today).order_by("day"))


@dataclass(frozen=True)
class OwnerRisk:
    """One owner's accounts at risk: how many, what they are worth by currency, out of how many."""

    owner_id: int | None
    name: str
    accounts: int
    at_risk: int
    arr_at_risk: dict[str, int]
    mean: float | None


def risk_by_owner(segment_id: int | None = None) -> list[OwnerRisk]:
    """Every owner with accounts, of a segment if told, most at risk first; nobody's accounts under no id."""
    at_risk = Q(health_band="at_risk")
    rows = (
        _accounts(segment_id)
        .values("owner_id", "currency", owner_name=F("owner__user__name"), owner_email=F("owner__user__email"))
        .annotate(
            accounts=Count("pk"),
            at_risk=Count("pk", filter=at_risk),
            arr=Sum("arr_minor", filter=at_risk),
            scored=Count("pk", filter=~Q(health_band="")),
            mean=Avg("health_score", filter=~Q(health_band="")),
        )
    )
    by_owner: dict[int | None, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_owner[row["owner_id"]].append(dict(row))
    found = [_owner_risk(owner_id, parts) for owner_id, parts in by_owner.items()]
    return sorted(found, key=lambda risk: (-risk.at_risk, -risk.accounts, risk.name))


def _owner_risk(owner_id: int | None, rows: list[dict[str, Any]]) -> OwnerRisk:
    scored = sum(row["scored"] for row in rows)
    total = sum(float(row["mean"] or 0) * row["scored"] for row in rows)
    return OwnerRisk(
        owner_id=owner_id,
        name=rows[0]["owner_name"] or rows[0]["owner_email"] or "",
        accounts=sum(row["accounts"] for row in rows),
        at_risk=sum(row["at_risk"] for row in rows),
        arr_at_risk={row["currency"]: row["arr"] for row in rows if row["arr"]},
        mean=total / scored if scored else None,
    )


# The score of every account that stands on a day.
_STANDING = """
    from accounts_account a
    cross join lateral (
        select h.parts from health_healthscore h
        where h.workspace_id = %(workspace)s and h.account_id = a.id and h.day <= %(day)s
          and h.day > %(day)s - %(stands)s
        order by h.day desc limit 1
    ) s
    where a.workspace_id = %(workspace)s
"""


def _on(day: date) -> dict[str, Any]:
    return {"workspace": tenancy.current_id(), "day": day, "stands": STANDS_DAYS}


def missing_parts(day: date) -> tuple[int, dict[str, int]]:
    """How many accounts had a score on `day`, and how many of them lack each part."""
    lacking = ", ".join(f"count(*) filter (where s.parts[{place + 1}] is null)" for place in VALUE_PLACES.values())
    with connection.cursor() as cursor:
        cursor.execute(f"select count(*), {lacking} {_STANDING}", _on(day))
        scored, *counts = cursor.fetchone()
    return scored, dict(zip(VALUE_PLACES, counts, strict=True))


def accounts_without(part: str, day: date) -> AccountQuerySet:
    """The accounts whose score of `day` lacks a part, unordered."""
    standing = HealthScore.objects.filter(
        account=OuterRef("pk"), day__lte=day, day__gt=day - timedelta(days=STANDS_DAYS)
    ).order_by("-day")
    value = Subquery(standing.values(f"parts__{VALUE_PLACES[part]}")[:1])
    return Account.objects.alias(value=value).filter(Exists(standing), value=None)


def latest_day(today: date) -> date | None:
    """The last day on which scores were kept for the workspace."""
    return HealthDay.objects.filter(day__lte=today).order_by("-day").values_list("day", flat=True).first()


def means_of(day: date) -> tuple[list[float | None], float | None]:
    """The mean of each part over the accounts that have it on `day`, and the median depth of use; None for too few."""
    columns = ", ".join(
        f"case when count(*) filter (where s.parts[{place + 3}] >= %(enough)s) >= %(least)s"
        f" then avg(s.parts[{place + 1}]) filter (where s.parts[{place + 3}] >= %(enough)s) end"
        for place in VALUE_PLACES.values()
    )
    depth = f"s.parts[{PLACES.index(('adoption', 'depth', 'each')) + 1}]"
    with connection.cursor() as cursor:
        cursor.execute(
            f"select {columns}, case when count({depth}) >= %(least)s"
            f" then percentile_cont(0.5) within group (order by {depth}) end" + _STANDING,
            {**_on(day), "enough": ENOUGH_COVERAGE, "least": ENOUGH_ACCOUNTS},
        )
        *means, middle = cursor.fetchone()
    return means, middle
