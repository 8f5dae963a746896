"""What went out, and what did not."""

from datetime import datetime

from django.db.models import QuerySet

from outbox.models import Effect
from webhooks.models import Delivery

UNSENT = "unsent"

LAST_ERROR = "log__-1__error"  # why there was no answer the last time; null before the first

# What a list of deliveries shows of each.
COLUMNS = (
    "created_at", "kind", "state", "message_id", "attempts", "last_status", "fact__account_id", "fact__account__name",
    LAST_ERROR,
)  # fmt: skip


def deliveries_of(endpoint_id: int, state: str = "") -> QuerySet[Delivery]:
    """One endpoint's: all, those in one state, or those that did not get through, which are UNSENT."""
    found = Delivery.objects.filter(endpoint_id=endpoint_id)
    if state == UNSENT:
        return found.filter(state__in=Delivery.LOST)
    return found.filter(state=state) if state else found


def delivery(pk: int) -> Delivery | None:
    """One delivery, whole."""
    return Delivery.objects.select_related("endpoint", "fact__account").filter(pk=pk).first()


def effect_key(delivery_id: int, nth: int) -> str:
    """Names the work of sending a delivery in its `nth` round."""
    return f"{delivery_id}:{nth}"


def next_attempt(delivery: Delivery, effect_kind: str) -> datetime | None:
    """When it is tried next; None if it is not, or is right now."""
    if delivery.state != Delivery.State.WAITING:
        return None
    effects = Effect.objects.filter(kind=effect_kind, dedupe_key=effect_key(delivery.pk, delivery.round))
    return effects.filter(state=Effect.State.READY).values_list("available_at", flat=True).first()
