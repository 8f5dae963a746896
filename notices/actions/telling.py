"""From what happened to who is told of it, in sets: occasions, notices, mails, messages to chats."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Account, Fact
from notices.actions import digests, mails, messages
from notices.kinds import ByMail
from notices.models import Notice, Occasion, Preference
from notices.queries import notices as queries
from notices.queries import people as people_queries
from notices.queries.people import People


@dataclass(frozen=True)
class Case:
    """An occasion to be, and the members it is for."""

    kind: str
    key: str
    link: str
    members: Sequence[int]
    account: Account | None = None
    fact: Fact | None = None
    data: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def tell(*, cases: Iterable[Case], people: People, at: datetime) -> list[Occasion]:
    """Tell what has not been told yet, to those who may know of it; but for mails, in a dozen statements.

    What has been told is known by its key: a second time, and a race, tell nobody twice.
    """
    by_key = {case.key: case for case in cases}
    known = queries.known_keys(list(by_key))
    new = [case for key, case in by_key.items() if key not in known]
    occasions = Occasion.objects.bulk_create([_occasion(case, at) for case in new], batch_size=1000)
    told = [(one, people.allowed(case.members, case.kind)) for one, case in zip(occasions, new, strict=True)]
    notices = _notices(told, people)
    mails.post_at_once(notices=[one for one in notices if one.mail == ByMail.AT_ONCE], people=people, at=at)
    digests.plan(member_ids={one.member_id for one in notices if one.mail == ByMail.DIGEST}, at=at)
    messages.write(occasions=occasions, at=at)
    return occasions


def _occasion(case: Case, at: datetime) -> Occasion:
    return Occasion(
        kind=case.kind,
        key=case.key,
        link=case.link,
        account=case.account,
        fact=case.fact,
        data=case.data,
        created_at=at,
    )


def _notices(told: Sequence[tuple[Occasion, list[int]]], people: People) -> list[Notice]:
    """One for each occasion and member; of what a member wants neither way the row says so, for the preview."""
    wanted = people_queries.preferences(list({pk for _, ids in told for pk in ids}))
    ways: dict[tuple[int, str], tuple[bool, str]] = {}
    rows = []
    for occasion, ids in told:
        for pk in ids:
            is_shown, mail = ways.setdefault((pk, occasion.kind), _way(wanted[pk], occasion.kind))
            member = people.by_id[pk]
            rows.append(Notice(occasion=occasion, member=member, is_shown=is_shown, mail=mail))
    return Notice.objects.bulk_create(rows, batch_size=1000)


def _way(preference: Preference, kind: str) -> tuple[bool, str]:
    way = preference.way(kind)
    return way.in_app, way.mail
