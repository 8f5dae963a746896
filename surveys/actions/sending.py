"""Sending: one more look at the people, then the mails with their secret links, and one reminder."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.actions.facts import NewFact, record_facts
from accounts.models import Contact, Contract
from lib.time import day_of
from lib.updating import update
from outbox import actions as outbox_actions
from outbox import mail
from segments.models import SegmentMember
from surveys import gate, letters, moments, queries, tokens
from surveys.actions import planning
from surveys.models import Answer, Invitation, Refusal, SurveyInvitationQuerySet
from workspaces import tenancy
from workspaces.queries import workspace
from workspaces.secrets import digest

AT_ONCE = 1000
REMIND = "surveys.remind_due"
SNAPSHOT = [
    "token_hash", "sent_at", "expires_at", "remind_at", "agent_name", "stage", "owner_id", "segment_ids", "persona_id",
    "product", "language", "survey_version",
]  # fmt: skip

# What a mail needs, and what is noted with it: reading all of three wide tables took as long as writing the mail.
NEEDED = [
    "workspace", "survey", "metric", "occasion", "episode", "locale", "wave", "reminded_at", "expires_at", "token_hash",
    "account__workspace", "account__stage", "account__owner", "account__locale",
    "contact__workspace", "contact__account", "contact__name", "contact__email", "contact__locale",
    "contact__time_zone", "contact__persona",
    "ticket__workspace", "ticket__account", "ticket__subject", "ticket__locale", "ticket__agent_name",
    "ticket__closed_at", "ticket__episode",
]  # fmt: skip


# ------------------------------------------------------------------ the first mail
@transaction.atomic
def send_due(*, at: datetime) -> int:
    """Send what is planned until `at`, up to AT_ONCE mails, the rest in another effect; returns how many."""
    due = Invitation.objects.waiting().filter(send_at__lte=at)
    taken = _taken(due.order_by("send_at", "pk"))
    if len(taken) == AT_ONCE:
        outbox_actions.enqueue(kind=planning.SEND, key=f"after:{taken[-1].pk}", payload={}, at=at)
    return send(invitations=taken, at=at)


def send(*, invitations: Sequence[Invitation], at: datetime) -> int:
    """Put these mails, which are held, on their way, but for those that something speaks against by now."""
    reasons = _last_look(invitations)
    planning.call_off(reasons=_refused(invitations, reasons), at=at)
    going = [one for one in invitations if one.pk not in reasons]
    if going:
        _note(going, at)
        _post(going, at, "survey")
        update(going, SNAPSHOT)
        record_facts(facts=[_told(one, at) for one in going], at=at)
        reminders = {one.remind_at for one in going if one.remind_at}
        planning.send_later(moments=reminders, at=at, kind=REMIND)
    return len(going)


def _taken(found: SurveyInvitationQuerySet) -> list[Invitation]:
    """The first of these, locked, with what their mails need; what somebody else holds is left to them."""
    rows = found.select_for_update(of=("self",), skip_locked=True)
    rows = rows.select_related("account", "contact", "ticket").only(*NEEDED)
    return list(rows.prefetch_related("survey", "wave")[:AT_ONCE])  # few for many


def _last_look(invitations: Sequence[Invitation]) -> dict[int, gate.Reason]:
    people = Contact.objects.filter(pk__in=[one.contact_id for one in invitations])
    found = gate.last_look([one.pk for one in invitations], people, queries.settings())
    for one in invitations:
        ticket = one.ticket
        if not mail.is_address(one.contact.email):
            found.setdefault(one.pk, Refusal.Reason.BAD_ADDRESS)
        if ticket and (ticket.is_open or ticket.episode != one.episode):
            found[one.pk] = Refusal.Reason.REOPENED
    return found


def _refused(
    invitations: Sequence[Invitation], reasons: dict[int, gate.Reason]
) -> list[tuple[Invitation, gate.Reason]]:
    return [(one, reasons[one.pk]) for one in invitations if one.pk in reasons]


def _note(going: Sequence[Invitation], at: datetime) -> None:
    """Write down what is true now. Only the digest of a link's secret is kept: it is taken here, so that a changed
    SECRET_KEY breaks no link that has been mailed.
    """
    segments, products = _segments(going), _products(going, at)
    remind_at = _reminders(going, at)
    for one in going:
        one.token_hash = digest(tokens.token_of(one))
        one.sent_at, one.expires_at = at, at + one.survey.expiry
        one.remind_at = remind_at.get(one.pk)
        one.survey_version = one.survey.version
        one.agent_name = one.ticket.agent_name if one.ticket else ""
        one.stage, one.owner_id = one.account.stage, one.account.owner_id
        one.segment_ids, one.persona_id = segments.get(one.account_id, []), one.contact.persona_id
        one.product = products.get(one.account_id, "")


def _reminders(going: Sequence[Invitation], at: datetime) -> dict[int, datetime]:
    """When each is reminded, if ever: within working hours if the first mail keeps to them."""
    ours, here = queries.settings(), workspace(tenancy.current_id()).time_zone
    hours = moments.Hours(ours.hours_from, ours.hours_until)
    found: dict[int, datetime] = {}
    for one in going:
        if one.survey.reminder_after_days:
            moment = at + timedelta(days=one.survey.reminder_after_days)
            keeps_hours = one.survey.keeps_hours or (one.wave is not None and one.wave.spread_days > 0)
            found[one.pk] = moments.in_hours(moment, one.contact.time_zone or here, hours) if keeps_hours else moment
    return found


def _segments(going: Sequence[Invitation]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    rows = SegmentMember.objects.filter(account_id__in={one.account_id for one in going})
    for account_id, segment_id in rows.order_by("segment_id").values_list("account_id", "segment_id"):
        found.setdefault(account_id, []).append(segment_id)
    return found


def _products(going: Sequence[Invitation], at: datetime) -> dict[int, str]:
    """What each account has a contract for; the one that ends last names it."""
    rows = Contract.objects.current(day_of(at)).filter(account_id__in={one.account_id for one in going})
    return dict(rows.order_by("ends_on", "pk").values_list("account_id", "name"))


def _post(going: Sequence[Invitation], at: datetime, key: str) -> None:
    """Write and store the mails."""
    writer, kept = letters.Writer(), dict[letters.Sheet, int]()
    drafts = []
    for one in going:
        letter = writer.letter(one, tokens.token_of(one), is_reminder=one.reminded_at is not None)
        one.language = letter.language
        if letter.sheet not in kept:
            kept[letter.sheet] = mail.keep_sheet(text=letter.sheet.text, html=letter.sheet.html, at=at)
        drafts.append(_draft(one, letter, kept[letter.sheet], f"{key}:{one.pk}"))
    mail.post_many(drafts=drafts, at=at)


def _draft(invitation: Invitation, letter: letters.Letter, sheet_id: int, key: str) -> mail.Draft:
    return mail.Draft(
        to=invitation.contact.email,
        subject=letter.subject,
        key=key,
        sheet_id=sheet_id,
        pieces=letter.pieces,
        sender_name=letter.sheet.sender_name,
        list_id=f"survey-{invitation.metric}",
        unsubscribe_url=letter.unsubscribe_url,
        reply_to=letter.sheet.reply_to,
    )


def _told(invitation: Invitation, at: datetime) -> NewFact:
    data = {
        "invitation_id": invitation.pk,
        "contact_id": invitation.contact_id,
        "contact_name": str(invitation.contact),
        "metric": invitation.metric,
        "survey_id": invitation.survey_id,
        "language": invitation.language,
    }
    return NewFact(invitation.account_id, "survey.sent", at, data)


# ------------------------------------------------------------------ the reminder
@transaction.atomic
def remind_due(*, at: datetime) -> int:
    """Remind once those who have not answered and still can, or store what speaks against it; returns how many."""
    answered = Exists(Answer.objects.filter(invitation=OuterRef("pk")))
    due = Invitation.objects.sent().standing().filter(~answered, remind_at__lte=at, reminded_at=None, expires_at__gt=at)
    taken = _taken(due.order_by("remind_at", "pk"))
    if len(taken) == AT_ONCE:
        outbox_actions.enqueue(kind=REMIND, key=f"after:{taken[-1].pk}", payload={}, at=at)
    reasons = _last_look(taken)
    going = [one for one in taken if one.pk not in reasons and one.token_hash == digest(tokens.token_of(one))]
    planning.refuse_these(reasons=_refused(taken, reasons), at=at, is_reminder=True)
    Invitation.objects.filter(pk__in=[one.pk for one in taken]).update(remind_at=None)
    Invitation.objects.filter(pk__in=[one.pk for one in going]).update(reminded_at=at)
    for one in going:
        one.reminded_at = at
    _post(going, at, "survey-reminder")
    return len(going)
