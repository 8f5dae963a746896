"""The board, stages, playbooks and tasks as tables for a spreadsheet: the header first, keys rather than words."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Case, F, QuerySet, Value, When
from django.utils.translation import gettext as _

from accounts.models import Account
from accounts.stages import Stage
from journeys import queries, rules
from journeys.models import Playbook, PlayQuerySet, TaskQuerySet
from journeys.queries.playbooks import Record
from lib.formatting import major_units
from lib.time import day_of

CHUNK = 2000
Table = Iterator[Sequence[object]]

_ORDERS = {"days": F("stage_since").asc(), "money": F("arr_minor").desc(nulls_last=True)}


def board(at: datetime, *, owner_id: int | None, sort: str) -> Table:
    """Every account of the board, by stage, each stage in the order of its cards."""
    yield [
        _("Account id"), _("Account"), _("Stage"), _("In stage since"), _("Days in stage"), _("Stands still"), _("ARR"),
        _("Currency"), _("Health score"), _("Health band"), _("Owner"),
    ]  # fmt: skip
    today = day_of(at)
    for row in _accounts(owner_id, sort).iterator(chunk_size=CHUNK):
        pk, name, stage, since, arr, currency, score, band, owner, email = row
        days, after = max(0, (today - day_of(since)).days), rules.STUCK_AFTER.get(Stage(stage))
        money = None if arr is None else major_units(arr, currency)
        yield [
            pk, name, stage, since, days, after is not None and days > after, money, currency, score, band,
            owner or email or "",
        ]  # fmt: skip


def _accounts(owner_id: int | None, sort: str) -> QuerySet[Account, tuple[Any, ...]]:
    found = Account.objects.all() if owner_id is None else Account.objects.filter(owner=owner_id)
    place = Case(*(When(stage=stage, then=Value(nth)) for nth, stage in enumerate(Stage.values)))
    return found.order_by(place, _ORDERS[sort], "pk").values_list(
        "pk", "name", "stage", "stage_since", "arr_minor", "currency", "health_score", "health_band",
        "owner__user__name", "owner__user__email",
    )  # fmt: skip


def stages(account: Account, at: datetime) -> Table:
    """Every stage an account was in, the one it is in now first: how it got there, how long it stayed."""
    yield [_("Stage"), _("From"), _("Until"), _("Days"), _("Stage before"), _("Why"), _("Rule"), _("Moved by")]
    stage, until = account.stage, None
    since = account.stage_since
    for move in queries.moves_of(account):
        by = str(move.by) if move.by else ""
        yield [stage, move.at, until, _days(move.at, until or at), move.from_stage, move.words, move.rule, by]
        stage, since, until = move.from_stage, move.from_since, move.at
    yield [stage, since, until, _days(since, until or at), "", "", "", ""]


def _days(since: datetime, until: datetime) -> int:
    return max(0, (day_of(until) - day_of(since)).days)


def playbooks(found: Iterable[Playbook], records: Mapping[int, Record]) -> Table:
    """Each playbook, its steps, and how it went."""
    yield [
        _("Id"), _("Playbook"), _("What for"), _("Steps"), _("Started"), _("Running"), _("Finished"),
        _("Every step dropped"), _("Stopped"), _("Median days"), _("Retired at"), _("Begins in segment"),
    ]  # fmt: skip
    for one in found:
        record = records[one.pk]
        yield [
            one.pk, one.name, one.about, one.steps, record.started, record.running, record.finished, record.dropped,
            record.stopped, record.median_days, one.retired_at, one.segment.name if one.segment else "",
        ]  # fmt: skip


def plays(found: PlayQuerySet) -> Table:
    """Each start, the newest first, how far it is, and how it ended."""
    yield [
        _("Id"), _("Account id"), _("Account"), _("Playbook"), _("Alert id"), _("Started at"), _("Started by"),
        _("Steps"), _("Done or dropped"), _("Next due on"), _("Ended at"), _("How"), _("Why"), _("Ended by"),
    ]  # fmt: skip
    for one in found.order_by("-started_at", "-pk").iterator(chunk_size=CHUNK):
        told: Any = one
        yield [
            one.pk, one.account_id, one.account.name, one.playbook.name, one.alert_id, one.started_at,
            _name(one.started_by), told.steps, told.settled, told.next_on, one.ended_at, one.ended_how, one.ended_why,
            _name(one.ended_by),
        ]  # fmt: skip


def tasks(found: TaskQuerySet) -> Table:
    """Each task, and what became of it."""
    yield [
        _("Id"), _("Account id"), _("Account"), _("Task"), _("Speak with"), _("Due on"), _("Who"), _("Playbook"),
        _("Done at"), _("Done by"), _("Dropped at"), _("Dropped by"), _("Why"),
    ]  # fmt: skip
    related = found.select_related("account", "play__playbook", "assignee__user", "done_by", "dropped_by")
    for one in related.iterator(chunk_size=CHUNK):
        yield [
            one.pk, one.account_id, one.account.name, one.text, one.role, one.due_on, _name(one.assignee),
            one.play.playbook.name if one.play else "", one.done_at, _name(one.done_by), one.dropped_at,
            _name(one.dropped_by), one.drop_reason,
        ]  # fmt: skip


def _name(thing: object) -> str:
    return str(thing) if thing else ""
