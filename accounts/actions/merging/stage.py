"""Rows that came by COPY into a table of this transaction alone, to be judged and merged in sets."""

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from accounts.actions.watching import tell_listeners, tell_watchers
from accounts.models import Fact
from workspaces import tenancy
from workspaces.models import User

Columns = tuple[tuple[str, str], ...]

# What every kind of row has beside what it brings: whose it is, which row of ours it is, and what becomes of it;
# `has_more`: something changes beside the fields of the row itself.
_WORK = (
    "account_id bigint, target bigint, verdict text, why text, fields text[] default '{}',"
    " has_more boolean default false"
)
NEW, CHANGED, SAME, REFUSED = "new", "changed", "same", "refused"

_FACT = [field.attname for field in Fact._meta.concrete_fields]  # `data` is the last

# A name without differences of case and of Unicode's compatible forms, as its index has it.
FOLDED = "lower(normalize({}, NFKC))"


@dataclass
class Outcome:
    """What became of rows: how many of each verdict, and (row, why) of those refused."""

    counts: dict[str, int] = field(default_factory=dict)
    refused: list[tuple[int, str]] = field(default_factory=list)


class Stage:
    """The staged rows, and statements about them. `%(ws)s`, `%(at)s` and `%(by)s` are known to each."""

    def __init__(self, cursor: Any, *, at: datetime, by: User | None, options: Mapping[str, Any]) -> None:
        self.cursor = cursor
        self.at, self.by = at, by
        self.params = {"ws": tenancy.current_id(), "at": at, "by": by.pk if by else None, **options}

    def run(self, sql: str, **more: Any) -> int:
        self.cursor.execute(sql, {**self.params, **more})
        return int(self.cursor.rowcount)

    def rows(self, sql: str, **more: Any) -> list[tuple[Any, ...]]:
        self.cursor.execute(sql, {**self.params, **more})
        return list(self.cursor.fetchall())

    def refuse(self, why: str, where: str) -> None:
        """Refuse the rows that are so and have not been refused for another reason."""
        self.run(f"update staged s set why = %(why)s where s.why is null and ({where})", why=why)  # noqa: S608

    def refuse_rows(self, why: str, rows: Sequence[int]) -> None:
        """Refuse these after all, though they have a verdict."""
        self.run("update staged set verdict = 'refused', why = %(why)s where row = any(%(r)s)", why=why, r=list(rows))

    def has(self, where: str) -> bool:
        return bool(self.rows(f"select exists (select from staged s where {where})")[0][0])  # noqa: S608

    def settle(self) -> None:
        """Give each row its verdict: refused for a reason, new without a target, changed with fields."""
        self.run(
            "update staged s set verdict = case when why is not null then 'refused' when target is null then 'new'"
            " when fields <> '{}' or has_more then 'changed' else 'same' end"
        )
        # Or the planner takes them all for one verdict's, and joins each with each.
        self.run("analyze staged (row, verdict, target)")

    def outcome(self) -> Outcome:
        counts = dict(self.rows("select verdict, count(*) from staged group by verdict"))
        refused = self.rows("select row, why from staged where verdict = 'refused' order by row")
        return Outcome(counts, [(row, why) for row, why in refused])

    def number(self, sequence: str) -> None:
        """Give the new rows the ids they will have, in their order."""
        self.run(
            """
            update staged s set target = n.id
            from (
                select row, nextval(%(sequence)s::regclass) as id
                from (select row from staged where verdict = 'new' order by row) o
            ) n
            where n.row = s.row
            """,
            sequence=sequence,
        )

    def tell(self, kind: str, data: str, where: str, *, at: str = "%(at)s", is_history: bool = False) -> None:
        """Record a fact of the rows that are so; `data` is its JSON in SQL. History sets nothing off."""
        told = self.rows(
            f"""
            insert into accounts_fact (workspace_id, account_id, kind, at, recorded_at, by_id, data)
            select %(ws)s, s.account_id, %(kind)s, {at}, %(at)s, %(by)s, {data}
            from staged s where {where} order by s.row
            returning {", ".join(_FACT)}
            """,  # noqa: S608  our own words
            kind=kind,
        )
        if not is_history:  # from_db with every column makes a Fact four times as fast as Fact() with names
            facts = [Fact.from_db(None, _FACT, (*values, json.loads(data))) for *values, data in told]
            tell_listeners(facts=facts, at=self.at)

    def touched(self) -> list[int]:
        """The accounts whose rows were written."""
        rows = self.rows(
            "select distinct account_id from staged where verdict in ('new', 'changed') order by account_id"
        )
        return [account_id for (account_id,) in rows]

    def tell_watchers(self) -> None:
        """Scores, segments and whoever else looks at accounts learn which were written."""
        tell_watchers(account_ids=self.touched(), at=self.at)


@contextmanager
def staged(
    columns: Columns,
    text: str,
    *,
    at: datetime,
    by: User | None,
    options: Mapping[str, Any],
    given: Sequence[str] = (),
    without: Sequence[int] = (),
) -> Iterator[Stage]:
    """Rows in COPY's text format, but for those numbered in `without`. Their values are in the order of `columns`, or
    of those `given` if that is said; the others are null.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        stage = Stage(cursor, at=at, by=by, options=options)
        typed = ", ".join(f"{name} {kind}" for name, kind in columns)
        stage.run(f"create temp table staged ({typed}, {_WORK}) on commit drop")
        names = ", ".join(given or [name for name, _ in columns])
        cursor.copy_expert(f"copy staged ({names}) from stdin", io.StringIO(text))
        if without:
            stage.run("delete from staged where row = any(%(without)s)", without=list(without))
        stage.run("analyze staged (row)")
        yield stage
        stage.run("drop table staged")
