"""The commit: rows that were found good are written, part by part, each part in one transaction.

A worker that dies in a part leaves it unwritten, and it is done again: every row is recognised, so none is there twice.
"""

from collections import Counter
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse

from accounts.actions.merging import accounts as account_merging
from accounts.actions.merging.stage import REFUSED
from imports import queries
from imports.actions import mergers
from imports.actions.checking import enqueue, held_for
from imports.actions.receiving import TooLate
from imports.kinds import Kind
from imports.models import Import, Part
from journeys import actions as journey_actions
from workspaces import actions as workspace_actions
from workspaces.models import User
from workspaces.registry import News, spread

MERGE, LINK = "imports.merge", "imports.link"


class NothingGood(Exception):
    """No row of the file can be brought in."""


@transaction.atomic
def confirm(*, source: Import, at: datetime, by: User | None) -> Import:
    """Write the good rows in the background. Raises TooLate unless the file was just checked, NothingGood."""
    held: Import = Import.objects.select_for_update(of=("self",)).get(pk=source.pk)
    if not held.checked_at or held.confirmed_at or held.discarded_at or held.stopped_at or held.forgotten_at:
        raise TooLate
    if not queries.totals(held).good:
        raise NothingGood
    held.confirmed_at, held.by = at, by or held.by
    held.save(update_fields=["confirmed_at", "by"])
    enqueue(MERGE, held, 0, at)
    return held


@transaction.atomic
def merge_part(*, payload: dict[str, Any], at: datetime) -> None:
    """Write the good rows of one part, and what follows from them."""
    source = held_for(payload)
    number = payload["number"]
    if source is None:
        return
    part = queries.part_of(source, number)
    if part is None:
        _go_on(source, at)
        return
    refused = [row for row, _ in part.refused]
    with mergers.opened(source, part, at=at, by=source.by, without=refused) as stage:
        mergers.judge(source, stage, is_final=True)
        moves = account_merging.stage_moves(stage) if source.kind == Kind.ACCOUNTS else {}
        mergers.merge(source, stage)
        found = stage.outcome()
    if moves:
        journey_actions.move_stages(stages=moves, reason=str(source), at=at, by=source.by)
    counts = Counter(found.counts)
    counts["late"] = counts.pop(REFUSED, 0)
    part.merged, part.late = dict(counts), found.refused
    part.save(update_fields=["merged", "late"])
    enqueue(MERGE, source, number + 1, at)


def _go_on(source: Import, at: datetime) -> None:
    """All rows are written; accounts are put below their parents once all of them are there."""
    if mergers.has_parents(source):
        enqueue(LINK, source, 0, at)
    else:
        _finish(source, at)


@transaction.atomic
def link_part(*, payload: dict[str, Any], at: datetime) -> None:
    """Put the accounts of one part below the parents that their rows name."""
    source = held_for(payload)
    number = payload["number"]
    if source is None:
        return
    part = queries.part_of(source, number)
    if part is None:
        _finish(source, at)
        return
    _link(source, part, at)
    enqueue(LINK, source, number + 1, at)


def _link(source: Import, part: Part, at: datetime) -> None:
    without = [row for row, _ in part.refused + part.late]
    with mergers.opened(source, part, at=at, by=source.by, without=without) as stage:
        left = account_merging.link_parents(stage)
    part.linked = [[row, str(why) if why else ""] for row, why in left]
    part.merged = {**(part.merged or {}), "unlinked": len(left)}
    part.save(update_fields=["linked", "merged"])


def _finish(source: Import, at: datetime) -> None:
    source.done_at = at
    source.save(update_fields=["done_at"])
    if source.kind == Kind.CONTRACTS:
        journey_actions.move_later(key=f"import:{source.pk}", at=at)
    written = queries.totals(source).written
    detail = {"kind": source.kind, **{name: count for name, count in written.items() if count}}
    workspace_actions.record(kind="import.finished", subject=str(source), at=at, by=source.by, detail=detail)
    link = reverse("imports:import_detail", args=[source.pk])
    data = {"work": "import", "name": source.file_name, "written": written["new"] + written["changed"]}
    spread([News("work_done", f"import:{source.pk}", link, users=(source.by_id,), data=data)], at)
