"""Sending: one more look at the person, then the mail with its secret link."""

from datetime import datetime

from django.db import transaction

from accounts.actions.facts import record_fact
from outbox import mail
from surveys import gate, letters, queries, tokens
from surveys.actions import planning
from surveys.models import Invitation, Refusal
from workspaces.secrets import digest


@transaction.atomic
def send_invitation(*, invitation: Invitation, at: datetime) -> None:
    """Put the mail on its way, unless it was called off meanwhile or must be now.

    Only the digest of the link's secret is kept. It is taken here, so that a changed SECRET_KEY breaks no link
    that has been mailed.
    """
    invitation = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("account", "contact", "ticket", "survey")
        .get(pk=invitation.pk)
    )
    if invitation.cancelled_at or invitation.sent_at:
        return
    reason = _last_look(invitation)
    if reason:
        planning.call_off(invitation=invitation, reason=reason, at=at)
        return
    token = tokens.token_of(invitation)
    _note_sent(invitation, token, at)
    letter = letters.letter(invitation, token)
    mail.post(
        to=invitation.contact.email,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        key=f"survey:{invitation.pk}",
        at=at,
        sender_name=letter.sender_name,
        list_id=f"survey-{invitation.metric}",
        unsubscribe_url=letter.unsubscribe_url,
    )


def _last_look(invitation: Invitation) -> gate.Reason | None:
    ticket = invitation.ticket
    if ticket and (ticket.is_open or ticket.episode != invitation.episode):
        return Refusal.Reason.REOPENED
    contact = invitation.contact
    return gate.standing_refusal(queries.candidates([contact])[contact.pk], queries.house())


def _note_sent(invitation: Invitation, token: str, at: datetime) -> None:
    invitation.token_hash = digest(token)
    invitation.sent_at = at
    invitation.expires_at = at + invitation.survey.expiry
    invitation.agent_name = invitation.ticket.agent_name if invitation.ticket else ""
    invitation.stage = invitation.account.stage
    invitation.owner_id = invitation.account.owner_id
    invitation.save(update_fields=["token_hash", "sent_at", "expires_at", "agent_name", "stage", "owner"])
    record_fact(
        account=invitation.account,
        kind="survey.sent",
        at=at,
        invitation_id=invitation.pk,
        contact_id=invitation.contact_id,
        contact_name=str(invitation.contact),
        metric=invitation.metric,
    )
