"""Loyalty and satisfaction: measured anew in sets when something is said or kept, and every night."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction

from accounts import queries as account_queries
from accounts.actions.ranges import enqueue_ranges
from health import attitudes, queries
from lib.time import day_of

CHUNK = 5_000
CHUNK_EFFECT = "health.measure_attitudes_chunk"


@transaction.atomic
def measure(*, account_ids: Iterable[int], at: datetime) -> None:
    """Store how loyal and satisfied these are, as of the UTC day of `at`; in one statement, in the order of ids."""
    ids = sorted(set(account_ids))
    with connection.cursor() as cursor:
        cursor.execute(attitudes.STORE, queries.attitude_parameters(ids, day_of(at), at))


def start_all(*, key: str, at: datetime) -> None:
    """The nightly pass, as one effect a chunk. `key` names the night."""
    enqueue_ranges(kind=CHUNK_EFFECT, key=key, size=CHUNK, at=at)


def measure_range(*, first: int, last: int, at: datetime) -> None:
    """Those with ids in a closed range."""
    measure(account_ids=account_queries.ids_between(first, last), at=at)
