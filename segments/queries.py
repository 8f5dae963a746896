"""What is asked of segments: whom they hold, how that changed, and whom a draft would hold."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import Count, Exists, F, OuterRef, QuerySet, Sum

from accounts.models import Account, AccountQuerySet
from accounts.stages import Stage
from segments import compiler, conditions, registry, sentences
from segments.models import (
    AccountFit,
    Criterion,
    CriterionQuerySet,
    FitSnapshot,
    Segment,
    SegmentDay,
    SegmentMember,
    SegmentQuerySet,
)
from segments.registry import Field
from workspaces import tenancy

WEEK = 7
PREVIEWED = 10
PATIENCE_MS = 2500


# ------------------------------------------------------------------ segments


def segments() -> SegmentQuerySet:
    """Segments that are computed and offered, by name."""
    return Segment.objects.live().order_by("name", "pk")


def names() -> dict[int, str]:
    """What each segment in use is called, by name."""
    return dict(segments().values_list("pk", "name"))


def archived() -> SegmentQuerySet:
    """Segments put away, the last first."""
    return Segment.objects.archived().order_by("-archived_at", "-pk")


def kept() -> SegmentQuerySet:
    """All but the deleted."""
    return Segment.objects.kept().order_by("name", "pk")


def deleted_since(at: datetime) -> QuerySet[Segment]:
    """Segments that were deleted so lately that they can be brought back."""
    return Segment.objects.filter(deleted_at__gt=at).order_by("-deleted_at", "-pk")


def segments_of(account: Account) -> SegmentQuerySet:
    """The segments that hold an account."""
    mine = SegmentMember.objects.filter(account=account).values("segment_id")
    return segments().filter(pk__in=mine)


def members(segment_id: int) -> AccountQuerySet:
    """The accounts a segment held when it was last computed, unordered."""
    return Account.objects.filter(pk__in=member_ids(segment_id))


def member_ids(segment_id: int) -> QuerySet[SegmentMember, int]:
    """The ids of `members`, to stand in another query."""
    return SegmentMember.objects.filter(segment_id=segment_id).values_list("account_id", flat=True)


def members_since(segment_id: int) -> AccountQuerySet:
    """The accounts a segment held, each with `since` when, by id."""
    of_segment = Account.objects.filter(segment_members__segment=segment_id)
    return of_segment.annotate(since=F("segment_members__since")).order_by("pk")


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


def told(raw: Any) -> Reading:
    """`read_out` with no more of the workspace's fields than the conditions ask about."""
    try:
        asked = {condition.field for _number, condition in conditions.read(raw).conditions()}
    except conditions.BadConditions:
        asked = set()
    return read_out(raw, registry.catalogue(asked))


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


def retired_criteria() -> QuerySet[Criterion]:
    """Criteria that accounts are no longer judged by, the last first."""
    return Criterion.objects.exclude(retired_at=None).order_by("-retired_at", "-pk")


def fit_of(account: Account) -> AccountFit | None:
    """How well an account fits by what is known today; None where nothing was computed."""
    found: AccountFit | None = AccountFit.objects.filter(account=account).first()
    return found


def snapshot_of(account: Account) -> FitSnapshot | None:
    """How well it fitted when it signed; None where nobody kept it."""
    found: FitSnapshot | None = FitSnapshot.objects.filter(account=account).first()
    return found


def criterion_names() -> dict[int, str]:
    """What each criterion is called, those retired included, in order."""
    found = Criterion.objects.order_by(F("retired_at").asc(nulls_first=True), "place", "pk")
    return dict(found.values_list("pk", "name"))


def fits_counted() -> tuple[int, int]:
    """(accounts with a fit, accounts of which too little is known for one)."""
    row = AccountFit.objects.aggregate(known=Count("score"), all=Count("account_id"))
    return row["known"], row["all"] - row["known"]


class Group(StrEnum):
    """What has become of customers."""

    CHURNED = "churned"
    DISAPPOINTED = "disappointed"
    STAYED = "stayed"


class When(StrEnum):
    """By what was known when they signed, or by what is known today."""

    SIGNING = "signing"
    TODAY = "today"


