"""What became of accounts whose alerts were told, and of those whose alerts kept silent."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from alerts import registry
from alerts.holdout import Comparison, Group
from alerts.registry import Leaving
from workspaces import tenancy


def leaving() -> Leaving:
    """What counts as having left, and within how long: the same as of the risk that is shown."""
    return registry.leaving[0]()


def holdout(at: datetime) -> Comparison:
    """Both groups, in one statement: accounts by their first alert that took part, and who of them had left.

    Left is what `leaving` says, from the alert on. Disappointment does not count, as a told alert brings it.
    """
    means = leaving()
    values: dict[str, Any] = {
        "workspace": tenancy.current_id(), "settled": at - timedelta(days=means.settled_days), "now": at,
        **means.values,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_GROUPS.format(gone=means.sql), values)
        (told, told_gone, held_out, held_out_gone, waiting) = cursor.fetchone()
    return Comparison(Group(told, told_gone), Group(held_out, held_out_gone), waiting)


_GROUPS = """
    with asked as (
        select distinct on (l.account_id) l.account_id as id, l.opened_at as at, l.is_held_out
        from alerts_alert l
        where l.workspace_id = %(workspace)s and l.holdout_share is not null and l.opened_at <= %(now)s
        order by l.account_id, l.opened_at, l.id
    ), gone as ({gone}), judged as (
        select asked.is_held_out, asked.at <= %(settled)s as is_judged,
            asked.at <= %(settled)s and gone.id is not null as has_left
        from asked left join gone on gone.id = asked.id
    )
    select count(*) filter (where is_judged and not is_held_out), count(*) filter (where has_left and not is_held_out),
        count(*) filter (where is_judged and is_held_out), count(*) filter (where has_left and is_held_out),
        count(*) filter (where not is_judged)
    from judged
"""
