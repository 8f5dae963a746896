"""Silence: customers that are asked and do not answer are found every night, and told once."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from accounts.actions import metrics
from accounts.actions.facts import NewFact, record_facts
from accounts.actions.metrics import Reading
from accounts.models import Account, Metric
from lib.time import day_of
from surveys.models import Silence
from workspaces import tenancy

METRIC = "surveys_unanswered"  # a gauge of mails in a row without an answer; 0 on the day when somebody speaks again
LOOKED_AT = timedelta(days=365)
LEAST = 2  # one mail without an answer is nothing
RARE = 0.05

# A mail that reached somebody counts once its time to answer is over. The rate is that of all accounts' mails, kept
# off 0 and 1.
_FIND = """
with mails as materialized (
    select i.account_id, i.contact_id, i.sent_at, i.expires_at <= %(at)s as is_over, a.id is not null as is_answered
    from surveys_invitation i
    left join surveys_answer a on a.workspace_id = i.workspace_id and a.invitation_id = i.id
        and (a.doubt = '' or a.cleared_at is not null)
    where i.workspace_id = %(workspace)s and i.sent_at >= %(since)s and i.sent_at <= %(at)s
        and (i.undelivered_at is null or a.id is not null)
),
rate as (select (count(*) filter (where is_answered) + 1.0) / (count(*) + 2.0) as answers from mails
    where is_over or is_answered),
spoke as (select account_id, max(sent_at) filter (where is_answered) as sent_at from mails group by account_id),
found as (
    select m.account_id, count(*) as unanswered, count(distinct m.contact_id) as people, max(m.sent_at) as asked_at,
        spoke.sent_at as spoke_to
    from mails m join spoke on spoke.account_id = m.account_id
    where m.is_over and not m.is_answered and (spoke.sent_at is null or m.sent_at > spoke.sent_at)
    group by m.account_id, spoke.sent_at
    having count(*) >= %(least)s
),
gone as (
    delete from surveys_silence s where s.workspace_id = %(workspace)s
        and not exists (select 1 from found where found.account_id = s.account_id)
    returning s.account_id, 0 as unanswered
),
kept as (
    insert into surveys_silence as s
        (workspace_id, account_id, unanswered, people, chance, answered_at, asked_at, computed_at)
    select %(workspace)s, found.account_id, unanswered, people, power(1 - rate.answers, unanswered)::float8,
        (select max(a.answered_at) from surveys_answer a
            where a.workspace_id = %(workspace)s and a.account_id = found.account_id
                and found.spoke_to is not null and (a.doubt = '' or a.cleared_at is not null)),
        asked_at, %(at)s
    from found, rate
    on conflict (workspace_id, account_id) do update
    set unanswered = excluded.unanswered, people = excluded.people, chance = excluded.chance,
        answered_at = excluded.answered_at, asked_at = excluded.asked_at, computed_at = excluded.computed_at
    where (s.unanswered, s.people, s.chance, s.answered_at, s.asked_at) is distinct from
        (excluded.unanswered, excluded.people, excluded.chance, excluded.answered_at, excluded.asked_at)
    returning s.account_id, s.unanswered
)
select account_id, unanswered from gone union all select account_id, unanswered from kept
"""


@transaction.atomic
def find_silence(*, at: datetime) -> int:
    """Bring the silent accounts up to date, in one statement; returns how many moved.

    Their metric is written on the days when it moves. The timeline is told once of each silence that chance hardly
    explains.
    """
    told: dict[str, Any] = {"workspace": tenancy.current_id(), "at": at, "since": at - LOOKED_AT, "least": LEAST}
    with connection.cursor() as cursor:
        cursor.execute(_FIND, told)
        moved = cursor.fetchall()
    _measure(moved, at)
    _tell(at)
    return len(moved)


@transaction.atomic
def end_silence(*, account: Account, at: datetime) -> None:
    """Somebody there spoke."""
    gone, _rows = Silence.objects.filter(account=account).delete()
    if gone:
        _measure([(account.pk, 0)], at)


def _measure(moved: list[tuple[int, int]], at: datetime) -> None:
    if moved:
        metric, day = _metric(), day_of(at)
        readings = [Reading(account, metric.pk, day, 1, count, count) for account, count in moved]
        metrics.upsert_readings(readings=readings, at=at)


def _metric() -> Metric:
    return metrics.define_metric(
        key=METRIC, name="Survey mails in a row without an answer", kind=Metric.Kind.GAUGE, good=Metric.Good.DOWN
    )


def _tell(at: datetime) -> None:
    rows = list(Silence.objects.filter(told_at=None, chance__lt=RARE).order_by("pk"))
    facts = [
        NewFact(
            row.account_id,
            "survey.unanswered",
            at,
            {"unanswered": row.unanswered, "people": row.people, "has_answered": row.answered_at is not None},
        )
        for row in rows
    ]
    if facts:
        record_facts(facts=facts, at=at)
        Silence.objects.filter(pk__in=[row.pk for row in rows]).update(told_at=at)