class Outcome(StrEnum):
    """Whether a criterion was met."""

    MET = "met"
    MISSED = "missed"
    UNKNOWN = "unknown"
    ANY = "any"


JUDGED = (Outcome.MET, Outcome.MISSED, Outcome.UNKNOWN)
STAGES: dict[Group, list[str]] = {
    Group.CHURNED: [Stage.CHURN],
    Group.DISAPPOINTED: [Stage.DISAPPOINTMENT],
    Group.STAYED: [Stage.DELIVERY, Stage.USE, Stage.LOYALTY, Stage.ADVOCACY],
}
_ROWS: dict[When, type[AccountFit | FitSnapshot]] = {When.SIGNING: FitSnapshot, When.TODAY: AccountFit}


@dataclass(frozen=True)
class Base:
    """How many accounts a group has, and of how many of them a fit is known."""

    accounts: int
    judged: int


def bases(when: When) -> dict[Group, Base]:
    """The size of each group, by whether its accounts' fit is known."""
    of_stage = {stage: group for group, stages in STAGES.items() for stage in stages}
    judged = Exists(_ROWS[when].objects.filter(account=OuterRef("pk")))
    rows = (
        Account.objects.filter(stage__in=of_stage)
        .values("stage")
        .annotate(accounts=Count("pk"), judged=Count("pk", filter=judged))
        .order_by("stage")
    )
    sums = {group: [0, 0] for group in Group}
    for row in rows:
        sums[of_stage[row["stage"]]][0] += row["accounts"]
        sums[of_stage[row["stage"]]][1] += row["judged"]
    return {group: Base(*counts) for group, counts in sums.items()}


def outcomes(when: When) -> dict[tuple[int, Group, Outcome], int]:
    """How many accounts of each group met, missed, or left unknown each criterion."""
    of_stage = {stage: group for group, stages in STAGES.items() for stage in stages}
    table = _ROWS[when]._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            select o.id, o.outcome, a.stage, count(*)
            from {table} s
            join accounts_account a on a.workspace_id = s.workspace_id and a.id = s.account_id
            cross join lateral (
                select unnest(s.met) as id, 'met' as outcome union all select unnest(s.missed), 'missed'
                union all select unnest(s.unknown), 'unknown'
            ) o
            where s.workspace_id = %s and a.stage = any(%s)
            group by 1, 2, 3
            """,  # noqa: S608  our own table
            [tenancy.current_id(), list(of_stage)],
        )
        found: dict[tuple[int, Group, Outcome], int] = defaultdict(int)
        for criterion_id, outcome, stage, count in cursor.fetchall():
            found[criterion_id, of_stage[stage], Outcome(outcome)] += count
    return found


@dataclass(frozen=True)
class Judged:
    """The accounts of one group with one outcome of one criterion: `12.missed.churned.signing` in an address.

    Without a criterion (0): those whose fit is known (`met`) or is not (`unknown`), or everybody (`any`).
    """

    criterion_id: int
    outcome: Outcome
    group: Group
    when: When

    @classmethod
    def read(cls, text: str) -> "Judged | None":
        """What an address says; None if it cannot be read."""
        parts = text.split(".")
        if len(parts) != 4 or not (parts[0].isascii() and parts[0].isdecimal() and len(parts[0]) < 19):
            return None
        try:
            return cls(int(parts[0]), Outcome(parts[1]), Group(parts[2]), When(parts[3]))
        except ValueError:
            return None

    def __str__(self) -> str:
        return f"{self.criterion_id}.{self.outcome}.{self.group}.{self.when}"

    def ids(self) -> QuerySet[Account, int]:
        """Their ids, to stand in another query."""
        rows = _ROWS[self.when].objects.all()
        found = Account.objects.filter(stage__in=STAGES[self.group])
        if self.outcome == Outcome.ANY:
            return found.values_list("pk", flat=True)
        if self.criterion_id:
            rows = rows.filter(**{f"{self.outcome}__contains": [self.criterion_id]})
        elif self.outcome == Outcome.UNKNOWN:
            return found.exclude(pk__in=rows.values("account_id")).values_list("pk", flat=True)
        return found.filter(pk__in=rows.values("account_id")).values_list("pk", flat=True)
