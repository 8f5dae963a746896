"""The full rescore against hand-written statements over the same rows, and against a loop over accounts."""

import gc
import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime, timedelta
from multiprocessing import get_context
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import connection, connections, transaction  # noqa: E402

from accounts import queries as account_queries  # noqa: E402
from accounts.models import Account  # noqa: E402
from bench import data, frames, report, score_sql  # noqa: E402
from bench.frame_formulas import Shared  # noqa: E402
from bench.loop import Loop  # noqa: E402
from health import queries, scoring  # noqa: E402
from health.actions import scores  # noqa: E402
from health.parts import PARTS  # noqa: E402
from lib.time import today  # noqa: E402
from workspaces import tenancy  # noqa: E402

ACCOUNTS = int(os.environ.get("BENCH_ACCOUNTS", "100000"))
SAMPLE = 500
ONE_IN = 100  # accounts to which something happened
PROCESSES = 2
ROUNDED = 0.0501  # a score is stored to the tenth
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))

UPDATE_OF_ACCOUNTS = "update accounts_account"


class ByHand:
    """The hand-written statements, one connection and one process, as the owner: not even policies to pass.

    Without parallel workers, which made them slower on two cores (8.6 s against 4.9 s, measured).
    """

    def __init__(self, workspace_id: int) -> None:
        self.workspace_id = workspace_id
        self.run("set time zone 'UTC'; set max_parallel_workers_per_gather = 0")
        self.run(score_sql.TABLES)

    def run(self, sql: str, day: date | None = None) -> Any:
        values = day and self._values(day)
        with connections["owner"].cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchone() if cursor.description else None

    def _values(self, day: date) -> dict[str, Any]:
        """What the product's own statement is told."""
        with tenancy.entered(self.workspace_id):
            return scoring.parameters(
                workspace_id=self.workspace_id,
                account_ids=[],
                day=day,
                at=midnight(day),
                profiles=queries.scored_by(),
                typical=queries.typical(),
                metric_ids=queries.metric_ids(day),
                sources=queries.sources(day),
                is_current=True,
            )

    def compute(self, day: date) -> tuple[int, float]:
        """(accounts, sum of scores)."""
        count, total, _numbers = self.run(score_sql.COMPUTE_ONLY, day)
        return int(count), float(total)

    def take_over(self) -> None:
        """Begin with the accounts as the product left them, and no scores."""
        self.run("truncate bench_account, bench_score")
        self.run(score_sql.COPY_ACCOUNTS, today())
        self.run("vacuum analyze bench_account")

    def write(self, day: date) -> None:
        self.run(score_sql.WRITING_THE_SAME, day)

    def different(self, day: date) -> int:
        """How many rows differ between what `write` and the product stored."""
        return int(self.run(score_sql.DIFFERENT, day)[0]) + int(self.run(score_sql.ACCOUNTS_DIFFERENT, day)[0])


def midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), UTC)


class Night:
    """What runs every night: an effect a chunk of accounts, taken by the two processes of a worker.

    The processes are started before anything is timed, as a worker's are. The statements have one connection, so
    the comparison of like with like is `one_process`.
    """

    def __init__(self, workspace_id: int) -> None:
        self.workspace_id = workspace_id
        with tenancy.entered(workspace_id):
            self.ranges = account_queries.id_ranges(scores.chunk())
        self.pool = ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn"), initializer=gc.freeze)
        list(self.pool.map(time.sleep, [1.0] * PROCESSES))

    def rescore(self, day: date) -> None:
        at = midnight(day)
        list(self.pool.map(rescore_range, [(self.workspace_id, first, last, at) for first, last in self.ranges]))
        with tenancy.entered(self.workspace_id):
            scores.sum_up(day=day)


class OneProcess:
    """The same rescore by one connection, as the statements have. Knows what updating the accounts took."""

    def __init__(self, workspace_id: int) -> None:
        self.workspace_id = workspace_id
        self.updating: list[float] = []
        with tenancy.entered(workspace_id):
            self.some = list(Account.objects.order_by("pk").values_list("pk", flat=True)[::ONE_IN])

    def rescore(self, day: date) -> None:
        self.updating.append(0.0)
        with connection.execute_wrapper(self._watch), tenancy.entered(self.workspace_id):
            scores.rescore_all(day=day, at=midnight(day))

    def rescore_some(self, day: date) -> None:
        """The accounts to which something happened, by one connection, on a day nobody was scored for."""
        with tenancy.entered(self.workspace_id):
            scores.rescore(account_ids=self.some, day=day, at=midnight(day))

    def _watch(self, execute: Any, sql: str, *rest: Any) -> Any:
        began = time.perf_counter()
        result = execute(sql, *rest)
        if sql.lstrip().startswith(UPDATE_OF_ACCOUNTS):
            self.updating[-1] += time.perf_counter() - began
        return result


def rescore_range(work: tuple[int, int, int, datetime]) -> None:
    """One chunk, in a process of the pool."""
    workspace_id, first, last, at = work
    with tenancy.entered(workspace_id):
        scores.rescore_range(first=first, last=last, at=at)


def loop(workspace_id: int, day: date) -> list[tuple[int, float | None]]:
    """What one writes first, on some accounts; returns each with its score. Taken back: the product has scored them."""
    with tenancy.entered(workspace_id), transaction.atomic():
        one_by_one = Loop(day, queries.sources(day))
        found = [(account.pk, one_by_one.score(account)) for account in Account.objects.order_by("pk")[:SAMPLE]]
        transaction.set_rollback(True)
    return found


