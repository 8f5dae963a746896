"""Batches of readings through the API, against COPY of the same rows into a table with the same key.

Every batch goes through the whole middleware, by token, is checked, written and committed. `insert`: days that are new,
against a COPY in which nothing conflicts. `update`: the same days with other numbers, against a COPY into a temporary
table and an upsert in which every row conflicts.
"""

import io
import json
import os
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connections, transaction  # noqa: E402
from django.test import Client  # noqa: E402

from accounts.actions import metrics as metric_actions  # noqa: E402
from accounts.models import Account  # noqa: E402
from bench import report  # noqa: E402
from lib.time import now  # noqa: E402
from workspaces import actions as workspace_actions  # noqa: E402
from workspaces import tenancy  # noqa: E402

NAME = "Bench ingest"
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "15"))
SIZES = (1000, 10_000)
METRICS = [f"metric_{number}" for number in range(10)]
LAST = date(2026, 6, 1)
ADDRESS = "/api/v1/metrics/batch/"
GOAL = 6.0

ACCOUNTS = """
insert into accounts_account (workspace_id, name, domains, tier, industry, currency, created_at, stage, stage_since,
    health_band, health_coverage, custom)
select %(ws)s, 'Customer ' || g, '{}', 'standard', '', 'EUR', %(at)s, 'use', %(at)s, '', 0, '{}'
from generate_series(1, 1000) g;
insert into accounts_externalid (workspace_id, account_id, source, value)
select workspace_id, id, 'crm', 'C-' || lpad(substr(name, 10), 6, '0') from accounts_account where workspace_id = %(ws)s
"""
COLUMNS = "(workspace_id, account_id, metric_id, day, n, total, last)"
UPSERT = f"""
insert into bench_days {COLUMNS} select workspace_id, account_id, metric_id, day, n, total, last from bench_staged
on conflict (workspace_id, account_id, metric_id, day)
do update set n = excluded.n, total = excluded.total, last = excluded.last
"""


class Batches:
    """The same readings, as a program sends them and as COPY takes them; `day` counts back from LAST."""

    def __init__(self, workspace_id: int, ids: dict[str, int], metrics: dict[str, int]) -> None:
        self.workspace_id, self.ids, self.metrics = workspace_id, ids, metrics

    def rows(self, size: int, day: int, factor: int) -> list[tuple[str, str, str, int]]:
        on = (LAST - timedelta(days=day)).isoformat()
        accounts = list(self.ids)[: size // len(METRICS)]
        return [
            (account, metric, on, factor * (7 * place + len(metric) * step) % 997)
            for place, account in enumerate(accounts)
            for step, metric in enumerate(METRICS)
        ]

    def body(self, size: int, day: int, factor: int) -> bytes:
        names = ("account", "metric", "day", "value")
        return json.dumps(
            {"readings": [dict(zip(names, row, strict=True)) for row in self.rows(size, day, factor)]}
        ).encode()

    def text(self, size: int, day: int, factor: int) -> str:
        return "".join(
            f"{self.workspace_id}\t{self.ids[account]}\t{self.metrics[metric]}\t{on}\t1\t{value}\t{value}\n"
            for account, metric, on, value in self.rows(size, day, factor)
        )


def main() -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.API_REQUESTS_A_MINUTE = 10**9  # counted, as always, but never too many
    batches, token = prepare()
    send = sender(token)
    figures: dict[str, Any] = {"rounds": ROUNDS, "goal_ratio": GOAL, "sizes": {}}
    for size in SIZES:
        figures["sizes"][str(size)] = measured(batches, send, size)
    clean_up(batches.workspace_id)
    report.publish(figures)


def prepare() -> tuple[Batches, str]:
    """A workspace of a thousand accounts and ten metrics, without readings, and a token that may write them."""
    at = now()
    with connections["owner"].cursor() as cursor:
        cursor.execute("select id from workspaces_workspace where name = %s", [NAME])
        found = cursor.fetchone()
        workspace_id = found[0] if found else workspace_actions.found_workspace(name=NAME, at=at).pk
        if not found:
            cursor.execute(ACCOUNTS, {"ws": workspace_id, "at": datetime(2026, 1, 1, tzinfo=UTC)})
        cursor.execute("drop table if exists bench_days")
        cursor.execute("create table bench_days (like accounts_metricday including indexes)")
        cursor.execute("analyze accounts_account, accounts_externalid")
    clean_up(workspace_id)
    with tenancy.entered(workspace_id):
        rows = Account.objects.filter(external_ids__source="crm").order_by("pk")
        ids = dict(rows.values_list("external_ids__value", "pk"))
        metrics = {key: metric_actions.define_metric(key=key, name=key, kind="gauge").pk for key in METRICS}
        _, token = workspace_actions.issue_token(name="Bench", scopes=["metrics:write"], at=at, by=None)
    return Batches(workspace_id, ids, metrics), token


def clean_up(workspace_id: int) -> None:
    """Take away what earlier rounds wrote, and the work that they left for nobody."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("delete from accounts_metricday where workspace_id = %s", [workspace_id])
        cursor.execute("delete from outbox_effect where workspace_id = %s", [workspace_id])


def sender(token: str) -> Callable[[bytes, int], None]:
    client, headers = Client(), {"Authorization": f"Bearer {token}"}

    def send(body: bytes, size: int) -> None:
        response = client.generic("POST", ADDRESS, body, "application/json", headers=headers)
        assert response.json() == {"written": size, "refused": []}, response.content[:300]

    return send


def measured(batches: Batches, send: Callable[[bytes, int], None], size: int) -> dict[str, Any]:
    """Medians of `size` readings a call, in microseconds a reading, and their ratios to COPY."""
    times: dict[str, list[float]] = {name: [] for name in ("copy_insert", "api_insert", "copy_update", "api_update")}
    base = SIZES.index(size) * 1000
    for number in range(-2, ROUNDS):  # two rounds to warm up
        day = base + number + 2
        first, second = batches.text(size, day, 1), batches.text(size, day, 2)
        bodies = [batches.body(size, day, factor) for factor in (1, 2)]
        taken = {
            "copy_insert": report.seconds(lambda text=first: copy(text)),
            "api_insert": report.seconds(lambda body=bodies[0]: send(body, size)),
            "copy_update": report.seconds(lambda text=second: copy_staged(text)),
            "api_update": report.seconds(lambda body=bodies[1]: send(body, size)),
        }
        if number >= 0:
            for name, seconds in taken.items():
                times[name].append(seconds)
    middle = {name: report.median(taken) for name, taken in times.items()}
    return {
        "us_a_reading": {name: round(1e6 * value / size, 2) for name, value in middle.items()},
        "ratio_insert": round(middle["api_insert"] / middle["copy_insert"], 2),
        "ratio_update": round(middle["api_update"] / middle["copy_update"], 2),
        "ratio_update_to_plain_copy": round(middle["api_update"] / middle["copy_insert"], 2),
    }


def copy(text: str) -> None:
    with transaction.atomic("owner"), connections["owner"].cursor() as cursor:
        cursor.copy_expert(f"copy bench_days {COLUMNS} from stdin", io.StringIO(text))


def copy_staged(text: str) -> None:
    with transaction.atomic("owner"), connections["owner"].cursor() as cursor:
        cursor.execute("create temp table bench_staged (like bench_days) on commit drop")
        cursor.copy_expert(f"copy bench_staged {COLUMNS} from stdin", io.StringIO(text))
        cursor.execute(UPSERT)


if __name__ == "__main__":
    main()
