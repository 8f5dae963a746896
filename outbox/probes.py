"""What monitors ask: is the process alive, can it work, how is it doing."""

from collections.abc import Iterator

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from workspaces.roles import wrong_role


def not_ready() -> str:
    """Why this process cannot serve, in a sentence; empty when it can."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return "The database is behind: run manage.py upgrade."
        return wrong_role() or ""
    except DatabaseError as error:
        return f"The database cannot be used: {type(error).__name__}."


class WorkCollector(Collector):
    """The outbox over all workspaces, counted when it is asked for."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        with connection.cursor() as cursor:
            cursor.execute("select queue, state, n, oldest from outbox_load()")
            rows = cursor.fetchall()
        count = GaugeMetricFamily("ninefold_effects", "Effects that are not done.", labels=["queue", "state"])
        age = GaugeMetricFamily(
            "ninefold_effects_oldest_seconds", "How long the oldest has been due.", labels=["queue", "state"]
        )
        for queue, state, n, oldest in rows:
            count.add_metric([queue, state], n)
            age.add_metric([queue, state], oldest)
        yield count
        yield age
