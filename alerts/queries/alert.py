"""Alerts: whose, which, and how many."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db import connection

from accounts.models import Account
from alerts.models import Alert, AlertQuerySet
from health import scoring
from workspaces import tenancy
from workspaces.capabilities import Capability, Role, can
from workspaces.models import Member
from workspaces.queries import Membership, members

OVERSEERS = [Role.MANAGER, Role.ADMIN]  # they answer for accounts without an owner


def alerts() -> AlertQuerySet:
    """Every alert that is told, with its account and who it was assigned to, by pk."""
    return Alert.objects.told().select_related("account", "assignee__user").order_by("pk")


def alerts_of(account: Account) -> AlertQuerySet:
    """One account's alerts, the newest first."""
    return alerts_with_people().filter(account=account).order_by("-opened_at", "-pk")


def open_alerts() -> AlertQuerySet:
    """Alerts of the workspace that are not over, urgent ones first, then the newest."""
    return alerts_with_people().open().order_by("-is_urgent", "-opened_at", "-pk")


def open_alerts_for(member: Membership, *, today: date) -> AlertQuerySet:
    """What this member should see today: alerts of their accounts, and for managers those of nobody's."""
    return in_care_of(open_alerts(), member).visible(today)


def closed_alerts() -> AlertQuerySet:
    """Alerts that are over, the last closed first."""
    return alerts_with_people().closed().order_by("-closed_at", "-pk")


def in_care_of(rows: AlertQuerySet, member: Membership) -> AlertQuerySet:
    """Those assigned to the member, or to nobody while they own the account.

    Managers and administrators also answer for accounts without an owner.
    """
    return rows.in_hands_of(member.member_id, with_unowned=member.role in OVERSEERS)


def alerts_with_people() -> AlertQuerySet:
    """Every alert that is told, with its account, who is responsible, and who acknowledged and resolved it."""
    people = ("account__owner__user", "assignee__user", "acknowledged_by", "resolved_by")
    return Alert.objects.told().select_related(*people)


def alert_counts(account_ids: Sequence[int]) -> dict[int, int]:
    """Open alerts of each account that has any."""
    with connection.cursor() as cursor:
        cursor.execute(_OPEN_ALERTS, {"workspace": tenancy.current_id(), "ids": scoring.array(account_ids)})
        return dict(cursor.fetchall())


# As `Alert.objects.told().open().filter(account__in=...)` grouped, which takes longer to compile than to run.
_OPEN_ALERTS = """
    select account_id, count(*) from alerts_alert
    where workspace_id = %(workspace)s and account_id = any(%(ids)s::bigint[]) and closed_at is null and not is_held_out
    group by account_id
"""


def assignees() -> list[Member]:
    """Who an alert can be assigned to, by name: active members who may work with accounts."""
    return [member for member in members() if can(member.role, Capability.WORK)]


def members_named(member_ids: Iterable[int]) -> dict[int, str]:
    """The names of members, also of those who have left."""
    wanted = set(member_ids)
    found = Member.objects.filter(pk__in=wanted).select_related("user") if wanted else ()
    return {member.pk: str(member.user) for member in found}


def escalation_members() -> list[Member]:
    """Who untouched alerts go to: the managers, or the administrators where there are none."""
    active = Member.objects.active().filter(user__is_active=True, role__in=OVERSEERS).order_by("pk")
    found = list(active)
    return [member for member in found if member.role == Role.MANAGER] or found
