"""The dry run: every row is read and compared, part by part, and nothing of a customer is written.

Each step is one effect, and so one transaction, that stores what it did and puts the next on the list: a worker that
dies in a step leaves what was before it, and the step is done again.
"""

import zlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse

from accounts.actions.merging.stage import REFUSED, Stage
from imports import queries
from imports.actions import mergers
from imports.actions.receiving import TooLate
from imports.models import Import, Part
from imports.reading import Format, Place, Record, Records, Unreadable
from imports.staging import Layout, Staged, id_key, name_key
from outbox import actions as outbox_actions
from workspaces.registry import News, spread

READ, CHECK = "imports.read", "imports.check"
PART_ROWS = 10_000
PART_LETTERS = 2_000_000
QUICK = 1  # zlib's level: a fifth of the size for a twentieth of the time


@transaction.atomic
def begin_check(*, source: Import, at: datetime) -> Import:
    """Check the file in the background. Raises TooLate if it is not understood, or its rows are being written.

    What is stuck, also half-way through its writing, begins anew: rows that are here by now are recognised.
    """
    held: Import = Import.objects.select_for_update(of=("self",)).get(pk=source.pk)
    is_stuck = outbox_actions.cancel_stuck(kinds=queries.EFFECTS, payload={"import_id": held.pk}, at=at) > 0
    is_written = held.done_at or (held.confirmed_at and not is_stuck)
    if not held.mapped_at or is_written or held.discarded_at or held.stopped_at or held.forgotten_at:
        raise TooLate
    Part.objects.filter(source=held).delete()
    held.begun_at, held.checked_at, held.confirmed_at, held.run = at, None, None, held.run + 1
    held.save(update_fields=["begun_at", "checked_at", "confirmed_at", "run"])
    enqueue(READ, held, 0, at)
    return held


def enqueue(kind: str, source: Import, number: int, at: datetime) -> None:
    """Do one step of an import; its key makes it once."""
    payload = {"import_id": source.pk, "run": source.run, "number": number}
    outbox_actions.enqueue(kind=kind, key=f"{source.pk}:{source.run}:{number}", payload=payload, at=at)


def held_for(payload: dict[str, Any]) -> Import | None:
    """The import a step is for, held until the transaction ends; None if that run of it is over."""
    found = Import.objects.select_for_update(of=("self",)).filter(pk=payload["import_id"], run=payload["run"])
    held: Import | None = found.filter(discarded_at=None, stopped_at=None, forgotten_at=None).first()
    return held


@transaction.atomic
def read_part(*, payload: dict[str, Any], at: datetime) -> None:
    """Read the next rows of the file and keep them ready for COPY."""
    source = held_for(payload)
    number = payload["number"]
    if source is None:
        return
    start = _start(source, number)
    records = Records(
        queries.blocks(source, start.offset),
        Format(source.encoding, source.delimiter),
        start,
        width=len(source.headers),
        most=source.width,
    )
    layout = layout_of(source)
    reading = _Reading(records)
    try:
        read = layout.stage(reading, queries.keys(source))
    except Unreadable as bad:
        source.problem, source.problem_row, source.stopped_at = bad.code, bad.row, at
        source.save(update_fields=["problem", "problem_row", "stopped_at"])
        link, data = reverse("imports:import_detail", args=[source.pk]), {"work": "import_stopped", "name": str(source)}
        spread([News("work_done", f"import:{source.pk}:{source.run}", link, users=(source.by_id,), data=data)], at)
        return
    end = records.place()
    _store(source, number, start, end, read)
    enqueue(CHECK, source, 0, at) if reading.is_over else enqueue(READ, source, number + 1, at)


def _start(source: Import, number: int) -> Place:
    before = queries.part_of(source, number - 1)
    return Place(before.end_offset, before.end_row) if before else Place(source.start_offset, source.start_row)


class _Reading:
    """The records of one part; `is_over` once there are no more in the file."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.is_over = False

    def __iter__(self) -> Iterator[Record]:
        for count, record in enumerate(self.records, start=1):
            yield record
            if count >= PART_ROWS or self.records.letters >= PART_LETTERS:
                return
        self.is_over = True


def layout_of(source: Import) -> Layout:
    """How the file's columns become the columns of its kind's table."""
    return Layout(
        kind=source.kind,
        columns=mergers.columns(source.kind),
        mapping=source.mapping,
        source=source.source,
        manner=queries.manner(source),
        book=queries.book(source.kind),
    )


def _store(source: Import, number: int, start: Place, end: Place, read: Staged) -> None:
    Part.objects.create(
        source=source,
        number=number,
        offset=start.offset,
        row=start.row,
        end_offset=end.offset,
        end_row=end.row,
        rows=read.rows,
        columns=mergers.columns(source.kind),
        unowned=read.unowned,
        staged=zlib.compress("".join(f"{line}\n" for line in read.lines).encode(), QUICK),
        keys=read.keys.tobytes(),
        names=read.names.tobytes(),
        misread=[[one.row, one.column, one.code, one.detail] for one in read.misread],
    )


@transaction.atomic
def check_part(*, payload: dict[str, Any], at: datetime) -> None:
    """Compare some rows with what is there: which are new, changed, the same, refused, and why."""
    source = held_for(payload)
    number = payload["number"]
    part = queries.part_of(source, number) if source else None
    if source is None:
        return
    if part is None:  # there is no more
        source.checked_at = at
        source.save(update_fields=["checked_at"])
        return
    with mergers.opened(source, part, at=at) as stage:
        mergers.judge(source, stage, is_final=False)
        _refuse_orphans(source, stage)
        found = stage.outcome()
    found.counts[REFUSED] = found.counts.get(REFUSED, 0) + len(part.misread)
    part.checked, part.refused = found.counts, found.refused
    part.save(update_fields=["checked", "refused"])
    enqueue(CHECK, source, number + 1, at)


def _refuse_orphans(source: Import, stage: Stage) -> None:
    """Rows whose parent is neither there nor in the file."""
    unknown = mergers.unknown_parents(source, stage)
    if unknown:
        ids, names = queries.keys(source), queries.names(source)
        orphans = [
            row
            for row, values, name in unknown
            if names.isdisjoint([name_key(name)]) and ids.isdisjoint(id_key(source.source, value) for value in values)
        ]
        stage.refuse_rows("no_parent", orphans)
