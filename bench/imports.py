"""200,000 accounts from a CSV file, to the last index, against bare COPYs of the same rows; and what it takes of RAM.

Each import runs in an empty workspace of a database of its own, from the stored file: read, checked, staged through
COPY, merged in sets, with ids, facts and all indexes. The limits are COPYs by the tables' owner, past policies:
`copy` into a plain table without an index or a key, `copy_account` into a table with the indexes and keys that
accounts have, which is what the database asks for these rows however they come.
"""

import atexit
import csv
import io
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2

ROWS = int(os.environ.get("BENCH_IMPORT_ROWS", "200000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
HEADERS = ["Record ID", "Company name", "Company Domain Name", "Tier", "Industry", "ARR", "Currency", "Stage"]
WORDS = (
    "Alder Birch Cedar Dogwood Elm Fir Ginkgo Hazel Ironwood Juniper Kapok Larch Maple Nutmeg Oak Pine Quince Rowan"
    " Spruce Teak"
).split()


def _own_database() -> None:
    """Point the settings at a new database beside the one we were given; deleted when this process ends."""
    admin = psycopg2.connect(os.environ["DATABASE_OWNER_URL"])
    admin.autocommit = True
    name = f"bench_import_{os.getpid()}"
    with admin.cursor() as cursor:
        cursor.execute(f"create database {name}")
    for variable in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        os.environ[variable] = urlunsplit(urlsplit(os.environ[variable])._replace(path=f"/{name}"))
    atexit.register(_drop, admin, name)


def _drop(admin: Any, name: str) -> None:
    """Again while a vacuum of the server's own is at work there, which no role of ours may end."""
    connections.close_all()
    for _ in range(100):
        with suppress(psycopg2.Error), admin.cursor() as cursor:
            cursor.execute(f"drop database {name} with (force)")
            return
        time.sleep(0.2)


if __name__ == "__main__" and sys.argv[1] != "--memory":  # which is in the other's database
    _own_database()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402

from accounts.models import Account, ExternalId, Fact  # noqa: E402
from bench import report  # noqa: E402
from imports.actions import checking, merging, receiving  # noqa: E402
from imports.models import Import  # noqa: E402
from lib.time import now  # noqa: E402
from outbox import engine  # noqa: E402
from outbox.registry import handlers  # noqa: E402
from workspaces import actions as workspace_actions  # noqa: E402
from workspaces import tenancy  # noqa: E402

STEPS = (checking.READ, checking.CHECK, merging.MERGE, merging.LINK)


def rows() -> Iterator[list[str]]:
    for n in range(ROWS):
        name = f"{WORDS[n % 20]} {WORDS[n // 20 % 20]} Logistics {n}"
        tier, industry = ("strategic", "growth", "standard")[n % 3], ("Logistics", "Retail", "Health care")[n % 3]
        stage = ("use", "delivery", "loyalty")[n % 3]
        yield [f"7{n:09d}", name, f"customer{n}.example", tier, industry, f"{1000 + n * 37 % 90000}.00", "EUR", stage]


def as_csv() -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADERS)
    writer.writerows(rows())
    return out.getvalue().encode()


def plain(body: bytes) -> float:
    """COPY of the file into a table without index or key."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("drop table if exists bench_plain")
        cursor.execute(
            "create table bench_plain (record_id text, name text, domain text, tier text, industry text, arr numeric,"
            " currency text, stage text)"
        )
        return report.seconds(
            lambda: cursor.copy_expert("copy bench_plain from stdin with (format csv, header)", io.BytesIO(body))
        )


def like_accounts(workspace_id: int) -> float:
    """COPY of the rows as they will be stored into a table with accounts' indexes, checks and keys."""
    out = io.StringIO()
    at = now().isoformat()
    for n, (_, name, domain, tier, industry, arr, currency, stage) in enumerate(rows(), start=1):
        minor = arr.replace(".", "")
        out.write(
            f"{n}\t{workspace_id}\t{name}\t{{{domain}}}\t{tier}\t{industry}\t{minor}\t{currency}\t{at}\t{stage}\t{at}\t\t0\t{{}}\n"
        )
    out.seek(0)
    names = (
        "id, workspace_id, name, domains, tier, industry, arr_minor, currency, created_at, stage, stage_since,"
        " health_band, health_coverage, custom"
    )
    with connections["owner"].cursor() as cursor:
        cursor.execute("drop table if exists bench_account")
        cursor.execute("create table bench_account (like accounts_account including all)")
        cursor.execute(
            "alter table bench_account add foreign key (workspace_id) references workspaces_workspace,"
            " add foreign key (owner_id) references workspaces_member,"
            " add foreign key (parent_id) references bench_account"
        )
        taken = report.seconds(lambda: cursor.copy_expert(f"copy bench_account ({names}) from stdin", out))
        cursor.execute("drop table bench_account")
    return taken


class Round:
    """One workspace with one stored file."""

    def __init__(self, body: bytes) -> None:
        _empty()
        self.workspace_id: int = workspace_actions.found_workspace(name="Bench import", at=now()).pk
        with tenancy.entered(self.workspace_id):
            chunks = [body[start : start + 65_536] for start in range(0, len(body), 65_536)]
            source = receiving.receive(file_name="bench.csv", chunks=chunks, at=now(), by=None)
            self.source = receiving.understand(
                source=source, mapping=source.mapping, system=source.source, manner=source.manner, at=now()
            )

    def check(self) -> float:
        with tenancy.entered(self.workspace_id):
            checking.begin_check(source=self.source, at=now())
        return report.seconds(_work)

    def commit(self) -> float:
        with tenancy.entered(self.workspace_id):
            merging.confirm(source=self.source, at=now(), by=None)
        return report.seconds(_work)

    def verify(self) -> None:
        with tenancy.entered(self.workspace_id):
            assert Import.objects.get(pk=self.source.pk).done_at is not None
            assert Account.objects.count() == ExternalId.objects.count() == Fact.objects.count() == ROWS


def _work() -> None:
    """The steps of an import as a worker takes them; scores, which follow, are measured by another benchmark."""
    while engine.run_due(queue="compute", clock=now, until=now() + timedelta(minutes=10)):
        pass


def _empty() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("truncate workspaces_workspace cascade")
        cursor.execute("vacuum")
        cursor.execute("checkpoint") if _may_checkpoint(cursor) else None


def _may_checkpoint(cursor: Any) -> bool:
    cursor.execute("select pg_has_role('pg_checkpoint', 'member')")
    return bool(cursor.fetchone()[0])


def in_memory(body: bytes) -> dict[str, float]:
    """What a fresh process grows by while it brings in a file of 20 MB: at the peak, in MB."""
    test = Path(sys.argv[1]).with_suffix(".csv")
    test.write_bytes(body)
    try:
        argv = [sys.executable, "-m", "bench.imports", "--memory", str(test)]
        told = subprocess.run(argv, check=True, capture_output=True, text=True).stdout
    finally:
        test.unlink()
    before, peak = map(float, told.split()[-2:])
    return {"before_mb": round(before), "peak_mb": round(peak), "grown_mb": round(peak - before), "goal_mb": 150}


def measure_memory(path: str) -> None:
    """In the process that is measured: a small file first, so that everything is loaded, then the large one."""
    small = Round(as_csv()[:20_000].rpartition(b"\n")[0] + b"\n")
    small.check(), small.commit()
    Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here: a fork's begins with its parent's
    before = _resident("VmRSS")
    one = Round(Path(path).read_bytes())
    one.check(), one.commit()
    print(before, _resident("VmHWM"))


def _resident(kind: str) -> float:
    """`VmRSS`: memory in use now; `VmHWM`: the most there was. In MB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{kind}:"))


def _only_steps() -> None:
    """Leave scoring and the rest that follows in the outbox: it is done later, by whoever is free."""
    for kind in list(handlers):
        if kind not in STEPS:
            handlers[kind] = replace(handlers[kind], queue="later")


def twenty_megabytes() -> bytes:
    """A file at the limit, with as long a column that is left out as it takes."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([*HEADERS, "Notes"])
    note = "x" * max(0, (20 * 1024 * 1024 - len(as_csv())) // ROWS - 2)
    writer.writerows([*row, note] for row in rows())
    return out.getvalue().encode()


def main() -> None:
    call_command("upgrade", verbosity=0)
    body = as_csv()
    times: dict[str, list[float]] = {"copy": [], "copy_account": [], "check": [], "commit": []}
    for _ in range(ROUNDS):
        one = Round(body)
        times["copy"].append(plain(body))
        times["copy_account"].append(like_accounts(one.workspace_id))
        times["check"].append(one.check())
        times["commit"].append(one.commit())
        one.verify()
    median = {name: report.median(taken) for name, taken in times.items()}
    whole = median["check"] + median["commit"]
    report.publish(
        {
            "rows": ROWS,
            "file_mb": round(len(body) / 1024 / 1024, 1),
            "seconds": {name: round(value, 2) for name, value in median.items()},
            "seconds_whole": round(whole, 2),
            "ratio_to_copy": round(whole / median["copy"], 1),
            "ratio_to_copy_into_accounts": round(whole / median["copy_account"], 2),
            "ratio_commit_to_copy_into_accounts": round(median["commit"] / median["copy_account"], 2),
            "goal_ratio": 5.0,
            "memory": in_memory(twenty_megabytes()),
        }
    )


if __name__ == "__main__":
    _only_steps()
    if sys.argv[1] == "--memory":
        measure_memory(sys.argv[2])
    else:
        main()
