"""What is asked of segments: whom they hold, how that changed, and whom a draft would hold."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet, Sum

from accounts.models import Account, AccountQuerySet
from segments import compiler, conditions, registry, sentences
from segments.models import Criterion, CriterionQuerySet, Segment, SegmentDay, SegmentMember, SegmentQuerySet
from segments.registry import Field
from workspaces import tenancy

WEEK = 7
PREVIEWED = 10
PATIENCE_MS = 2500


# ------------------------------------------------------------------ segments


def segments() -> SegmentQuerySet:
    """Segments that are computed and offered, by name."""
    return Segment.objects.live().order_by("name", "pk")


def archived() -> SegmentQuerySet:
    """Segments put away, the last first."""
    return Segment.objects.archived().order_by("-archived_at", "-pk")


def segments_of(account: Account) -> SegmentQuerySet:
    """The segments that hold an account."""
    mine = SegmentMember.objects.filter(account=account).values("segment_id")
    return segments().filter(pk__in=mine)


def members(segment_id: int) -> AccountQuerySet:
    """The accounts a segment held when it was last computed, unordered."""
    return Account.objects.filter(pk__in=member_ids(segment_id))


def member_ids(segment_id: int) -> QuerySet[Any, Any]:
    """The ids of `members`, to stand in another query."""
    return SegmentMember.objects.filter(segment_id=segment_id).values("account_id")


@dataclass(frozen=True)
class Week:
    """How many accounts entered and left a segment in seven days."""

    entered: int = 0
    left: int = 0


def weeks(segment_ids: Collection[int], *, today: date) -> dict[int, Week]:
    """The change of the last seven UTC days, today's included, by segment."""
    rows = (
        SegmentDay.objects.filter(segment_id__in=segment_ids, day__gt=today - timedelta(days=WEEK), day__lte=today)
        .values("segment_id")
        .annotate(came=Sum("entered"), went=Sum("left"))
        .order_by("segment_id")
    )
    return {row["segment_id"]: Week(row["came"], row["went"]) for row in rows}


# ------------------------------------------------------------------ conditions


@dataclass(frozen=True)
class Reading:
    """Stored conditions as a reader sees them: one sentence, and what is wrong with it (then it matches nobody)."""

    sentence: str
    problems: list[str]


def read_out(raw: Any, fields: Mapping[str, Field]) -> Reading:
    """Conditions in words, whatever has become of their fields."""
    try:
        group = conditions.read(raw)
    except conditions.BadConditions as bad:
        return Reading("", sentences.problems(bad.problems, fields))
    found = conditions.check(group, fields, with_choices=False)
    return Reading(sentences.sentence(group, fields), sentences.problems(found, fields))


def compile(raw: Any, *, today: date, fields: Mapping[str, Field] | None = None) -> tuple[str, list[Any]]:
    """(sql, parameters) selecting the ids of the entered workspace's accounts that meet conditions.

    More may follow it: ` and a.id = any(...)`, ` limit 10`. What cannot be read selects nobody.
    """
    fields = registry.catalogue() if fields is None else fields
    workspace_id = tenancy.current_id()
    try:
        group = conditions.read(raw)
    except conditions.BadConditions:
        return "select a.id from accounts_account a where a.workspace_id = %s and false", [workspace_id]
    sql = compiler.matching(group, fields, workspace_id=workspace_id, today=today)
    return sql.text, list(sql.params)


@dataclass(frozen=True)
class Preview:
    """Whom a draft would hold: how many (None: too many to count while one waits), and the first of them by name."""

    count: int | None
    first: list[Account]


def preview(raw: Any, *, today: date, fields: Mapping[str, Field]) -> Preview:
    """Count the accounts that a draft would hold, and show the first PREVIEWED, by id where counting takes long."""
    sql, params = compile(raw, today=today, fields=fields)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            before = _wait_at_most(cursor, str(PATIENCE_MS))
            cursor.execute(
                f"with found as materialized ({sql}) select (select count(*) from found),"  # noqa: S608  bound
                " array(select f.id from found f join accounts_account b on b.workspace_id = %s and b.id = f.id"
                " order by b.name, b.id limit %s)",
                [*params, tenancy.current_id(), PREVIEWED],
            )
            (count, first) = cursor.fetchone()
            _wait_at_most(cursor, before)
    except OperationalError:
        return Preview(None, [])
    found = Account.objects.filter(pk__in=first).select_related("owner__user").order_by("name", "pk")
    return Preview(count, list(found))


def _wait_at_most(cursor: Any, limit: str) -> str:
    """Give statements of this transaction so long; returns what they had. A rollback puts it back by itself."""
    cursor.execute(
        "select current_setting('statement_timeout'), set_config('statement_timeout', %s, true)",
        [limit],
    )
    return str(cursor.fetchone()[0])


# ------------------------------------------------------------------ the ideal customer


def criteria() -> CriterionQuerySet:
    """What the ideal customer has, in order."""
    return Criterion.objects.in_use().order_by("place", "pk")
