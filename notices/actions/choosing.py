"""How a member wants to be told."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from notices.actions import digests
from notices.kinds import ByMail, Kind, Way
from notices.models import Preference
from notices.queries import notices as queries
from workspaces.models import Member


@transaction.atomic
def choose(*, member_id: int, ways: Mapping[str, Way], digest: str, hour: int, at: datetime) -> Preference:
    """Tell the member by these ways from now on; kinds that are not named stay as they are.

    What waits for a digest and is in none any more is not mailed; the rest goes at the new hour.
    """
    Preference.objects.get_or_create(member=Member(pk=member_id))
    preference: Preference = Preference.objects.select_for_update(of=("self",)).get(member=member_id)
    chosen = draft(ways=ways, digest=digest, hour=hour)
    preference.ways = {**preference.ways, **chosen.ways}
    preference.digest, preference.hour = digest, hour
    preference.save(update_fields=["ways", "digest", "hour"])
    dropped = [kind for kind in Kind.values if preference.way(kind).mail != ByMail.DIGEST]
    digests.forgo(member_id=member_id, kinds=dropped)
    if queries.awaited(member_id).exists():
        digests.plan(member_ids=[member_id], at=at)
    return preference


def draft(*, ways: Mapping[str, Way], digest: str, hour: int) -> Preference:
    """What somebody is about to choose, not kept."""
    return Preference(ways={kind: asdict(way) for kind, way in ways.items()}, digest=digest, hour=hour)


@transaction.atomic
def set_digest(*, member_id: int, digest: str, at: datetime) -> Preference:
    """Switch the digest alone, as a link in a mail does."""
    preference = Preference.objects.filter(member=member_id).first() or Preference(member_id=member_id)
    return choose(member_id=member_id, ways={}, digest=digest, hour=preference.hour, at=at)
