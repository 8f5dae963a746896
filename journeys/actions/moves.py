"""Move accounts along the nine stages: by hand, and by rule."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.actions.accounts import put_back_stages, set_stage, set_stages
from accounts.actions.facts import NewFact, record_fact, record_facts
from accounts.models import Account, Contact, Fact
from accounts.stages import Stage
from journeys import queries, rules
from journeys.models import StageMove
from lib.time import day_of
from outbox import actions as outbox_actions
from workspaces.models import User

BATCH = 1000
TAKE_BACK = timedelta(minutes=10)
MOVE_MORE = "journeys.move_more"


class AlreadyThere(Exception):
    """The account is in this stage already."""


class ReasonMissing(Exception):
    """A person who moves an account says why."""


class TooLate(Exception):
    """The last move is more than ten minutes old, or a rule made it."""


# --------------------------------------------------------------------------------------------------- stages
@transaction.atomic
def move_stage(
    *,
    account: Account,
    to_stage: str,
    reason: str,
    at: datetime,
    by: User | None,
    rule: str = "",
    data: Mapping[str, Any] | None = None,
) -> StageMove:
    """Move an account: a person with a `reason` in words, or a `rule` with a reason code and its `data`.

    The account's row is locked, so parallel moves follow one another. Raises AlreadyThere, ReasonMissing.
    """
    if not reason.strip():
        raise ReasonMissing
    (held,) = _locked([account.pk])
    if held.stage == to_stage:
        raise AlreadyThere
    (move,) = _enter([_step(held, to_stage, rule, reason, data or {}, at, by)], [held], at)
    account.stage, account.stage_since = held.stage, held.stage_since
    return move


@transaction.atomic
def move_stages(*, stages: Mapping[int, str], reason: str, at: datetime, by: User | None) -> list[StageMove]:
    """Move many accounts by hand, each to its stage of `stages`, by id, but for those that are there already."""
    if not reason.strip():
        raise ReasonMissing
    held = [account for account in _locked(stages) if account.stage != stages[account.pk]]
    return _enter([_step(account, stages[account.pk], "", reason, {}, at, by) for account in held], held, at)


def move_later(*, key: str, at: datetime) -> None:
    """Let the rules look at every account in the background, as after many contracts were written; once a `key`."""
    outbox_actions.enqueue(kind=MOVE_MORE, key=key, payload={}, at=at)


@transaction.atomic
def take_back(*, account: Account, at: datetime, by: User) -> StageMove:
    """Undo the last move, made by hand at most ten minutes ago, as if it had not been. Raises TooLate.

    The timeline keeps both; the path and the days in stage are as before.
    """
    (held,) = _locked([account.pk])
    move = queries.last_move(held)
    if move is None or not can_be_taken_back(move, at):
        raise TooLate
    StageMove.objects.filter(pk=move.pk).delete()
    set_stage(account=held, stage=move.from_stage, at=move.from_since)
    account.stage, account.stage_since = held.stage, held.stage_since
    record_fact(
        account=held,
        kind="stage.taken_back",
        at=at,
        by=by,
        from_stage=move.to_stage,
        to_stage=move.from_stage,
    )
    return move


@transaction.atomic
def take_back_moves(*, move_ids: Iterable[int], at: datetime, by: User | None) -> list[int]:
    """`take_back` for many moves, whatever their age, but for accounts that moved on since; returns the accounts."""
    moves = list(StageMove.objects.filter(pk__in=move_ids).order_by("account_id"))
    held = {account.pk for account in _locked([move.account_id for move in moves])}
    last = queries.last_move_ids(held)
    back = [move for move in moves if last.get(move.account_id) == move.pk]
    StageMove.objects.filter(pk__in=[move.pk for move in back]).delete()
    put_back_stages(places={move.account_id: (move.from_stage, move.from_since) for move in back})
    record_facts(
        facts=[
            NewFact(
                move.account_id,
                "stage.taken_back",
                at,
                {"from_stage": move.to_stage, "to_stage": move.from_stage},
                by,
            )
            for move in back
        ],
        at=at,
    )
    return [move.account_id for move in back]


def can_be_taken_back(move: StageMove, at: datetime) -> bool:
    """Whether a person made `move`, less than ten minutes ago."""
    return not move.rule and move.by_id is not None and at - move.at <= TAKE_BACK


def _locked(account_ids: Iterable[int], stages: Sequence[str] = Stage.values) -> list[Account]:
    """The accounts that are in one of `stages`, held until the transaction ends; always in the same order."""
    return list(
        Account.objects.filter(pk__in=account_ids, stage__in=stages)
        .select_for_update(of=("self",), no_key=True)
        .order_by("pk")
    )


def _step(
    account: Account,
    to_stage: str,
    rule: str,
    reason: str,
    data: Mapping[str, Any],
    at: datetime,
    by: User | None = None,
) -> StageMove:
    return StageMove(
        account=account,
        from_stage=account.stage,
        to_stage=to_stage,
        from_since=account.stage_since,
        at=at,
        by=by,
        reason=reason.strip(),
        rule=rule,
        data=dict(data),
    )


def _enter(moves: Sequence[StageMove], accounts: Sequence[Account], at: datetime) -> list[StageMove]:
    """Make `moves` of `accounts`, which are held: history, place on the map, timeline."""
    made = StageMove.objects.bulk_create(moves, batch_size=BATCH)
    set_stages(stages={move.account_id: move.to_stage for move in made}, at=at)
    for account, move in zip(accounts, made, strict=True):
        account.stage, account.stage_since = move.to_stage, at
    record_facts(facts=[_told(move) for move in made], at=at)
    return made


def _told(move: StageMove) -> NewFact:
    data = {
        "move_id": move.pk,
        "from_stage": move.from_stage,
        "to_stage": move.to_stage,
        "reason": move.reason,
        "rule": move.rule,
        "detail": move.data,
    }
    return NewFact(move.account_id, "stage.entered", move.at, data, move.by)


# ---------------------------------------------------------------------------------------------------- rules
@transaction.atomic
def move_due(*, at: datetime) -> int:
    """Move every account that a rule of time or use moves today; returns how many.

    At most a thousand a rule, to keep locks short: the rest follow at once as effects of their own.
    """
    moved = 0
    for rule in (rules.CONTRACT_STARTED, rules.RETURNED, rules.IN_USE, rules.LOYAL, rules.CHURNED):
        due = queries.due_moves(rule, day_of(at), limit=BATCH)
        moved += len(_apply(rule, due, at))
        if len(due) == BATCH:
            outbox_actions.enqueue(kind=MOVE_MORE, key=f"{rule.name}:{at.isoformat()}", payload={}, at=at)
    return moved


@transaction.atomic
def begin_delivery(*, account: Account, at: datetime) -> None:
    """A contract was added or changed: it may have begun."""
    for rule in (rules.CONTRACT_STARTED, rules.RETURNED, rules.LOYAL):
        _apply(rule, queries.due_moves(rule, day_of(at), limit=1, account_id=account.pk), at)


@transaction.atomic
def note_answer(*, answered: Fact, at: datetime) -> None:
    """A customer answered: disappointed, loyal, or well again. An answer they have changed since says nothing."""
    if not queries.is_newest_answer(answered):
        return
    about = answered.data
    data = {key: about.get(key) for key in ("contact_id", "contact_name", "value", "scale_max", "metric")}
    if about.get("is_bad"):
        _apply(rules.DISAPPOINTED, [queries.Due(answered.account_id, "bad_answer", data)], at)
    elif about["value"] >= rules.GOOD_ANSWER.get(about["metric"], about["scale_max"]):
        if about["metric"] == "nps" and about.get("contact_role") == Contact.Role.DECISION_MAKER:
            _apply(rules.LOYAL, [queries.Due(answered.account_id, "promoter", data)], at)
        _recover(queries.Due(answered.account_id, "good_answer", data), at)


@transaction.atomic
def note_alert_opened(*, opened: Fact, at: datetime) -> None:
    """An alert opened: disappointment, unless it has closed again before we heard of it, or is about a gap of ours."""
    if opened.data.get("disappoints", True) and opened.data["alert_id"] in queries.open_alert_ids(opened.account_id):
        _apply(rules.DISAPPOINTED, [queries.Due(opened.account_id, "alert", dict(opened.data))], at)


@transaction.atomic
def note_complaint_opened(*, opened: Fact, at: datetime) -> None:
    """A customer complained: disappointment, unless that is over before we heard of it."""
    if opened.data["complaint_id"] in queries.open_complaint_ids(opened.account_id):
        data = {key: opened.data.get(key) for key in ("complaint_id", "contact_id", "contact_name", "comment")}
        _apply(rules.DISAPPOINTED, [queries.Due(opened.account_id, "complaint", data)], at)


@transaction.atomic
def note_complaint_closed(*, closed: Fact, at: datetime) -> None:
    """A complaint was closed: recovery, if it was the last open one and the customer does not say it is not good."""
    if closed.data["open_complaints"] == 0 and closed.data.get("is_good_now") != "not_good":
        _recover(queries.Due(closed.account_id, "complaint_closed", {}), at)


@transaction.atomic
def note_alert_closed(*, closed: Fact, at: datetime) -> None:
    """An alert closed: recovery, if it was the last open one."""
    if closed.data["open_alerts"] == 0:
        _recover(queries.Due(closed.account_id, "recovered", {}), at)


def _apply(rule: rules.Rule, due: Sequence[queries.Due], at: datetime) -> list[StageMove]:
    """Move those of `due` that are still, under the lock, in one of the rule's stages."""
    assert rule.to_stage is not None  # noqa: S101  `_recover` is for the rule that leads back
    why = {one.account_id: one for one in due}
    held = _locked(why, rule.from_stages)
    moves = [
        _step(account, rule.to_stage, rule.name, why[account.pk].reason, why[account.pk].data, at) for account in held
    ]
    return _enter(moves, held, at)


def _recover(why: queries.Due, at: datetime) -> None:
    """Back to the stage before disappointment, if a rule led there and nothing keeps the account in it.

    A good answer makes up for a bad one of the same person only.
    """
    for held in _locked([why.account_id], rules.RECOVERED.from_stages):
        entry = queries.last_move(held)
        if entry is None or entry.rule != rules.DISAPPOINTED.name:
            continue
        if queries.open_alert_ids(held.pk) or queries.open_complaint_ids(held.pk):
            continue
        if why.reason == "good_answer" and entry.data.get("contact_id") != why.data["contact_id"]:
            continue
        _enter([_step(held, entry.from_stage, rules.RECOVERED.name, why.reason, why.data, at)], [held], at)
