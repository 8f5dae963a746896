"""Customers' rows from outside, by their external ids: judged and merged in sets, all of them or the good ones."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.actions.family import set_parents
from accounts.actions.merging import accounts, contacts, tickets
from accounts.actions.merging.rows import text_of
from accounts.actions.merging.stage import CHANGED, REFUSED, SAME, Columns, Stage, staged
from accounts.models import Account, CustomField
from workspaces import tenancy
from workspaces.models import User, Workspace

ACCOUNTS, CONTACTS, TICKETS = "accounts", "contacts", "tickets"
PARENT_REFUSED = "parent_refused"  # the parent is another row, and that one is refused
_MERGERS: dict[str, Any] = {ACCOUNTS: accounts, CONTACTS: contacts, TICKETS: tickets}
# What a program says and a file does not: amounts in minor units, and whose row it is by our own ids.
_MORE: dict[str, Columns] = {
    ACCOUNTS: (("arr_minor", "bigint"),),
    CONTACTS: (),
    TICKETS: (("contact_id", "bigint"), ("home_id", "bigint")),
}


@dataclass(frozen=True)
class Batch:
    """Values by column and row number. A row's parent is an account's id, or the number of another row."""

    rows: Mapping[int, Mapping[str, str]]
    parents: Mapping[int, int] = field(default_factory=dict)
    parent_rows: Mapping[int, int] = field(default_factory=dict)


@dataclass
class Verdict:
    """What became of one row: new, changed, same or refused, for the reason `why`; `pk` is its row here."""

    what: str
    why: str = ""
    pk: int | None = None


class SomeRefused(Exception):
    """Rows were refused, and so nothing was written: `verdicts` by row number."""

    def __init__(self, verdicts: dict[int, Verdict]) -> None:
        super().__init__()
        self.verdicts = verdicts

    def reasons(self) -> dict[int, str]:
        """By row number; a row is not to blame for a parent that was refused itself."""
        return {row: one.why for row, one in self.verdicts.items() if one.why not in {"", PARENT_REFUSED}}


@transaction.atomic
def upsert(
    *,
    kind: str,
    batch: Batch,
    keep_good: bool,
    at: datetime,
    by: User | None,
    told: str = "",
    is_refused: bool = False,
) -> dict[int, Verdict]:
    """Add what is not there, bring what is there up to date; verdicts by row number.

    `told` is where consent was recorded. Raises SomeRefused, with every reason there is, unless `keep_good`; also when
    the call `is_refused` already for rows that are not among these. A row whose parent is refused is written without
    it, and its verdict has the reason all the same.
    """
    merger = _MERGERS[kind]
    columns = (*merger.COLUMNS, *_MORE[kind])
    text = text_of(columns, batch.rows)
    with staged(columns, text, at=at, by=by, options=_options(kind, told)) as stage:
        merger.judge(stage, is_final=True)
        if kind == TICKETS:
            _refuse_moves(stage)
        merger.merge(stage)
        verdicts = _verdicts(stage)
    if batch.parents or batch.parent_rows:
        _place(batch, verdicts, at, by)
    if not keep_good and (is_refused or any(verdict.why for verdict in verdicts.values())):
        raise SomeRefused(verdicts)
    return verdicts


def _options(kind: str, told: str) -> dict[str, Any]:
    about = CustomField.About.CONTACT if kind == CONTACTS else CustomField.About.ACCOUNT
    own = CustomField.objects.of(about).in_use().values_list("key", "name") if kind != TICKETS else ()
    return {
        "currency": Workspace.objects.get(pk=tenancy.current_id()).currency,
        "stage": "awareness",
        "names": json.dumps({f"custom.{key}": name for key, name in own}),
        "told": told,
    }


def _refuse_moves(stage: Stage) -> None:
    """A ticket stays with its account, and its contact is one of that account's people."""
    moved = stage.rows("select row from staged where home_id <> account_id and verdict <> 'refused'")
    stage.refuse_rows("other_account", [row for (row,) in moved])
    strangers = stage.rows(
        "select s.row from staged s join accounts_contact c on c.workspace_id = %(ws)s and c.id = s.contact_id"
        " where c.account_id <> s.account_id and s.verdict <> 'refused'"
    )
    stage.refuse_rows("other_contact", [row for (row,) in strangers])


def _verdicts(stage: Stage) -> dict[int, Verdict]:
    rows = stage.rows("select row, verdict, coalesce(why, ''), target from staged order by row")
    return {row: Verdict(what, why, None if what == REFUSED else pk) for row, what, why, pk in rows}


def _place(batch: Batch, verdicts: dict[int, Verdict], at: datetime, by: User | None) -> None:
    """Put accounts below their parents, now that all of them are there."""
    wanted: dict[int, int] = {}
    rows: dict[int, int] = {}
    for row, verdict in verdicts.items():
        parent_id = batch.parents.get(row)
        if row in batch.parent_rows:
            above = verdicts.get(batch.parent_rows[row])
            parent_id = above.pk if above else None
            if verdict.pk is not None and parent_id is None:
                verdict.why = PARENT_REFUSED
        if verdict.pk is not None and parent_id is not None:
            wanted[verdict.pk], rows[verdict.pk] = parent_id, row
    before = dict(Account.objects.filter(pk__in=wanted).values_list("pk", "parent_id"))
    refused = set_parents(parents=wanted, at=at, by=by)
    for account_id, row in rows.items():
        if account_id in refused:
            verdicts[row].why = str(refused[account_id])
        elif verdicts[row].what == SAME and before[account_id] != wanted[account_id]:
            verdicts[row].what = CHANGED
