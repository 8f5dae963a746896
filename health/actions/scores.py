"""Scores: which accounts need a new one, and computing them in sets inside PostgreSQL."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import starmap
from math import ceil
from typing import Any, NamedTuple

from django.db import connection, transaction

from accounts import queries as account_queries
from accounts.actions import accounts as account_actions
from accounts.actions import facts as fact_actions
from accounts.actions.ranges import enqueue_ranges
from accounts.models import Account
from health import queries, scoring
from health.models import Typical
from health.parts import STANDS_DAYS
from health.registry import after_scoring
from lib.time import day_of
from outbox import actions as outbox_actions
from outbox.models import Effect
from workspaces import tenancy

CHUNK_EFFECT = "health.rescore_chunk"
TYPICAL_MOVES = 2.0
WORKERS, LEAST_CHUNK = 4, 1000
FEW = 1000  # accounts to which something happened: their columns are written to the tenth


@transaction.atomic
def mark_stale(*, account_ids: Iterable[int], at: datetime) -> None:
    """Their scores no longer fit what is known.

    Whoever marks an account first holds it until the transaction ends: a second transaction that marks it waits
    here, so no two score one account at once, and the second sees what the first did not. Marked in the order of ids,
    so that two of them cannot deadlock.
    """
    _mark(
        "select %s, id, %s from unnest(%s::bigint[]) as ids(id) order by id",
        [tenancy.current_id(), at, scoring.array(sorted(set(account_ids)))],
    )


def mark_all_stale(*, at: datetime) -> None:
    """Every account of the workspace needs a new score, as after a change of weights."""
    _mark(
        "select a.workspace_id, a.id, %s from accounts_account a where a.workspace_id = %s order by a.id",
        [at, tenancy.current_id()],
    )


def _mark(which: str, values: Sequence[Any]) -> None:
    """With `do nothing`, a mark that somebody is about to remove would not be waited for."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into health_staleaccount as s (workspace_id, account_id, since) {which}"
            " on conflict (workspace_id, account_id) do update set since = s.since",
            values,
        )


@transaction.atomic
def rescore(*, account_ids: Iterable[int], at: datetime, day: date | None = None) -> int:
    """Something happened to these: score them for `day`, the UTC day of `at`, and let the rules look at them.

    Their day rows are read again. Returns how many.
    """
    return _rescore_these(account_ids, day or day_of(at), at, is_trusted=False)


def _rescore_these(account_ids: Iterable[int], day: date, at: datetime, *, is_trusted: bool) -> int:
    account_ids = sorted(set(account_ids))
    mark_stale(account_ids=account_ids, at=at)
    return _rescore(_taken(_THESE, {"ids": scoring.array(account_ids)}), day, at, is_trusted=is_trusted)


@transaction.atomic
def rescore_stale(*, at: datetime, day: date | None = None) -> int:
    """`rescore` of all that is stale."""
    count = 0
    while account_ids := _taken(_FIRST, {"most": scoring.CHUNK}):
        count += _rescore(account_ids, day or day_of(at), at, is_trusted=False)
    return count


_STALE = "select account_id from health_staleaccount where workspace_id = %(workspace)s"
_THESE = f"{_STALE} and account_id = any(%(ids)s::bigint[]) order by account_id for update skip locked"
_FIRST = f"{_STALE} order by account_id limit %(most)s for update skip locked"


def _taken(which: str, values: Mapping[str, Any]) -> list[int]:
    """Ids of stale accounts, held and no longer stale.

    In two statements, whose arrays the planner can see into. In one, with statistics of an empty table, it looked
    through the list once for every row of it: 70 s for 100,000 by a join, 4 s by an array of a subquery, not 0.2.
    """
    with connection.cursor() as cursor:
        cursor.execute(which, {"workspace": tenancy.current_id(), **values})
        account_ids = [row[0] for row in cursor.fetchall()]
        if account_ids:
            cursor.execute(
                "delete from health_staleaccount where workspace_id = %s and account_id = any(%s::bigint[])",
                [tenancy.current_id(), scoring.array(account_ids)],
            )
    return account_ids


def _rescore(account_ids: Sequence[int], day: date, at: datetime, *, is_trusted: bool) -> int:
    changed = _score(account_ids, day=day, at=at, is_current=True, is_trusted=is_trusted)
    account_actions.set_health(
        account_ids=[row.account_id for row in changed],
        scores=[row.score for row in changed],
        bands=[row.band for row in changed],
        coverages=[row.coverage for row in changed],
        at=at,
    )
    fact_actions.record_facts(facts=[_band_fact(row, at) for row in changed if _is_told(row)], at=at)
    for hear in after_scoring:
        hear(account_ids, at)
    return len(account_ids)


def score(account_ids: Sequence[int], *, day: date, at: datetime) -> None:
    """Store the scores of one chunk for one day, each account by the profile it has now; nothing follows."""
    _score(account_ids, day=day, at=at, is_current=False)


class Changed(NamedTuple):
    """An account whose columns (`health_*`) differ from the score it has now."""

    account_id: int
    score: Decimal | None
    band: str
    coverage: float
    health_score: Decimal | None
    health_band: str
    is_first: bool


