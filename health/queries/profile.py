"""Profiles: which there are, to whom each applies, and what became of changes of their weights."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, Case, Count, Q, QuerySet, Value, When

from accounts.models import Account
from health.models import HealthProfile, HealthScore, WeightsChange
from segments import queries as segment_queries

BREAKS_SHOWN = 20


def profiles() -> list[HealthProfile]:
    """Those in use, in order; the default one, which is always there, comes last."""
    found = list(HealthProfile.objects.live().select_related("changed_by").order_by("place", "pk"))
    return sorted(found, key=lambda one: one.is_default)


def scored_by() -> list[HealthProfile]:
    """`profiles` as scoring needs them: without any, as in a workspace that nobody founded, everybody is mature."""
    return profiles() or [HealthProfile()]


def retired_profiles() -> QuerySet[HealthProfile]:
    """Those put away, the last first."""
    found = HealthProfile.objects.exclude(retired_at=None).select_related("changed_by")
    return found.order_by("-retired_at", "-pk")


def profile() -> HealthProfile:
    """The default profile."""
    return HealthProfile.objects.default().select_related("changed_by").first() or HealthProfile()


def weights() -> dict[str, int]:
    """The weight of each part by the default profile, in order; they total 100."""
    return profile().weights


# ------------------------------------------------------------------------------------------- to whom they apply
def with_profile(among: Sequence[HealthProfile]) -> QuerySet[Any]:
    """Accounts, unordered, each with the id of its `profile` among these, which are in order."""
    conditions = [When(_held_by(one), then=Value(one.pk)) for one in among if not one.is_default]
    default = next((one.pk for one in among if one.is_default), None)
    last = Value(default, output_field=BigIntegerField())
    return Account.objects.order_by().annotate(
        profile=Case(*conditions, default=last, output_field=BigIntegerField()) if conditions else last
    )


def _held_by(one: HealthProfile) -> Q:
    held = Q(stage__in=one.stages) if one.stages else Q()
    if one.segment_id is None:
        return held
    return held & Q(pk__in=segment_queries.member_ids(one.segment_id))


def accounts_of(one: HealthProfile) -> QuerySet[Any]:
    """The accounts that a profile in use applies to now, unordered."""
    return with_profile(profiles()).filter(profile=one.pk)


def profile_counts(among: Sequence[HealthProfile]) -> dict[int, int]:
    """How many accounts each of these applies to now."""
    rows = with_profile(among).values("profile").annotate(n=Count("pk"))
    return {row["profile"]: row["n"] for row in rows}


def profile_of(account: Account) -> HealthProfile:
    """The profile that applies to an account now."""
    return profiles_of([account.pk])[account.pk]


def profiles_of(account_ids: Iterable[int]) -> dict[int, HealthProfile]:
    """`profile_of` each of these accounts, in two statements."""
    among = scored_by()
    by_id = {one.pk: one for one in among}
    found = with_profile(among).filter(pk__in=list(account_ids)).values_list("pk", "profile")
    return {account_id: by_id[profile] for account_id, profile in found}


# ------------------------------------------------------------------------------------------- changes of weights
def weight_changes(*, since: datetime) -> list[WeightsChange]:
    """Changes of weights, the last first."""
    found = WeightsChange.objects.filter(at__gte=since).select_related("profile", "by")
    return list(found.order_by("-at", "-pk")[:BREAKS_SHOWN])


def unfinished_changes() -> list[WeightsChange]:
    """Changes after which the scores of earlier days are still being computed, the oldest first."""
    found = WeightsChange.objects.filter(finished_at=None).select_related("profile")
    return list(found.order_by("at", "pk"))


def is_overtaken(change: WeightsChange) -> bool:
    """The weights of its profile have changed again since."""
    return WeightsChange.objects.filter(profile=change.profile_id, pk__gt=change.pk).exists()


def profiles_of_rows(rows: Iterable[HealthScore]) -> dict[int | None, str]:
    """What each profile is called that scored some of these rows, those retired included."""
    used = HealthProfile.objects.filter(pk__in={row.profile_id for row in rows})
    named: dict[int | None, str] = {None: profile().name}
    named.update(used.values_list("pk", "name"))
    return named
