"""Change many accounts at once: chunk by chunk, each in one transaction with the record of what it did.

A worker that dies in a chunk leaves what was before it, and the chunk is done again.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction

from accounts.models import AccountQuerySet
from accounts.queries.tag import tag_named
from bulk import queries
from bulk.actions.deeds import DEEDS
from bulk.models import BulkChange, BulkRow
from outbox import actions as outbox_actions
from workspaces import actions as workspace_actions
from workspaces import tenancy
from workspaces.models import User

RUN, UNDO = "bulk.run", "bulk.undo"
MOST = 200_000
AT_ONCE = 200
CHUNK = 1000
Outcome = BulkRow.Outcome


class NothingChosen(Exception):
    """There is no account to change."""


class TooMany(Exception):
    """More than MOST accounts."""


class NotAsPreviewed(Exception):
    """Other accounts than those that were previewed would be changed: so many, by now."""


class TooLate(Exception):
    """It is undone, being undone, or done for more than ten minutes."""


@transaction.atomic
def begin(
    *,
    kind: str,
    params: Mapping[str, Any],
    accounts: AccountQuerySet,
    expected: int,
    source: Mapping[str, Any],
    at: datetime,
    by: User | None,
) -> BulkChange:
    """Change `accounts` as `kind` and `params` say: up to AT_ONCE at once, more in the background.

    Which accounts is settled now. `params` holds `owner` (a member's id or None) and their `name`, or `tag`, or `stage`
    and `reason`.
    Raises NothingChosen, TooMany, and NotAsPreviewed unless they are as many as `expected`.
    """
    change: BulkChange = BulkChange.objects.create(
        kind=kind, params=_known(params), source=dict(source), total=expected, begun_at=at, by=by
    )
    count = _freeze(change, accounts)
    if not count:
        raise NothingChosen
    if count > MOST:
        raise TooMany
    if count != expected:
        raise NotAsPreviewed(count)
    detail = {"change": change.pk, "accounts": count}
    workspace_actions.record(kind="accounts.changed_together", subject=change.about, at=at, by=by, detail=detail)
    if count <= AT_ONCE:
        _carry_out(change, at)
    else:
        _enqueue(RUN, change, 0, at)
    return change


def _known(params: Mapping[str, Any]) -> dict[str, Any]:
    """A tag that is there already is called what it is called."""
    known = tag_named(params["tag"]) if "tag" in params else None
    return {**params, "tag": known.name} if known else dict(params)


def _freeze(change: BulkChange, accounts: AccountQuerySet) -> int:
    """Write down which accounts it is about; returns how many, at most MOST + 1."""
    try:
        sql, values = accounts.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:  # Django sees that there can be none
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into bulk_bulkrow (workspace_id, change_id, account_id, outcome)"  # noqa: S608  bound by Django
            f" select %s, %s, chosen.id, '' from ({sql} limit %s) as chosen(id) order by chosen.id",
            [tenancy.current_id(), change.pk, *values, MOST + 1],
        )
        return int(cursor.rowcount)


def _enqueue(kind: str, change: BulkChange, number: int, at: datetime) -> None:
    payload = {"change_id": change.pk, "number": number}
    outbox_actions.enqueue(kind=kind, key=f"{change.pk}:{number}", payload=payload, at=at)


@transaction.atomic
def run_chunk(*, change_id: int, number: int, at: datetime) -> None:
    """Change the next CHUNK accounts, and put the rest on the list. Stops where the change is being undone."""
    change = _held(change_id)
    if change.undoing_at is None and change.done_at is None and _carry_out(change, at):
        _enqueue(RUN, change, number + 1, at)


def _held(change_id: int) -> BulkChange:
    held = queries.changes().select_for_update(of=("self",), no_key=True)
    return held.get(pk=change_id)


def _carry_out(change: BulkChange, at: datetime) -> bool:
    """Change some accounts; says whether there may be more."""
    account_ids = queries.next_ids(change, Outcome.PENDING, CHUNK)
    before = DEEDS[change.kind].do(change, account_ids, at)
    _note(change, {pk: Outcome.CHANGED if pk in before else Outcome.SAME for pk in account_ids}, at, before)
    change.changed += len(before)
    change.same += len(account_ids) - len(before)
    has_more = len(account_ids) == CHUNK
    change.done_at = None if has_more else at
    change.save(update_fields=["changed", "same", "done_at"])
    return has_more


@transaction.atomic
def undo(*, change: BulkChange, at: datetime, by: User | None) -> BulkChange:
    """Make accounts what they were before, but for those that somebody changed since; stops a change that still runs.

    Accounts that were not reached stay as they are. Raises TooLate.
    """
    held = _held(change.pk)
    if not held.can_be_undone(at):
        raise TooLate
    held.undoing_at, held.undone_by = at, by
    held.save(update_fields=["undoing_at", "undone_by"])
    detail = {"change": held.pk, "accounts": held.changed}
    workspace_actions.record(kind="accounts.changed_back", subject=held.about, at=at, by=by, detail=detail)
    if held.changed <= AT_ONCE:
        _put_back(held, at)
    else:
        _enqueue(UNDO, held, 0, at)
    return held


@transaction.atomic
def undo_chunk(*, change_id: int, number: int, at: datetime) -> None:
    """Put the next CHUNK accounts back, and the rest on the list."""
    change = _held(change_id)
    if _put_back(change, at):
        _enqueue(UNDO, change, number + 1, at)


def _put_back(change: BulkChange, at: datetime) -> bool:
    """Put some accounts back; says whether there may be more."""
    account_ids = queries.next_ids(change, Outcome.CHANGED, CHUNK)
    before = queries.before_of(change, account_ids)
    restored = set(DEEDS[change.kind].undo(change, before, at, change.undone_by))
    _note(change, {pk: Outcome.RESTORED if pk in restored else Outcome.KEPT for pk in account_ids}, at)
    change.restored += len(restored)
    change.kept += len(account_ids) - len(restored)
    has_more = len(account_ids) == CHUNK
    change.undone_at = None if has_more else at
    change.save(update_fields=["restored", "kept", "undone_at"])
    return has_more


def _note(
    change: BulkChange, outcomes: Mapping[int, str], at: datetime, before: Mapping[int, Any] | None = None
) -> None:
    """Keep what became of accounts, and what they were `before`."""
    kept = None if before is None else [json.dumps(before.get(pk)) for pk in outcomes]
    with connection.cursor() as cursor:
        cursor.execute(
            "update bulk_bulkrow r set outcome = v.outcome, at = %s, before = coalesce(v.before::jsonb, r.before)"
            " from unnest(%s::bigint[], %s::text[], %s::text[]) as v(id, outcome, before)"
            " where r.workspace_id = %s and r.change_id = %s and r.account_id = v.id",
            [at, list(outcomes), list(outcomes.values()), kept, tenancy.current_id(), change.pk],
        )