def _score(
    account_ids: Sequence[int], *, day: date, at: datetime, is_current: bool, is_trusted: bool = False
) -> list[Changed]:
    with connection.cursor() as cursor:
        scoring.SCORE.execute(
            cursor,
            scoring.parameters(
                workspace_id=tenancy.current_id(),
                account_ids=account_ids,
                day=day,
                at=at,
                profiles=queries.scored_by(),
                typical=queries.typical(),
                metric_ids=queries.metric_ids(day),
                sources=queries.sources(day),
                is_current=is_current,
                is_exact=len(account_ids) <= FEW,
                is_trusted=is_trusted,
            ),
        )
        return [Changed._make(row) for row in cursor.fetchall()]


def _is_told(row: Changed) -> bool:
    return not row.is_first and row.band != row.health_band


def _band_fact(row: Changed, at: datetime) -> fact_actions.NewFact:
    return fact_actions.NewFact(
        account_id=row.account_id,
        kind="health.changed",
        at=at,
        data={
            "from_score": None if row.health_score is None else float(row.health_score),
            "to_score": None if row.score is None else float(row.score),
            "from_band": row.health_band,
            "to_band": row.band,
        },
    )


@transaction.atomic
def rescore_all(*, day: date, at: datetime) -> int:
    """Score every account of the workspace for `day`, as a rule the UTC day of `at`, in one transaction.

    Nothing happened to them but the day: use is read as it was packed.
    """
    count = 0
    for first, last in account_queries.id_ranges(scoring.CHUNK):
        count += _rescore_these(account_queries.ids_between(first, last), day, at, is_trusted=True)
    sum_up(day=day)
    return count


def sum_up(*, day: date) -> None:
    """Keep how the workspace stands now as the row of `day`."""
    with connection.cursor() as cursor:
        cursor.execute(scoring.SUM_UP, {"workspace": tenancy.current_id(), "day": day})


def sum_up_past(*, day: date) -> None:
    """Keep how the workspace stood on a past day."""
    with connection.cursor() as cursor:
        cursor.execute(scoring.SUM_UP_PAST, {"workspace": tenancy.current_id(), "day": day, "stands_days": STANDS_DAYS})


def sum_up_days(*, until: date) -> None:
    """The same for every day before one that is kept, anew."""
    with connection.cursor() as cursor:
        cursor.execute(scoring.SUM_UP_DAYS, {"workspace": tenancy.current_id(), "until": until})


@transaction.atomic
def rescore_days(*, days: Iterable[date], at: datetime, account_ids: Sequence[int] | None = None) -> int:
    """History only: the scores of past days from what was known on each; no column, fact or alert follows.

    `days` rise, and no later ones are there but those asked for: a row stands until the account's next.
    """
    ids = account_queries.ids_between
    chunks = [account_ids] if account_ids is not None else list(starmap(ids, account_queries.id_ranges(scoring.CHUNK)))
    count = 0
    for day in days:
        for chunk in chunks:
            score(chunk, day=day, at=at)
            count += len(chunk)
        sum_up_past(day=day)
    return count


@transaction.atomic
def learn_typical(*, at: datetime) -> bool:
    """Take the means of the last scored day for what is typical, where they moved; whether they did.

    A part moves when a mean comes, goes or differs by TYPICAL_MOVES points, so that scores do not tremble with it.
    """
    day = queries.latest_day(day_of(at))
    if day is None:
        return False
    found, depth = queries.means_of(day)
    row = Typical.objects.select_for_update(of=("self",)).first()
    if row and not _has_moved(row.means, found) and (row.depth is None) == (depth is None):
        return False
    row = row or Typical()
    row.means, row.depth, row.computed_at = found, depth, at
    row.save()
    return True


def _has_moved(before: Sequence[float | None], now: Sequence[float | None]) -> bool:
    return any(
        (old is None) != (new is None) or (old is not None and new is not None and abs(old - new) >= TYPICAL_MOVES)
        for old, new in zip(before, now, strict=True)
    )


def start_rescore_all(*, key: str, at: datetime) -> None:
    """The nightly pass, as one effect a chunk: short transactions, spread over the workers. `key` names the night."""
    learn_typical(at=at)
    enqueue_ranges(kind=CHUNK_EFFECT, key=key, size=chunk(), at=at)


def chunk() -> int:
    """Accounts a chunk of the nightly pass, so that few accounts are spread over the workers as well."""
    return min(scoring.CHUNK, max(LEAST_CHUNK, ceil(Account.objects.count() / WORKERS)))


@transaction.atomic
def rescore_chunk(*, effect: Effect, at: datetime) -> None:
    """One chunk of the nightly pass. The last of its night keeps how everybody stands, for which each would have to
    look at all accounts.
    """
    rescore_range(first=effect.payload["first"], last=effect.payload["last"], at=at)
    if outbox_actions.ends_round(effect=effect):
        sum_up(day=day_of(at))


@transaction.atomic
def rescore_range(*, first: int, last: int, at: datetime) -> int:
    """Score the accounts with ids in a closed range, to which nothing happened: use is read as it was packed."""
    return _rescore_these(account_queries.ids_between(first, last), day_of(at), at, is_trusted=True)
