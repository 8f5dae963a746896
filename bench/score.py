"""The full rescore against one hand-written statement over the same rows, and against a loop over accounts."""

import os
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime, timedelta
from multiprocessing import get_context
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import connections  # noqa: E402

from accounts.models import Account, Contract, Metric, MetricDay, Ticket  # noqa: E402
from bench import data, report  # noqa: E402
from health import scoring  # noqa: E402
from health.actions import scores  # noqa: E402
from lib.time import today  # noqa: E402
from workspaces import tenancy  # noqa: E402

ACCOUNTS = int(os.environ.get("BENCH_ACCOUNTS", "100000"))
SAMPLE = 200
PROCESSES = 2

# The same five parts by somebody who needs the number only: no parts, no sentences, nothing stored, one pass.
STATEMENT = """
with usage as (
    select account_id,
        count(*) filter (where metric_id = %(key_actions)s and day <= %(mid)s) as n_before,
        coalesce(sum(total) filter (where metric_id = %(key_actions)s and day > %(mid)s), 0) as last28,
        sum(total) filter (where metric_id = %(key_actions)s and day <= %(mid)s) as before28,
        min(day) filter (where metric_id = %(key_actions)s) as first_on,
        avg(last) filter (where metric_id = %(seats_used)s and day > %(day)s - 14) as used
    from accounts_metricday
    where workspace_id = %(workspace)s and metric_id in (%(key_actions)s, %(seats_used)s)
      and day > %(mid)s - 28 and day <= %(day)s
    group by account_id
),
voice as (
    select account_id, sum(n * w) as weight, sum(n * w * 100 * greatest(0, (total / n - 25) / 75)) as total
    from (
        select account_id, n, total, power(0.5::float8, (%(day)s - day) / 60::float8) as w
        from accounts_metricday
        where workspace_id = %(workspace)s and metric_id = %(csat)s and day > %(day)s - 365 and day <= %(day)s
    ) r
    group by account_id
),
talk as (
    select account_id, max(day) as last_on
    from accounts_metricday
    where workspace_id = %(workspace)s and metric_id = %(touchpoints_two_way)s and day <= %(day)s and total > 0
    group by account_id
),
seats as (
    select account_id, sum(seats)::float8 as seats
    from accounts_contract
    where workspace_id = %(workspace)s and starts_on <= %(day)s and ends_on > %(day)s and seats > 0
    group by account_id
),
cases as (
    select account_id, count(*) filter (where opened_at >= %(day)s - 29) as opened,
        count(*) filter (where opened_at < %(day)s - 7 and (closed_at is null or closed_at >= %(day)s + 1)) as waiting
    from accounts_ticket
    where workspace_id = %(workspace)s and opened_at < %(day)s + 1
    group by account_id
),
valued as (
    select case when n_before > 0 then 100 * greatest(0, least(1, (ln((last28 + 1) / (before28 * case
            when first_on > %(mid)s - 21 then 28::float8 / greatest(1, %(mid)s - first_on + 1) else 1 end + 1))
            + 0.7::float8) / 0.9::float8)) end as v1,
        case when seats is not null and used is not null then 100 * least(1, used / seats) end as v2,
        100::float8 - 40 * least(1::float8, 100::float8 * coalesce(opened, 0)
            / greatest(coalesce(seats, 50::float8), 25::float8) / 20) - least(40, 10 * coalesce(waiting, 0)) as v3,
        voice.weight, voice.total,
        100 * power(0.5::float8, (%(day)s - last_on) / 45::float8) as v5
    from accounts_account a
    left join usage on usage.account_id = a.id
    left join voice on voice.account_id = a.id
    left join talk on talk.account_id = a.id
    left join seats on seats.account_id = a.id
    left join cases on cases.account_id = a.id
    where a.workspace_id = %(workspace)s
),
rested as (
    select valued.*,
        30 * (v1 is not null)::int + 15 * (v2 is not null)::int + 15 + 15 * (v5 is not null)::int as others,
        30 * coalesce(v1, 0) + 15 * coalesce(v2, 0) + 15 * v3 + 15 * coalesce(v5, 0) as points
    from valued
)
select count(*), sum(round(10 * (case when weight is null then points / others
    else (points + 25 * (total + 2 * points / others) / (weight + 2)) / (others + 25) end)) / 10)
from rested
"""


def statement(workspace_id: int, metrics: dict[str, int], day: date) -> tuple[int, float]:
    """(accounts, sum of scores) by the hand-written statement, as the owner: not even policies to pass."""
    values = {"workspace": workspace_id, "day": day, "mid": day - timedelta(days=28), **metrics}
    with connections["owner"].cursor() as cursor:
        cursor.execute("set time zone 'UTC'")
        cursor.execute(STATEMENT, values)
        count, total = cursor.fetchone()
    return int(count), float(total)


