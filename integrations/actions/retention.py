"""Forget what came in, byte for byte, once nobody is likely to need it again."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, F, QuerySet, Value, When
from django.db.models.functions import Coalesce

from integrations.models import InboxEvent
from outbox import actions as outbox_actions

PURGE = "integrations.purge_bodies"
KEPT_FOR = timedelta(days=30)
BATCH = 2000

State = InboxEvent.State


@transaction.atomic
def purge_bodies(*, before: datetime, limit: int, at: datetime) -> int:
    """Empty body, headers and findings of up to `limit` events received `before`; returns how many.

    The rows stay with what they say. One that still waits to be processed is left alone; one that waits for a
    mapping is given up.
    """
    old = InboxEvent.objects.filter(purged_at=None, received_at__lt=before).exclude(state=State.RECEIVED)
    held = old.order_by("received_at").select_for_update(of=("self",), skip_locked=True)
    keys = list(held.values_list("pk", flat=True)[:limit])
    given_up = When(state=State.SAMPLE, then=Value(State.IGNORED))
    return InboxEvent.objects.filter(pk__in=keys).update(
        body=b"", headers={}, found=None, purged_at=at, state=Case(given_up, default=F("state"))
    )


@transaction.atomic
def forget_person(*, events: QuerySet[InboxEvent], at: datetime) -> int:
    """Keep of these events only that there was something: not who asked, nor what they wrote; returns how many."""
    given_up = When(state=State.SAMPLE, then=Value(State.IGNORED))
    return events.order_by().update(
        body=b"",
        headers={},
        found=None,
        purged_at=Coalesce(F("purged_at"), at),
        requester_name="",
        requester_email="",
        state=Case(given_up, default=F("state")),
    )


def purge_old_bodies(*, run: str, at: datetime, batch: int = BATCH) -> None:
    """One batch of what is older than 30 days; while there is more, the next follows. `run` names the round."""
    if purge_bodies(before=at - KEPT_FOR, limit=batch, at=at) == batch:
        name, _, number = run.rpartition("#")
        following = f"{name}#{int(number) + 1}" if name else f"{run}#1"
        outbox_actions.enqueue(kind=PURGE, key=following, payload={}, at=at)
