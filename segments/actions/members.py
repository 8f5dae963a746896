"""Who is in which segment: kept by set-wise differences, in the background."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F

from accounts.actions.facts import NewFact, record_facts
from accounts.models import Fact
from lib.time import day_of
from outbox import actions as outbox_actions
from segments import queries, registry
from segments.actions import fits
from segments.compiler import array_of
from segments.models import Segment, SegmentDay
from segments.registry import Field
from workspaces import tenancy

REFRESH_CHANGED = "segments.refresh_changed"

# Nouns of the facts that may change what a condition asks. Not "segment": entering one would compute it again.
CAUSES = frozenset(
    {"account", "alert", "contact", "contract", "health", "promise", "stage", "survey", "ticket", "touchpoint"}
)
SLOT = timedelta(seconds=3)  # changes of so long are looked at together
LATE = timedelta(seconds=60)  # a second look finds what a long transaction wrote meanwhile
MOST_CHANGED = 20_000  # of more, a segment is computed as a whole
FACTS_AT_ONCE = 5000


@dataclass(frozen=True)
class Difference:
    """Accounts that came into a segment, and that left it."""

    entered: list[int]
    left: list[int]


# ------------------------------------------------------------------ when


def note_facts(facts: Sequence[Fact], at: datetime) -> None:
    """Facts were recorded: look again at accounts of which something changed that a condition may ask."""
    note_changes(account_ids={fact.account_id for fact in facts if fact.kind.partition(".")[0] in CAUSES}, at=at)


def note_readings(account_ids: Sequence[int], at: datetime) -> None:
    """Day rows or scores were written."""
    note_changes(account_ids=account_ids, at=at)


def note_changes(*, account_ids: Iterable[int], at: datetime) -> None:
    """Look at these accounts again within seconds. In a workspace without segments and criteria nothing is written.

    Whoever writes accounts without a fact (an import, a bulk change) calls this.
    """
    ids = sorted(set(account_ids))
    if not ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into segments_change (workspace_id, account_id)"
            " select %(ws)s, id from unnest(%(ids)s::bigint[]) as ids(id) where"
            " exists (select 1 from segments_segment where workspace_id = %(ws)s"
            "         and archived_at is null and deleted_at is null)"
            " or exists (select 1 from segments_criterion where workspace_id = %(ws)s and retired_at is null)",
            {"ws": tenancy.current_id(), "ids": array_of(ids)},
        )
        is_noted = cursor.rowcount > 0
    if is_noted:
        _look_later(at, SLOT)


def _look_later(at: datetime, after: timedelta) -> None:
    """One look a slot, a slot's length after it at the latest: whoever comes second finds the row there."""
    length = int(SLOT.total_seconds())
    slot = int((at + after).timestamp()) // length
    due = datetime.fromtimestamp((slot + 1) * length, tz=at.tzinfo)
    outbox_actions.enqueue(kind=REFRESH_CHANGED, key=f"changed:{slot}", payload={}, at=at, available_at=due)


# ------------------------------------------------------------------ what


@transaction.atomic
def refresh_changed(*, at: datetime) -> int:
    """Look at what changed since the last look; returns how many accounts. Finds nothing if another look took them."""
    account_ids = _take_changes()
    if not account_ids:
        return 0
    if len(account_ids) > MOST_CHANGED:
        fits.compute_all_later(key=f"changed:{at.isoformat()}", at=at)
    else:
        fields = registry.catalogue()
        fits.compute(at=at, account_ids=account_ids, fields=fields)
        for segment_id in list(queries.segments().order_by("pk").values_list("pk", flat=True)):
            refresh(segment_id=segment_id, at=at, account_ids=account_ids, fields=fields)
    _look_later(at, LATE)
    return len(account_ids)


def _take_changes() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            with taken as (
                delete from segments_change c where c.workspace_id = %(ws)s and c.id = any(array(
                    select s.id from segments_change s where s.workspace_id = %(ws)s
                    order by s.id for update skip locked
                )) returning c.account_id
            )
            select distinct account_id from taken order by account_id limit %(most)s
            """,
            {"ws": tenancy.current_id(), "most": MOST_CHANGED + 1},
        )
        return [account_id for (account_id,) in cursor.fetchall()]


@transaction.atomic
def refresh(
    *,
    segment_id: int,
    at: datetime,
    account_ids: Sequence[int] | None = None,
    fields: Mapping[str, Field] | None = None,
) -> Difference:
    """Make the stored members those who meet the conditions now: of the whole workspace, or of `account_ids`.

    Each account that came or went since the last time is a fact. The first time after the conditions were written
    there are none: nothing happened to the customers. Computing one segment waits for whoever computes it already.
    """
    segment = Segment.objects.live().select_for_update(of=("self",)).filter(pk=segment_id).first()
    is_first = segment is not None and segment.computed_at is None
    if segment is None or (is_first and account_ids is not None):
        return Difference([], [])  # the first fill, which is on its way, looks at everybody
    found = _difference(segment, at, account_ids, fields)
    segment.computed_at = at
    segment.members_count += len(found.entered) - len(found.left)
    segment.save(update_fields=["computed_at", "members_count"])
    if found.entered or found.left:
        for tell in registry.member_listeners:
            tell(segment.pk, sorted({*found.entered, *found.left}), at)
    if is_first:
        return Difference([], [])
    if found.entered or found.left:
        _tell(segment, found, at)
    return found


def _difference(
    segment: Segment, at: datetime, account_ids: Sequence[int] | None, fields: Mapping[str, Field] | None
) -> Difference:
    """Set the members right in one statement; returns who came and who went."""
    sql, params = queries.compile(segment.conditions, today=day_of(at), fields=fields)
    of_some, of_members = "", ""
    if account_ids is not None:
        of_some, of_members = " and a.id = any(%s::bigint[])", " and m.account_id = any(%s::bigint[])"
    some = [] if account_ids is None else [array_of(account_ids)]
    here = [tenancy.current_id(), segment.pk]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            with found as materialized ({sql}{of_some}),
            came as (
                insert into segments_segmentmember (workspace_id, segment_id, account_id, since)
                select %s, %s, f.id, %s from found f where not exists (
                    select 1 from segments_segmentmember m
                    where m.workspace_id = %s and m.segment_id = %s and m.account_id = f.id
                )
                on conflict do nothing returning account_id
            ),
            went as (
                delete from segments_segmentmember m where m.workspace_id = %s and m.segment_id = %s{of_members}
                and not exists (select 1 from found f where f.id = m.account_id) returning m.account_id
            )
            select array(select account_id from came order by 1), array(select account_id from went order by 1)
            """,  # noqa: S608  our own words; what people wrote is bound
            [*params, *some, *here, at, *here, *here, *some],
        )
        (came, went) = cursor.fetchone()
    return Difference(came, went)


def _tell(segment: Segment, found: Difference, at: datetime) -> None:
    data = {"segment_id": segment.pk, "name": segment.name}
    for kind, account_ids in (("segment.entered", found.entered), ("segment.left", found.left)):
        for start in range(0, len(account_ids), FACTS_AT_ONCE):
            some = account_ids[start : start + FACTS_AT_ONCE]
            record_facts(facts=[NewFact(account_id, kind, at, data) for account_id in some], at=at)
    SegmentDay.objects.get_or_create(segment=segment, day=day_of(at))
    SegmentDay.objects.filter(segment=segment, day=day_of(at)).update(
        entered=F("entered") + len(found.entered),
        left=F("left") + len(found.left),
        members=segment.members_count,
    )
