"""Forget what came in, byte for byte, once nobody is likely to need it again."""

from datetime import datetime

from django.db import transaction
from django.db.models import Case, F, QuerySet, Value, When
from django.db.models.functions import Coalesce

from integrations.models import InboxEvent

KEPT_DAYS = 30

State = InboxEvent.State


def old_bodies(before: datetime) -> QuerySet[InboxEvent]:
    """Events received `before` that are whole, and done with."""
    return InboxEvent.objects.filter(purged_at=None, received_at__lt=before).exclude(state=State.RECEIVED)


@transaction.atomic
def purge_bodies(*, before: datetime, limit: int, at: datetime) -> int:
    """Empty body, headers and findings of up to `limit` events received `before`; returns how many.

    The rows stay with what they say. One that still waits to be processed is left alone; one that waits for a
    mapping is given up.
    """
    held = old_bodies(before).order_by("received_at").select_for_update(of=("self",), skip_locked=True)
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
