"""From a fact to a message that somebody has taken."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet

from accounts.models import Fact
from outbox import actions as outbox_actions
from webhooks import messages
from webhooks.actions import endpoints as endpoint_actions
from webhooks.answers import Outcome
from webhooks.models import Delivery, Endpoint
from webhooks.queries import endpoints as endpoint_queries
from webhooks.queries.deliveries import effect_key
from workspaces import actions as workspace_actions
from workspaces.models import User

FAN_OUT = "webhooks.fan_out"
DELIVER = "webhooks.deliver"

# The waits between ten attempts over three days, as Standard Webhooks 1.0 gives them.
SCHEDULE = (
    timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=5),
    timedelta(hours=10), timedelta(hours=14), timedelta(hours=20), timedelta(hours=24),
)  # fmt: skip
MOST_ATTEMPTS = len(SCHEDULE) + 1
PATIENCE = timedelta(days=3)  # an endpoint that took nothing for so long is switched off with its next loss
AT_ONCE = 1000  # facts to one effect, rows to one statement
LOG_LENGTH = 30


class EndpointOff(Exception):
    """Nothing is sent to an endpoint that is switched off."""


def most_attempts(kind: str) -> int:
    """A test is for somebody who is looking at it now."""
    return 1 if kind == messages.TEST else MOST_ATTEMPTS


def hear(facts: Sequence[Fact], at: datetime) -> None:
    """Note what some open endpoint wants to know, in two statements however many facts there are."""
    wanted = endpoint_queries.wanted({fact.kind for fact in facts})
    ids = [fact.pk for fact in facts if fact.kind in wanted]
    outbox_actions.enqueue_chunks(kind=FAN_OUT, key="facts", name="fact_ids", ids=ids, size=AT_ONCE, at=at)


@transaction.atomic
def fan_out(*, fact_ids: Sequence[int], at: datetime) -> None:
    """One delivery for each of the facts and each open endpoint that wants it."""
    found = Fact.objects.filter(pk__in=fact_ids).select_related("account").prefetch_related("account__external_ids")
    facts = [(fact, messages.of_fact(fact)) for fact in found.order_by("pk")]
    for endpoint in Endpoint.objects.open().order_by("pk"):
        rows = [
            Delivery(
                endpoint=endpoint,
                fact=fact,
                kind=fact.kind,
                message_id=messages.message_id(fact),
                body=body,
                created_at=at,
            )
            for fact, body in facts
            if endpoint.wants(fact.kind)
        ]
        _send_off(endpoint, Delivery.objects.bulk_create(rows, batch_size=AT_ONCE), at)


def _send_off(endpoint: Endpoint, deliveries: Sequence[Delivery], at: datetime) -> None:
    outbox_actions.enqueue_many(
        kind=DELIVER,
        items=[
            (effect_key(one.pk, one.round), {"delivery_id": one.pk, "round": one.round, "endpoint_id": endpoint.pk})
            for one in deliveries
        ],
        at=at,
        available_at=max(at, endpoint.held_until or at),
    )


@transaction.atomic
def send_test(*, endpoint: Endpoint, at: datetime, by: User | None) -> Delivery:
    """One message that is tried once, at once. Raises EndpointOff."""
    if not endpoint.is_open:
        raise EndpointOff
    delivery: Delivery = Delivery.objects.create(
        endpoint=endpoint,
        kind=messages.TEST,
        message_id=messages.fresh_id(),
        body=messages.of_test(at),
        created_at=at,
    )
    endpoint.held_until = None  # somebody is waiting for it
    _send_off(endpoint, [delivery], at)
    workspace_actions.record(kind="webhook.tested", subject=str(endpoint), at=at, by=by)
    return delivery


@transaction.atomic
def take_up(*, delivery_id: int, nth: int, at: datetime) -> Delivery | None:
    """The delivery, if it still waits to go out in its `nth` round; one whose endpoint is off is not sent."""
    waiting = Delivery.objects.filter(pk=delivery_id, round=nth, state=Delivery.State.WAITING)
    delivery = waiting.select_related("endpoint").first()
    if delivery is not None and not delivery.endpoint.is_open:
        waiting.update(state=Delivery.State.NOT_SENT, settled_at=at)
        return None
    return delivery


@transaction.atomic
def record_attempt(*, delivery_id: int, nth: int, outcome: Outcome, is_last: bool, at: datetime) -> bool:
    """Note what came of one attempt; returns whether this round is over.

    A success counts whenever it arrives; a failure only in the round that is going on.
    """
    rows = Delivery.objects.select_for_update(of=("self",)).select_related("endpoint")
    delivery = rows.filter(pk=delivery_id).first()
    if delivery is None:
        return True
    delivery.log = [*delivery.log, outcome.logged(at)][-LOG_LENGTH:]
    delivery.attempts += 1
    delivery.last_status = outcome.status
    is_going_on = delivery.state == Delivery.State.WAITING and delivery.round == nth
    if outcome.is_success:
        delivery.state, delivery.settled_at = Delivery.State.DELIVERED, at
    elif is_going_on and (is_last or outcome.is_gone):
        delivery.state, delivery.settled_at = Delivery.State.FAILED, at
    delivery.save(update_fields=["log", "attempts", "last_status", "state", "settled_at"])
    _judge(delivery, outcome, at)
    return delivery.state != Delivery.State.WAITING or delivery.round != nth


def _judge(delivery: Delivery, outcome: Outcome, at: datetime) -> None:
    """What one attempt says about the endpoint as a whole."""
    endpoint, rows = delivery.endpoint, Endpoint.objects.filter(pk=delivery.endpoint_id)
    if outcome.is_success:
        rows.filter(failing_since__isnull=False).update(failing_since=None)
    elif outcome.is_gone:
        endpoint_actions.disable_endpoint(endpoint=endpoint, why=Endpoint.Why.GONE, at=at, by=None)
    elif delivery.kind != messages.TEST:
        rows.filter(failing_since=None).update(failing_since=at)
        is_lost = delivery.state == Delivery.State.FAILED
        if is_lost and rows.filter(failing_since__lte=at - PATIENCE).exists():
            endpoint_actions.disable_endpoint(endpoint=endpoint, why=Endpoint.Why.FAILING, at=at, by=None)
        elif outcome.rest:
            _hold(endpoint, at + outcome.rest)


def _hold(endpoint: Endpoint, until: datetime) -> None:
    """Leave a busy receiver alone: whatever waits for it waits until then."""
    shorter = Endpoint.objects.filter(Q(held_until=None) | Q(held_until__lt=until), pk=endpoint.pk)
    if shorter.update(held_until=until):
        outbox_actions.postpone(kind=DELIVER, payload={"endpoint_id": endpoint.pk}, until=until)


@transaction.atomic
def replay(*, delivery: Delivery, at: datetime, by: User | None) -> Delivery:
    """Send one message again from the start, under the same id. Raises EndpointOff."""
    [delivery] = _again(Delivery.objects.filter(pk=delivery.pk), delivery.endpoint, at)
    workspace_actions.record(kind="webhook.replayed", subject=str(delivery.endpoint), at=at, by=by)
    return delivery


@transaction.atomic
def replay_unsent(*, endpoint: Endpoint, since: datetime, at: datetime, by: User | None) -> int:
    """`replay` whatever happened since and did not get through; returns how many."""
    rows = Delivery.objects.unsent(since).filter(endpoint=endpoint).exclude(kind=messages.TEST)
    count = len(_again(rows, endpoint, at))
    if count:
        workspace_actions.record(kind="webhook.replayed", subject=str(endpoint), at=at, by=by, detail={"count": count})
    return count


def _again(rows: QuerySet[Delivery], endpoint: Endpoint, at: datetime) -> list[Delivery]:
    if not endpoint.is_open:
        raise EndpointOff
    found = list(rows.select_for_update(of=("self",)).order_by("pk").defer("body", "log"))
    for one in found:
        if one.state == Delivery.State.WAITING:
            outbox_actions.cancel_effect(kind=DELIVER, key=effect_key(one.pk, one.round), at=at)
        one.round, one.state, one.settled_at = one.round + 1, Delivery.State.WAITING, None
    ids = [one.pk for one in found]
    Delivery.objects.filter(pk__in=ids).update(round=F("round") + 1, state=Delivery.State.WAITING, settled_at=None)
    _send_off(endpoint, found, at)
    return found
