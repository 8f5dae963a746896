"""How well accounts fit the ideal customer: computed in sets, and kept once as it was at signing."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction

from accounts.models import Account, Fact
from accounts.stages import Stage
from lib.time import day_of
from outbox import actions as outbox_actions
from segments import conditions, queries, registry
from segments.actions.pending import refresh_all_later
from segments.compiler import array_of, verdict
from segments.models import AccountFit
from segments.registry import Field, Sql
from workspaces import tenancy

COMPUTE = "segments.compute_fit"
SNAPSHOT = "segments.keep_fit_at_signing"
CHUNK = 50_000
SIGNED_AT_ONCE = 1000
SIGNED_LATELY = timedelta(days=31)  # who has had a contract for longer signed before, and nobody knows how they fitted


# ------------------------------------------------------------------ when


def note_signing(facts: Sequence[Fact], at: datetime) -> None:
    """Facts were recorded: of accounts that may just have signed, the fit is to be kept."""
    signed = {fact.account_id: fact for fact in facts if _is_signing(fact)}
    if signed and queries.criteria().exists():
        ids = sorted(signed)
        items = [
            (f"fact:{signed[some[0]].pk}", {"account_ids": some})
            for some in (ids[start : start + SIGNED_AT_ONCE] for start in range(0, len(ids), SIGNED_AT_ONCE))
        ]
        outbox_actions.enqueue_many(kind=SNAPSHOT, items=items, at=at)


def _is_signing(fact: Fact) -> bool:
    entered = fact.kind == "stage.entered" and fact.data.get("to_stage") == Stage.DELIVERY
    return entered or fact.kind == "contract.added"


def compute_all_later(*, key: str, at: datetime) -> None:
    """Compute every fit, a range of accounts at a time, and then every segment; `key` names the occasion."""
    outbox_actions.enqueue(kind=COMPUTE, key=f"{key}:0", payload={"key": key, "after": 0}, at=at)


# ------------------------------------------------------------------ what


@transaction.atomic
def compute_range(*, key: str, after: int, at: datetime) -> None:
    """Compute the fits of the next CHUNK accounts after an id, then go on behind them; in the end, the segments."""
    ids = list(Account.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:CHUNK])
    has_criteria = compute(at=at, account_ids=ids)
    if has_criteria and len(ids) == CHUNK:
        outbox_actions.enqueue(kind=COMPUTE, key=f"{key}:{ids[-1]}", payload={"key": key, "after": ids[-1]}, at=at)
    else:
        refresh_all_later(key=key, at=at)


@transaction.atomic
def compute(*, at: datetime, account_ids: Sequence[int], fields: Mapping[str, Field] | None = None) -> bool:
    """Set the fits of these accounts; rows that stay equal are left alone. False: without criteria there are none."""
    judged = _judged(at, fields)
    if judged is None:
        AccountFit.objects.all().delete()
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            insert into segments_accountfit as f (workspace_id, account_id, score, met, missed, unknown, at)
            {judged.text} and a.id = any(%s::bigint[])
            on conflict (workspace_id, account_id) do update
            set score = excluded.score, met = excluded.met, missed = excluded.missed, unknown = excluded.unknown,
                at = excluded.at
            where (f.score, f.met, f.missed, f.unknown)
                is distinct from (excluded.score, excluded.met, excluded.missed, excluded.unknown)
            """,  # noqa: S608  our own words; what people wrote is bound
            [*judged.params, array_of(account_ids)],
        )
    return True


@transaction.atomic
def keep_at_signing(*, account_ids: Sequence[int], at: datetime) -> int:
    """Keep the fit of accounts that have just signed, once; returns of how many. Who signed long ago is left out."""
    judged = _judged(at)
    if judged is None:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            insert into segments_fitsnapshot (workspace_id, account_id, score, met, missed, unknown, at)
            {judged.text} and a.id = any(%s::bigint[]) and not exists (
                select 1 from accounts_contract c
                where c.workspace_id = a.workspace_id and c.account_id = a.id and c.starts_on < %s
            )
            on conflict do nothing
            """,  # noqa: S608  our own words; what people wrote is bound
            [*judged.params, array_of(account_ids), day_of(at - SIGNED_LATELY)],
        )
        return int(cursor.rowcount)


def _judged(at: datetime, fields: Mapping[str, Field] | None = None) -> Sql | None:
    """A select of fits, open at its end; None without criteria.

    The score is the weight of what is met in the weight of what is known, and null where nothing is. A criterion
    whose field has gone is unknown.
    """
    criteria = list(queries.criteria())
    if not criteria:
        return None
    fields = registry.catalogue() if fields is None else fields
    today = day_of(at)
    rows = []
    for one in criteria:
        group = conditions.read(one.conditions)
        is_sound = not conditions.check(group, fields, with_choices=False)
        met = verdict(group, fields, today=today) if is_sound else Sql("null::boolean")
        rows.append(Sql(f"(%s::bigint, %s::int, {met.text})", (one.pk, one.weight, *met.params)))
    values = ", ".join(row.text for row in rows)
    text = f"""
        select a.workspace_id, a.id, case when j.known > 0 then round(100.0 * j.good / j.known)::smallint end,
            j.met, j.missed, j.unknown, %s
        from accounts_account a cross join lateral (
            select coalesce(sum(v.weight) filter (where v.is_met), 0) as good,
                sum(v.weight) filter (where v.is_met is not null) as known,
                coalesce(array_agg(v.id) filter (where v.is_met), '{{}}') as met,
                coalesce(array_agg(v.id) filter (where not v.is_met), '{{}}') as missed,
                coalesce(array_agg(v.id) filter (where v.is_met is null), '{{}}') as unknown
            from (values {values}) as v(id, weight, is_met)
        ) j
        where a.workspace_id = %s"""  # noqa: S608  our own words; what people wrote is bound
    params = (at, *(one for row in rows for one in row.params), tenancy.current_id())
    return Sql(text, params)