class Night:
    """What runs every night: an effect a chunk of accounts, taken by the two processes of a worker.

    The processes are started before anything is timed, as a worker's are. The statement has one connection and gains
    nothing from parallel workers here, so `ratio_one_process` is the comparison of like with like.
    """

    def __init__(self, workspace_id: int) -> None:
        self.workspace_id = workspace_id
        with tenancy.entered(workspace_id):
            ids = list(Account.objects.order_by("pk").values_list("pk", flat=True))
        chunks = [ids[start : start + scoring.CHUNK] for start in range(0, len(ids), scoring.CHUNK)]
        self.ranges = [(chunk[0], chunk[-1]) for chunk in chunks]
        self.pool = ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn"))
        list(self.pool.map(time.sleep, [1.0] * PROCESSES))

    def rescore(self, day: date) -> None:
        at = datetime.combine(day, datetime.min.time(), UTC)
        list(self.pool.map(rescore_range, [(self.workspace_id, first, last, at) for first, last in self.ranges]))


def one_process(workspace_id: int, day: date) -> None:
    """The same accounts and day again, by one connection, as the statement has."""
    with tenancy.entered(workspace_id):
        scores.rescore_all(day=day, at=datetime.combine(day, datetime.min.time(), UTC))


def rescore_range(work: tuple[int, int, int, datetime]) -> None:
    """One chunk, in a process of the pool."""
    workspace_id, first, last, at = work
    with tenancy.entered(workspace_id):
        scores.rescore_range(first=first, last=last, at=at)


def loop(workspace_id: int, day: date) -> None:
    """What one writes first: a handful of queries an account."""
    with tenancy.entered(workspace_id):
        metrics = {metric.key: metric for metric in Metric.objects.all()}
        for account in Account.objects.order_by("pk")[:SAMPLE]:
            _score_one(account, metrics, day)


def _score_one(account: Account, metrics: dict[str, Metric], day: date) -> list[Any]:
    def days(key: str, since: date, until: date) -> list[MetricDay]:
        rows = MetricDay.objects.filter(account=account, metric=metrics[key], day__gt=since, day__lte=until)
        return list(rows.order_by("day"))

    month = timedelta(days=28)
    return [
        sum(row.total for row in days("key_actions", day - month, day)),
        sum(row.total for row in days("key_actions", day - 2 * month, day - month)),
        [row.last for row in days("seats_used", day - timedelta(days=14), day)],
        [(row.day, row.n, row.total) for row in days("csat", day - timedelta(days=365), day)],
        [row.day for row in days("touchpoints_two_way", day - timedelta(days=365), day)][-1:],
        [contract.seats for contract in Contract.objects.filter(account=account).current(day)],
        Ticket.objects.filter(account=account, opened_at__date__gt=day - timedelta(days=30)).count(),
        Ticket.objects.filter(account=account).open().count(),
    ]


def stored_sum(workspace_id: int, day: date) -> tuple[int, float]:
    """(accounts, sum of scores) as the product stored them."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select count(*), sum(score) from health_healthscore where workspace_id = %s and day = %s",
            [workspace_id, day],
        )
        count, total = cursor.fetchone()
    return int(count), float(total)


def main() -> None:
    last = today()
    workspace_id = data.ensure(ACCOUNTS, last)
    with tenancy.entered(workspace_id):
        metrics = {metric.key: metric.pk for metric in Metric.objects.all()}
    with connections["owner"].cursor() as cursor:
        cursor.execute("delete from health_healthscore where workspace_id = %s", [workspace_id])
    days = [last - timedelta(days=ago) for ago in (3, 2, 1, 0)]
    night = Night(workspace_id)
    night.rescore(days[0])  # fills the columns of the accounts, once
    times: dict[str, list[float]] = {"statement": [], "new_day": [], "same_day": [], "one_process": [], "loop": []}
    for day in days[1:]:
        times["statement"].append(report.seconds(lambda day=day: statement(workspace_id, metrics, day)))
        times["new_day"].append(report.seconds(lambda day=day: night.rescore(day)))
        times["same_day"].append(report.seconds(lambda day=day: night.rescore(day)))
        times["one_process"].append(report.seconds(lambda day=day: one_process(workspace_id, day)))
        times["loop"].append(report.seconds(lambda day=day: loop(workspace_id, day)))
    limit = report.median(times["statement"])
    by_hand, ours = statement(workspace_id, metrics, last), stored_sum(workspace_id, last)
    report.publish(
        {
            "accounts": ACCOUNTS,
            "metric_day_rows": data.count_rows(workspace_id),
            "seconds": {name: round(report.median(taken), 3) for name, taken in times.items()},
            "ratio_new_day": round(report.median(times["new_day"]) / limit, 2),
            "ratio_same_day": round(report.median(times["same_day"]) / limit, 2),
            "ratio_one_process": round(report.median(times["one_process"]) / limit, 2),
            "ratio_loop_per_account": round(report.median(times["loop"]) / SAMPLE * ACCOUNTS / limit, 1),
            "goal_ratio": 2.0,
            "sum_of_scores": {"statement": round(by_hand[1], 1), "product": round(ours[1], 1)},
            "accounts_scored": {"statement": by_hand[0], "product": ours[0]},
        }
    )


if __name__ == "__main__":
    main()
