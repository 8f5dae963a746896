"""Notices that have been seen, or are about what is over."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from notices.models import Notice
from notices.queries import notices as queries
from workspaces.queries import Membership


@transaction.atomic
def mark_read(*, notice: Notice, at: datetime) -> None:
    """Seen by its member; a second time changes nothing."""
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=at)


@transaction.atomic
def mark_all_read(*, member: Membership, at: datetime) -> int:
    """All that the bell counts; returns how many."""
    return queries.notices_for(member).unread().update(read_at=at)


@transaction.atomic
def mark_seen(*, member: Membership, link: str, at: datetime) -> int:
    """The member has opened the page that these lead to; returns how many."""
    mine = Notice.objects.filter(member=member.member_id, occasion__link=link)
    return mine.unread().update(read_at=at)


@transaction.atomic
def settle(*, links: Collection[str], at: datetime) -> int:
    """What these lead to is over or taken care of: it rings nobody, and is in no digest; returns how many."""
    return Notice.objects.filter(occasion__link__in=links, read_at=None).update(read_at=at)
