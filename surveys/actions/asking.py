"""Asking after a ticket: planned when it closes, called off when it is reopened first."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from accounts.models import Contact, Ticket
from surveys import gate, queries
from surveys.actions import planning
from surveys.models import Invitation, Kind, Refusal, Survey

TOO_LATE = timedelta(days=7)


@transaction.atomic
def ask_after_closure(*, ticket: Ticket, episode: int, closed_at: datetime, at: datetime) -> Invitation | Refusal:
    """Plan the question about one closing of `ticket`, or store why nobody is asked.

    The delay counts from `closed_at`. Two tickets of one person are judged one after the other, because the
    person's row is locked; two askings about one closing are settled by the unique constraint.
    """
    survey = queries.first_survey(Kind.CSAT)
    contact = _locked(ticket.contact_id)
    send_at = max(closed_at + survey.delay, at)
    reason = _why_not_now(ticket, episode, closed_at, at) or _why_not_them(ticket, episode, contact, send_at)
    if reason is None and contact is not None:
        invitation = _plan(ticket, episode, contact, survey, send_at, at)
        if invitation:
            return invitation
    refusal = Refusal(
        survey=survey,
        metric=survey.kind,
        account=ticket.account,
        contact=contact,
        ticket=ticket,
        episode=episode,
        reason=reason or Refusal.Reason.ASKED,
        at=at,
    )
    return planning.refuse(refusals=[refusal], at=at)[0]


@transaction.atomic
def call_off_ticket(
    *, ticket: Ticket, episode: int, at: datetime, reason: gate.Reason = Refusal.Reason.REOPENED
) -> None:
    """The closing counted as `episode` no longer counts: what has not been sent about it, or earlier, is not sent."""
    waiting = Invitation.objects.waiting().filter(ticket=ticket, episode__lte=episode).select_related("contact")
    for invitation in waiting.order_by("pk").select_for_update(of=("self",)):
        planning.call_off(invitation=invitation, reason=reason, at=at)


def _locked(contact_id: int | None) -> Contact | None:
    if contact_id is None:
        return None
    return Contact.objects.select_for_update(no_key=True).get(pk=contact_id)


def _why_not_now(ticket: Ticket, episode: int, closed_at: datetime, at: datetime) -> gate.Reason | None:
    if ticket.is_open or ticket.episode != episode:
        return Refusal.Reason.REOPENED
    return Refusal.Reason.TOO_LATE if at - closed_at > TOO_LATE else None


def _why_not_them(ticket: Ticket, episode: int, contact: Contact | None, send_at: datetime) -> gate.Reason | None:
    if contact is None:
        return Refusal.Reason.NO_CONTACT
    asked = [contact.pk] if queries.is_asked_about(ticket, episode) else []
    candidate = queries.candidates([contact], asked)[contact.pk]
    return gate.refusal(candidate, queries.house(), Kind.CSAT, send_at)


def _plan(
    ticket: Ticket, episode: int, contact: Contact, survey: Survey, send_at: datetime, at: datetime
) -> Invitation | None:
    """None: somebody else asked about this closing first."""
    try:
        with transaction.atomic():
            invitation = Invitation.objects.create(
                survey=survey,
                metric=survey.kind,
                occasion=f"ticket:{ticket.pk}:{episode}",
                account=ticket.account,
                contact=contact,
                ticket=ticket,
                episode=episode,
                locale=contact.locale,
                created_at=at,
                send_at=send_at,
                expires_at=send_at + survey.expiry,
            )
    except IntegrityError:
        return None
    planning.schedule(invitations=[invitation], send_at=send_at, at=at)
    return invitation
