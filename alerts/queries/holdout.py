"""What became of accounts whose alerts were told, and of those whose alerts kept silent."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from accounts.stages import Stage
from alerts.holdout import DAYS, Comparison, Group
from workspaces import tenancy


def holdout(at: datetime) -> Comparison:
    """Both groups, in one statement: accounts by their first alert that took part, and who of them had left.

    Left is: moved to churn within 90 days of the alert. Disappointment does not count, as a told alert brings it.
    """
    values: dict[str, Any] = {
        "workspace": tenancy.current_id(), "horizon": timedelta(days=DAYS), "at": at, "churn": Stage.CHURN,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_GROUPS, values)
        (told, told_gone, held_out, held_out_gone, waiting) = cursor.fetchone()
    return Comparison(Group(told, told_gone), Group(held_out, held_out_gone), waiting)


_GROUPS = """
    with first as (
        select distinct on (l.account_id) l.account_id, l.opened_at, l.is_held_out,
            l.opened_at <= %(at)s - %(horizon)s as is_judged
        from alerts_alert l
        where l.workspace_id = %(workspace)s and l.holdout_share is not null and l.opened_at <= %(at)s
        order by l.account_id, l.opened_at, l.id
    ), judged as (
        select f.is_held_out, f.is_judged, f.is_judged and exists (
            select from journeys_stagemove s where s.workspace_id = %(workspace)s and s.account_id = f.account_id
              and s.to_stage = %(churn)s and s.at > f.opened_at and s.at <= f.opened_at + %(horizon)s) as has_left
        from first f
    )
    select count(*) filter (where is_judged and not is_held_out), count(*) filter (where has_left and not is_held_out),
        count(*) filter (where is_judged and is_held_out), count(*) filter (where has_left and is_held_out),
        count(*) filter (where not is_judged)
    from judged
"""
