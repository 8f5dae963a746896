"""The outbox's way into this app, and the call itself."""

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lib import outgoing
from outbox.models import Effect
from outbox.registry import TryLater
from webhooks import answers, signing
from webhooks.actions import deliveries
from webhooks.answers import Outcome
from webhooks.queries import endpoints as endpoint_queries
from workspaces import tenancy


@dataclass(frozen=True)
class Parcel:
    """One attempt, with all it needs outside a transaction. Without `keys` nothing can be signed, nor sent."""

    workspace_id: int
    delivery_id: int
    round: int
    is_last: bool
    at: datetime
    url: str
    message_id: str
    body: bytes
    keys: list[str] = field(repr=False)


def fan_out(effect: Effect, at: datetime) -> None:
    """Handler of `webhooks.fan_out`."""
    deliveries.fan_out(fact_ids=effect.payload["fact_ids"], at=at)


def prepare(effect: Effect, at: datetime) -> Parcel | None:
    """The delivery, if it still has to go out in this round and its endpoint is on."""
    delivery_id, nth = effect.payload["delivery_id"], effect.payload["round"]
    delivery = deliveries.take_up(delivery_id=delivery_id, nth=nth, at=at)
    if delivery is None:
        return None
    return Parcel(
        workspace_id=tenancy.current_id(),
        delivery_id=delivery.pk,
        round=nth,
        is_last=effect.attempts >= deliveries.most_attempts(delivery.kind),
        at=at,
        url=delivery.endpoint.url,
        message_id=delivery.message_id,
        body=delivery.body.encode(),
        keys=endpoint_queries.keys_of(delivery.endpoint, at),
    )


def send(parcel: Parcel) -> None:
    """One attempt, noted before anything else is decided; raises TryLater if there is to be another."""
    outcome = attempt(parcel)
    at = parcel.at + timedelta(milliseconds=outcome.milliseconds)
    with tenancy.entered(parcel.workspace_id):
        is_settled = deliveries.record_attempt(
            delivery_id=parcel.delivery_id, nth=parcel.round, outcome=outcome, is_last=parcel.is_last, at=at
        )
    if not is_settled:
        raise TryLater(outcome.error or f"HTTP {outcome.status}", after=outcome.rest)


def record(effect: Effect, at: datetime) -> None:
    """`send` has noted everything, whatever the outcome."""


def attempt(parcel: Parcel) -> Outcome:
    """Sign and post."""
    if not parcel.keys:
        return Outcome(error="The secret cannot be read.")
    headers = signing.headers(message_id=parcel.message_id, at=parcel.at, body=parcel.body, keys=parcel.keys)
    headers |= {"Content-Type": "application/json", "User-Agent": "Ninefold-Webhooks"}
    begun = time.monotonic()
    try:
        answer = outgoing.request("POST", parcel.url, headers=headers, body=parcel.body)
    except outgoing.TooLong as long:
        answer = long.response
    except outgoing.NoAnswer as error:
        rest = answers.REST if isinstance(error, outgoing.TooSlow) else timedelta()
        return Outcome(error=str(error), milliseconds=_since(begun), rest=rest)
    return Outcome(
        status=answer.status,
        excerpt=answers.excerpt(answer.body),
        milliseconds=_since(begun),
        rest=answers.rest_after(answer.status, answer.headers.get("retry-after", ""), parcel.at),
    )


def _since(begun: float) -> int:
    return round((time.monotonic() - begun) * 1000)