def stored_scores(workspace_id: int, day: date) -> dict[int, float]:
    """The scores as the product stored them, by account."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(score_sql.STANDING, {"workspace": workspace_id, "day": day})
        return {account_id: float(score) for account_id, score, *_ in cursor.fetchall()}


def count_different(theirs: Iterable[tuple[int, float | None]], ours: Mapping[int, float]) -> int:
    """How many scores of others are not ours; theirs are not rounded."""
    return sum(score is None or not abs(ours[account_id] - score) < ROUNDED for account_id, score in theirs)


def shared_with_frames(workspace_id: int, day: date) -> Shared:
    with tenancy.entered(workspace_id):
        typical, sources = queries.typical(), queries.sources(day)
        profiles = [(row.stages or (), row.weights) for row in queries.scored_by()]
    asked = [part for part in PARTS if sources.parts[part]]
    return Shared(typical.depth if typical else None, asked, profiles)


def prepare(workspace_id: int, night: Night, first: date) -> None:
    """No scores but those of one day, and the accounts' columns filled by it."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("delete from health_healthscore where workspace_id = %s", [workspace_id])
        night.rescore(first)
        cursor.execute("vacuum analyze health_healthscore, health_staleaccount, accounts_account, alerts_alert")


def measure(workspace_id: int, by_hand: ByHand, last: date) -> dict[str, Any]:
    """Times by name: in every round the statements, then two days that were never scored, each of them twice."""
    night, one = Night(workspace_id), OneProcess(workspace_id)
    prepare(workspace_id, night, last - timedelta(days=2 * ROUNDS))
    times: dict[str, list[float]] = defaultdict(list)
    different: dict[str, int] = defaultdict(int)
    libraries = frames.libraries()

    def timed(name: str, work: Callable[[date], Any], day: date) -> None:
        times[name].append(report.seconds(lambda: work(day)))

    for number in reversed(range(ROUNDS)):
        ours, theirs = (last - timedelta(days=2 * number + ago) for ago in (0, 1))
        timed("one_percent_new_day", one.rescore_some, theirs)
        timed("two_processes_new_day", night.rescore, theirs)
        timed("two_processes_same_day", night.rescore, theirs)
        others: dict[str, list[tuple[int, float | None]]] = {}
        for name, run in libraries.items():
            by_hand.take_over()  # all begin the new day with the same accounts
            began = time.perf_counter()
            others[name] = list(run(workspace_id, ours, shared_with_frames(workspace_id, ours)).items())
            times[name].append(time.perf_counter() - began)
        by_hand.take_over()
        timed("compute_only", by_hand.compute, ours)
        timed("one_process_new_day", one.rescore, ours)
        times["updating_accounts_on_a_new_day"].append(one.updating[-1])
        timed("writing_the_same", by_hand.write, ours)
        timed("one_process_same_day", one.rescore, ours)
        began = time.perf_counter()
        others["loop"] = loop(workspace_id, ours)
        times["loop"].append(time.perf_counter() - began)
        stored = stored_scores(workspace_id, ours)
        different["statement"] += by_hand.different(ours)
        for name, found in others.items():
            different[name] += count_different(found, stored)
    return {"seconds": {name: report.median(taken) for name, taken in times.items()}, "different": dict(different)}


def main() -> None:
    gc.freeze()  # as a worker does
    last = today()
    workspace_id = data.ensure(ACCOUNTS, last)
    by_hand = ByHand(workspace_id)
    found = measure(workspace_id, by_hand, last)
    seconds = found["seconds"]
    ways = ["one_process_new_day", "one_process_same_day", "two_processes_new_day", "two_processes_same_day"]

    def ratios(limit: str) -> dict[str, float]:
        return {way: round(seconds[way] / seconds[limit], 2) for way in ways}

    hand, ours = by_hand.compute(last), stored_scores(workspace_id, last)
    framed = [name for name in ("pandas", "polars") if name in seconds]
    report.publish(
        {
            "accounts": ACCOUNTS,
            "metric_day_rows": data.count_rows(workspace_id),
            "rounds": ROUNDS,
            "seconds": {name: round(taken, 3) for name, taken in seconds.items()},
            "ratio_writing_the_same": ratios("writing_the_same"),
            "ratio_compute_only": ratios("compute_only"),
            "ratio_loop_per_account": round(seconds["loop"] / SAMPLE * ACCOUNTS / seconds["two_processes_new_day"], 1),
            "ratio_one_percent": round(seconds["one_percent_new_day"] / seconds["one_process_new_day"], 4),
            "frames": framed or frames.HOW,
            "ratio_frames": {way: {name: round(seconds[name] / seconds[way], 2) for name in framed} for way in ways},
            "microseconds_an_account": round(seconds["two_processes_new_day"] / ACCOUNTS * 1e6, 1),
            "goals": {
                "ratio_writing_the_same": 0.5,
                "ratio_loop_per_account": 500,
                "ratio_one_percent": 0.05,
                "ratio_frames": 2,
            },
            "rows_different": found["different"],
            "sum_of_scores": {"statement": round(hand[1], 1), "product": round(sum(ours.values()), 1)},
            "accounts_scored": {"statement": hand[0], "product": len(ours)},
        }
    )
    by_hand.run("drop table bench_score, bench_account")


if __name__ == "__main__":
    main()
