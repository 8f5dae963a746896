"""Which room's action merges rows of which kind."""

import json
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Protocol

from django.utils.translation import gettext as _

from accounts.actions.merging import accounts, contacts, contracts, metrics, tickets
from accounts.actions.merging.stage import Columns, Stage, staged
from imports import queries
from imports.kinds import Kind
from imports.models import Import, Part
from journeys.actions import touchpoint_merging
from workspaces.models import User


class Merger(Protocol):
    """What a module that merges rows of one kind offers."""

    COLUMNS: Columns

    @staticmethod
    def judge(stage: Stage, *, is_final: bool) -> None: ...

    @staticmethod
    def merge(stage: Stage) -> None: ...


_MERGERS: dict[str, Any] = {
    Kind.ACCOUNTS: accounts,
    Kind.CONTACTS: contacts,
    Kind.CONTRACTS: contracts,
    Kind.TICKETS: tickets,
    Kind.TOUCHPOINTS: touchpoint_merging,
    Kind.METRICS: metrics,
}


def columns(kind: str) -> list[str]:
    """The staged columns of a kind, in order."""
    merger: Merger = _MERGERS[kind]
    return [name for name, _ in merger.COLUMNS]


@contextmanager
def opened(
    source: Import, part: Part, *, at: datetime, by: User | None = None, without: Sequence[int] = ()
) -> Iterator[Stage]:
    """The rows of one part in a table of this transaction."""
    text = zlib.decompress(bytes(part.staged)).decode()
    with staged(
        _MERGERS[source.kind].COLUMNS,
        text,
        given=part.columns,
        at=at,
        by=by,
        options=_options(source),
        without=without,
    ) as stage:
        yield stage


def _options(source: Import) -> dict[str, Any]:
    """What the statements ask beside the rows."""
    names = {f"custom.{key}": field.name for key, field in queries.own_fields(source.kind).items()}
    return {
        "currency": queries.workspace().currency,
        "stage": source.manner.get("stage") or "awareness",
        "metric_kind": source.manner.get("metric_kind") or "",
        "names": json.dumps(names),
        "told": _("Import of %(file)s") % {"file": source.file_name},
    }


def judge(source: Import, stage: Stage, *, is_final: bool) -> None:
    """Say of each row which of ours it is, and what it would change."""
    merger: Merger = _MERGERS[source.kind]
    merger.judge(stage, is_final=is_final)


def merge(source: Import, stage: Stage) -> None:
    """Write what was judged."""
    merger: Merger = _MERGERS[source.kind]
    merger.merge(stage)


def has_parents(source: Import) -> bool:
    return source.kind == Kind.ACCOUNTS and "parent" in source.mapping


def unknown_parents(source: Import, stage: Stage) -> list[tuple[int, list[str], str]]:
    """(row, ids, name) of the parents that are not there."""
    return accounts.unknown_parents(stage) if has_parents(source) else []
