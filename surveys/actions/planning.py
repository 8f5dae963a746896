"""Plans: a mail that will go out, one that will not, and why, for the CSM to see."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.actions.facts import NewFact, record_facts
from outbox import actions as outbox_actions
from surveys.models import Invitation, Refusal

SEND = "surveys.send_invitation"


def schedule(*, invitations: Sequence[Invitation], send_at: datetime, at: datetime) -> None:
    """Send these, which are stored, at `send_at`; once each."""
    items = [(_key(invitation), {"invitation_id": invitation.pk}) for invitation in invitations]
    outbox_actions.enqueue_many(kind=SEND, items=items, at=at, available_at=send_at)


@transaction.atomic
def call_off(*, invitation: Invitation, reason: str, at: datetime) -> Refusal:
    """Do not send what was planned."""
    invitation.cancelled_at = at
    invitation.save(update_fields=["cancelled_at"])
    outbox_actions.cancel_effect(kind=SEND, key=_key(invitation), at=at)
    refusal = Refusal(
        survey_id=invitation.survey_id,
        metric=invitation.metric,
        account_id=invitation.account_id,
        contact=invitation.contact,
        ticket_id=invitation.ticket_id,
        episode=invitation.episode,
        wave_id=invitation.wave_id,
        reason=reason,
        at=at,
    )
    return refuse(refusals=[refusal], at=at)[0]


@transaction.atomic
def refuse(*, refusals: Sequence[Refusal], at: datetime) -> list[Refusal]:
    """Store when nobody is asked, and tell each account's timeline."""
    stored = Refusal.objects.bulk_create(refusals, batch_size=1000)
    record_facts(facts=[_told(refusal, at) for refusal in stored], at=at)
    return stored


def _told(refusal: Refusal, at: datetime) -> NewFact:
    data = {
        "contact_id": refusal.contact_id,
        "contact_name": str(refusal.contact or ""),
        "metric": str(refusal.metric),
        "reason": str(refusal.reason),
        "ticket_id": refusal.ticket_id,
    }
    return NewFact(refusal.account_id, "survey.refused", at, data)


def _key(invitation: Invitation) -> str:
    return f"invitation:{invitation.pk}"
