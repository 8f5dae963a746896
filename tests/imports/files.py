"""Files brought in as a person would: received, understood as guessed, checked, confirmed."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from imports import queries
from imports.actions import checking, merging, receiving
from imports.models import Import
from outbox import engine
from outbox.models import Effect
from tests.builders import NOON


def ticking(start: datetime = NOON) -> Iterator[datetime]:
    while True:
        yield start
        start += timedelta(milliseconds=1)


def work(queue: str = "compute") -> int:
    """Do what is due, step after step, as workers would."""
    clock = ticking()
    taken = engine.run_due(queue=queue, clock=lambda: next(clock), until=NOON + timedelta(hours=1))
    assert failures() == [], failures()
    return taken


def received(text: str | bytes, **given: Any) -> Import:
    body = text.encode() if isinstance(text, str) else text
    given = {"file_name": "customers.csv", "chunks": [body], "at": NOON, "by": None, **given}
    return receiving.receive(**given)


def understood(source: Import, **manner: Any) -> Import:
    mapping = manner.pop("mapping", source.mapping)
    system = manner.pop("system", source.source)
    return receiving.understand(
        source=source, mapping=mapping, system=system, manner={**source.manner, **manner}, at=NOON
    )


def checked(text: str | bytes, *, manner: dict[str, Any] | None = None, **given: Any) -> Import:
    source = understood(received(text, **given), **(manner or {}))
    checking.begin_check(source=source, at=NOON)
    work()
    source.refresh_from_db()
    return source


def brought_in(text: str | bytes, *, by: Any = None, **given: Any) -> Import:
    source = checked(text, **given)
    merging.confirm(source=source, at=NOON, by=by)
    work()
    source.refresh_from_db()
    return source


def found(source: Import) -> dict[str, int]:
    """What the check said."""
    return {verdict: n for verdict, n in sorted(queries.totals(source).found.items()) if n}


def written(source: Import) -> dict[str, int]:
    """What became of the rows."""
    return {verdict: n for verdict, n in sorted(queries.totals(source).written.items()) if n}


def refusals(source: Import) -> list[tuple[int, str]]:
    """(row, why) of what the check refused."""
    rows = []
    for part in queries.parts(source):
        rows += [(row, code) for row, _, code, _ in part.misread]
        rows += [(row, code) for row, code in part.refused]
    return sorted(rows)


def failures() -> list[str]:
    """What went wrong in the background."""
    return list(Effect.objects.exclude(last_error="").values_list("last_error", flat=True))
