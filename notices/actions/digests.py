"""One mail a day with what has gathered: planned as an effect at the member's hour, written in one transaction."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from notices.actions import mails
from notices.hours import Rhythm
from notices.kinds import ByMail
from notices.models import Notice, Preference
from notices.queries import notices as queries
from notices.queries import people as people_queries
from outbox import actions as outbox_actions
from workspaces.models import Member

KIND = "notices.send_digest"


def rhythm(preference: Preference, zone: str) -> Rhythm:
    """When a member's digests are due."""
    is_weekdays_only = preference.digest == Preference.Digest.WEEKDAYS
    return Rhythm(preference.hour, zone, is_weekdays_only, preference.digest_sent_at)


@transaction.atomic
def plan(*, member_ids: Collection[int], at: datetime) -> None:
    """Have what waits for these sent at their next hour; planned already, nothing changes."""
    wanted = people_queries.preferences(member_ids)
    slots: dict[datetime, list[int]] = defaultdict(list)
    for member in Member.objects.filter(pk__in=member_ids).select_related("user").order_by("pk"):
        if wanted[member.pk].digest != Preference.Digest.OFF:
            slots[rhythm(wanted[member.pk], member.user.time_zone).next_slot(at)].append(member.pk)
    for slot, ids in sorted(slots.items()):
        items = [(f"{pk}:{slot.isoformat()}", {"member_id": pk, "slot": slot.isoformat()}) for pk in ids]
        outbox_actions.enqueue_many(kind=KIND, items=items, at=at, available_at=slot)


@transaction.atomic
def send(*, member_id: int, slot: datetime, at: datetime) -> None:
    """Send one member's digest of `slot`, unless it is no longer their hour: then it is planned anew.

    Whoever changed the hour or the zone meanwhile gets it at the new one; one that is late goes on a day that may
    have one. With nothing to tell nothing is sent. The mail, the note that its notices are told, and the effect are
    one transaction, so a kill in between leaves nothing behind.
    """
    member = Member.objects.active().select_related("user").filter(pk=member_id, user__is_active=True).first()
    if member is None:
        return
    Preference.objects.get_or_create(member=member)
    preference = Preference.objects.select_for_update(of=("self",)).get(member=member)
    if preference.digest == Preference.Digest.OFF:
        return
    due = rhythm(preference, member.user.time_zone)
    if due.is_slot(slot) and due.has(due.day_of(at)):
        _send(member, preference, at)
    if queries.awaited(member_id).exists():
        plan(member_ids=[member_id], at=at)


def _send(member: Member, preference: Preference, at: datetime) -> None:
    awaited = queries.told(queries.awaited(member.pk)).order_by("-pk")
    notices = list(awaited.select_for_update(of=("self",)))
    if not notices:
        return
    mails.post_digest(member=member, notices=notices, at=at)
    Notice.objects.filter(pk__in=[one.pk for one in notices]).update(mailed_at=at)
    preference.digest_sent_at = at
    preference.save(update_fields=["digest_sent_at"])


@transaction.atomic
def plan_all(*, at: datetime) -> None:
    """Plan for everybody for whom something waits, should a plan have been lost to a race."""
    plan(member_ids=queries.members_awaiting(), at=at)


@transaction.atomic
def forgo(*, member_id: int, kinds: Collection[str]) -> None:
    """What waits of these kinds is in no digest: the member wants it no more."""
    Notice.objects.filter(member=member_id, occasion__kind__in=kinds).awaited().update(mail=ByMail.NEVER)
