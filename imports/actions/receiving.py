"""A file comes in: it is kept as it is, looked through, and its columns are understood."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from imports import headings, queries, reading, words
from imports.cells import storable
from imports.headings import OURS
from imports.kinds import LEFT_OUT, METRIC, OWN_FIELD, Kind
from imports.models import Block, Import, Part
from imports.queries import BLOCK
from imports.reading import Format, Survey, Unreadable
from outbox import actions as outbox_actions
from workspaces.models import User

OTHER = "csv"  # where ids come from when nothing tells
LONGEST_CELL = 200  # of a sample
KEPT_DAYS = 30


class TooLate(Exception):
    """The import is past the point where this could be changed."""


@transaction.atomic
def receive(
    *,
    file_name: str,
    chunks: Iterable[bytes],
    at: datetime,
    by: User | None,
    kind: str = "",
    source: str = "",
) -> Import:
    """Keep a file and guess everything about it, but for what is said. Raises Unreadable, and then keeps nothing."""
    blocks = list(_cut(chunks))
    form = reading.guess_format(blocks[0]) if blocks else Format("utf-8", ",")
    survey = reading.survey(blocks, form)
    made: Import = Import.objects.create(
        file_name=file_name[:200],
        size=sum(map(len, blocks)),
        created_at=at,
        by=by,
        kind=kind or Kind.ACCOUNTS,
        source=source or OTHER,
        **_surveyed(form, survey),
    )
    for number, body in enumerate(blocks):
        Block.objects.create(source=made, number=number, body=body)
    _guess(made, kind=kind, source=source)
    made.save()
    return made


def _cut(chunks: Iterable[bytes]) -> Iterable[bytes]:
    """Blocks of one size. Raises Unreadable past the limit."""
    rest, size = bytearray(), 0
    for chunk in chunks:
        size += len(chunk)
        if size > reading.MOST_BYTES:
            raise Unreadable("too_large")
        rest += chunk
        while len(rest) >= BLOCK:
            yield bytes(rest[:BLOCK])
            del rest[:BLOCK]
    if rest:
        yield bytes(rest)


def _surveyed(form: Format, survey: Survey) -> dict[str, Any]:
    return {
        "encoding": form.encoding,
        "delimiter": form.delimiter,
        "headers": [_storable(header) for header in reading.named(survey.headers)],
        "width": survey.width,
        "signature": headings.signature(survey.headers),
        "sample": [[_storable(cell) for cell in cells] for cells in survey.sample[: reading.SAMPLE_ROWS]],
        "rows": survey.rows,
        "start_offset": survey.start.offset,
        "start_row": survey.start.row,
    }


def _storable(cell: str) -> str:
    """As much of a cell as is shown, without what PostgreSQL cannot hold."""
    return storable(cell[:LONGEST_CELL])


def _guess(made: Import, *, kind: str, source: str) -> None:
    """Kind, source and columns as they were chosen for such a file before, else as its headers tell."""
    known = queries.last_alike(made.signature, kind) or _corrected(made, kind)
    if known:
        made.kind, made.manner = known.kind, known.manner
        made.mapping = [*known.mapping, LEFT_OUT, LEFT_OUT][: len(made.headers)]
        made.source = source or known.source
        return
    made.kind = kind or headings.kind_of(made.headers) or Kind.ACCOUNTS
    made.source = source or headings.source_of(made.headers) or OTHER
    made.mapping = guess_mapping(made.headers, made.kind)
    made.manner = _guess_manner(made)


def _corrected(made: Import, kind: str) -> Import | None:
    """The newest file that these may be the refused rows of, which come with two columns more."""
    if made.headers[-2:] != words.added_headers():
        return None
    return queries.last_alike(headings.signature(made.headers[:-2]), kind)


def guess_mapping(headers: Sequence[str], kind: str) -> list[str]:
    """Each column's field, the workspace's own fields and metrics included."""
    named = {key: field.name for key, field in queries.own_fields(kind).items()}
    more = headings.further(OWN_FIELD, named)
    if kind == Kind.METRICS:
        more = headings.further(METRIC, queries.metric_names())
    mapping = headings.mapping_of(headers, kind, more)
    if "metric" in mapping:  # one reading a row: what looks like another metric's column is not
        mapping = [LEFT_OUT if key.startswith(METRIC) else key for key in mapping]
    return mapping


def _guess_manner(made: Import) -> dict[str, Any]:
    decimal = "," if made.delimiter == ";" and made.source != OURS else "."
    return {"day_first": decimal == ",", "decimal": decimal, "zone": queries.workspace().time_zone, "stage": "use"}


@transaction.atomic
def read_as(*, source: Import, encoding: str, delimiter: str) -> Import:
    """Look through the file again in another way. Raises Unreadable, and TooLate once it is checked."""
    held = _open(source)
    form = Format(encoding, delimiter)
    survey = reading.survey(queries.blocks(held), form)
    before = held.headers
    for name, value in _surveyed(form, survey).items():
        setattr(held, name, value)
    if held.headers != before:
        held.mapping = guess_mapping(held.headers, held.kind)
    held.save()
    return held


@transaction.atomic
def turn_into(*, source: Import, kind: str) -> Import:
    """The rows are something else: its columns are guessed anew. Raises TooLate."""
    held = _open(source)
    if held.kind != kind:
        held.kind = kind
        held.mapping = guess_mapping(held.headers, kind)
        held.save()
    return held


@transaction.atomic
def understand(
    *, source: Import, mapping: Sequence[str], system: str, manner: Mapping[str, Any], at: datetime
) -> Import:
    """Say what each column is, where the file comes from and how it writes things. Raises TooLate."""
    held = _open(source)
    held.mapping, held.source, held.manner = list(mapping), system, dict(manner)
    held.mapped_at, held.begun_at, held.checked_at = at, None, None
    Part.objects.filter(source=held).delete()
    held.save()
    return held


@transaction.atomic
def discard(*, source: Import, at: datetime) -> Import:
    """Bring in nothing of it. Raises TooLate once rows are being written."""
    held = _held(source)
    if held.confirmed_at or held.discarded_at:
        raise TooLate
    held.discarded_at = at
    held.save(update_fields=["discarded_at"])
    outbox_actions.cancel_stuck(kinds=queries.EFFECTS, payload={"import_id": held.pk}, at=at)
    return held


def _held(source: Import) -> Import:
    """The row as it is now, ours until the transaction ends."""
    held: Import = Import.objects.select_for_update(of=("self",)).get(pk=source.pk)
    return held


def _open(source: Import) -> Import:
    held = _held(source)
    if held.confirmed_at or held.discarded_at or held.stopped_at or held.forgotten_at:
        raise TooLate
    return held


@transaction.atomic
def forget(*, sources: Sequence[Import], at: datetime) -> int:
    """Drop the bytes of these files, and all that was read of them; what was counted stays. Returns how many."""
    Block.objects.filter(source__in=sources).delete()
    Part.objects.filter(source__in=sources).update(staged=b"", keys=b"", misread=[], refused=[], late=[], linked=None)
    return Import.objects.filter(pk__in=[source.pk for source in sources]).update(forgotten_at=at, sample=[])


@transaction.atomic
def forget_headers(*, source: Import, headers: Sequence[str]) -> None:
    """Call the columns of a forgotten file something else."""
    Import.objects.filter(pk=source.pk).update(headers=list(headers))


@transaction.atomic
def forget_old(*, before: datetime, limit: int, at: datetime) -> int:
    """`forget` files brought in `before`; returns how many."""
    return forget(sources=list(queries.old(before).order_by("pk")[:limit]), at=at)
