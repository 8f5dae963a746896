"""Loyalty and satisfaction: measured anew in sets when something is said or kept, and every night."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction

from accounts.models import Account
from health import attitudes, queries
from lib.time import day_of
from outbox import actions as outbox_actions

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
    ids = list(Account.objects.order_by("pk").values_list("pk", flat=True))
    chunks = [ids[first : first + CHUNK] for first in range(0, len(ids), CHUNK)]
    outbox_actions.enqueue_many(
        kind=CHUNK_EFFECT,
        items=[(f"{key}:{chunk[0]}", {"first": chunk[0], "last": chunk[-1]}) for chunk in chunks],
        at=at,
    )


def measure_range(*, first: int, last: int, at: datetime) -> None:
    """Those with ids in a closed range."""
    measure(account_ids=Account.objects.filter(pk__range=(first, last)).values_list("pk", flat=True), at=at)
