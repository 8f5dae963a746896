"""What each kind of change does to some accounts, and how it is undone: the actions of the rooms below, in sets."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.actions import owners, tags
from bulk import queries
from bulk.models import BulkChange
from journeys import actions as journey_actions
from workspaces.models import User

Before = dict[int, Any]


@dataclass(frozen=True)
class Deed:
    """`do` returns the accounts it changed with what they were before; `undo` those that it could put back."""

    do: Callable[[BulkChange, Sequence[int], datetime], Before]
    undo: Callable[[BulkChange, Mapping[int, Any], datetime, User | None], Sequence[int]]


def _assign(change: BulkChange, account_ids: Sequence[int], at: datetime) -> Before:
    return dict(owners.assign(owners=dict.fromkeys(account_ids, change.params["owner"]), at=at, by=change.by))


def _give_back(change: BulkChange, before: Mapping[int, Any], at: datetime, by: User | None) -> Sequence[int]:
    untouched = queries.untouched(change, list(before))
    owners.assign(owners={pk: before[pk] for pk in untouched}, at=at, by=by)
    return untouched


def _tag(change: BulkChange, account_ids: Sequence[int], at: datetime) -> Before:
    return dict.fromkeys(tags.tag(account_ids=account_ids, name=change.params["tag"], at=at, by=change.by))


def _untag(change: BulkChange, account_ids: Sequence[int], at: datetime) -> Before:
    return dict.fromkeys(tags.untag(account_ids=account_ids, name=change.params["tag"], at=at, by=change.by))


def _untag_again(change: BulkChange, before: Mapping[int, Any], at: datetime, by: User | None) -> Sequence[int]:
    untouched = queries.untouched(change, list(before))
    return tags.untag(account_ids=untouched, name=change.params["tag"], at=at, by=by)


def _tag_again(change: BulkChange, before: Mapping[int, Any], at: datetime, by: User | None) -> Sequence[int]:
    untouched = queries.untouched(change, list(before))
    return tags.tag(account_ids=untouched, name=change.params["tag"], at=at, by=by)


def _move(change: BulkChange, account_ids: Sequence[int], at: datetime) -> Before:
    stages = dict.fromkeys(account_ids, change.params["stage"])
    moves = journey_actions.move_stages(stages=stages, reason=change.params["reason"], at=at, by=change.by)
    return {move.account_id: {"move": move.pk, "stage": move.from_stage} for move in moves}


def _take_back(change: BulkChange, before: Mapping[int, Any], at: datetime, by: User | None) -> Sequence[int]:
    return journey_actions.take_back_moves(move_ids=[one["move"] for one in before.values()], at=at, by=by)


DEEDS: dict[str, Deed] = {
    BulkChange.Kind.OWNER: Deed(_assign, _give_back),
    BulkChange.Kind.TAG: Deed(_tag, _untag_again),
    BulkChange.Kind.UNTAG: Deed(_untag, _tag_again),
    BulkChange.Kind.STAGE: Deed(_move, _take_back),
}
