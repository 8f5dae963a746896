"""The voice of the customer by mail: chosen, planned on its day, written once to each who wants it."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from lib.time import day_of
from outbox import actions as outbox_actions
from outbox import mail
from voice import issues, links
from voice.models import Rhythm, Subscription, VoiceSettings
from voice.queries import digests as queries
from workspaces import actions as workspace_actions
from workspaces.models import Member, User
from workspaces.queries import members
from workspaces.readers import reading_as

SEND = "voice.send_digest"
MONDAY = 0


@transaction.atomic
def subscribe(*, member_id: int, is_weekly: bool, is_monthly: bool) -> Subscription:
    """Choose what a member gets."""
    wanted = {"is_weekly": is_weekly, "is_monthly": is_monthly}
    row: Subscription = Subscription.objects.update_or_create(member_id=member_id, defaults=wanted)[0]
    return row


@transaction.atomic
def set_names(*, names_people: bool, at: datetime, by: User | None) -> VoiceSettings:
    """Whether quotes name the person."""
    row = VoiceSettings.objects.select_for_update(of=("self",)).first() or VoiceSettings()
    if row.pk is None or row.names_people != names_people:
        row.names_people, row.changed_at, row.changed_by = names_people, at, by
        row.save()
        workspace_actions.record(kind="voice.naming_changed", at=at, by=by, detail={"names_people": names_people})
    return row


@transaction.atomic
def plan(*, at: datetime) -> None:
    """Every day: on Mondays the week before is sent, on the first the month before."""
    today = day_of(at)
    due = [Rhythm.WEEKLY] if today.weekday() == MONDAY else []
    due += [Rhythm.MONTHLY] if today.day == 1 else []
    for rhythm in due:
        payloads = [
            (f"{rhythm}:{today}:{pk}", {"rhythm": rhythm.value, "day": str(today), "member_id": pk})
            for pk in queries.subscribers(rhythm)
        ]
        if payloads:
            outbox_actions.enqueue_many(kind=SEND, items=payloads, at=at)


@transaction.atomic
def send(*, rhythm: str, day: date, member_id: int, at: datetime) -> None:
    """One issue to one member, if they still want it. The mail and the effect are one transaction."""
    if member_id not in queries.subscribers(rhythm):
        return
    member = members().get(pk=member_id)
    about = queries.span(rhythm, day)
    with reading_as(member.user):
        context = issue(member, about)
        mail.post(
            to=member.user.email,
            subject=context["subject"],
            text=render_to_string("voice/mail/digest.txt", context),
            html=render_to_string("voice/mail/digest.html", context),
            key=f"voice:{rhythm}:{about.first}:{member_id}",
            at=at,
            list_id="voice",
            unsubscribe_url=context["unsubscribe_url"],
        )


def issue(member: Member, about: queries.Span) -> dict[str, Any]:
    """What the mail's templates ask for, in the language that is active."""
    told = issues.told(queries.digest(about))
    return {
        **told,
        "subject": _("Voice of the customer, %(span)s") % {"span": told["span"]},
        "base_url": settings.BASE_URL,
        "url": settings.BASE_URL + reverse("voice:digest") + f"?rhythm={about.rhythm}&day={about.last}",
        "unsubscribe_url": links.STOP.address(member.pk),
    }
