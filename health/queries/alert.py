"""Alerts: whose, which, and how many."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connection

from accounts.models import Account
from health import scoring
from health.models import Alert, AlertQuerySet
from workspaces import tenancy
from workspaces.capabilities import Role
from workspaces.models import Member, User
from workspaces.queries import Membership

OVERSEERS = [Role.MANAGER, Role.ADMIN]  # they answer for accounts without an owner
MOST_RUNG = 99  # the bell says "99+" beyond


def alerts() -> AlertQuerySet:
    """Every alert with its account, by pk."""
    return Alert.objects.select_related("account").order_by("pk")


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
    """Those of the member's accounts; managers and administrators also answer for accounts without an owner."""
    return rows.in_hands_of(member.member_id, with_unowned=member.role in OVERSEERS)


def alerts_with_people() -> AlertQuerySet:
    """Every alert with its account, the account's owner, and who acknowledged and resolved it; unordered."""
    return Alert.objects.select_related("account__owner__user", "acknowledged_by", "resolved_by")


def bell_count(member: Membership, *, today: date) -> int:
    """How many visible alerts of the member's nobody has acknowledged, at most MOST_RUNG + 1: every page asks."""
    values: dict[str, Any] = {
        "workspace": tenancy.current_id(), "today": today, "member": member.member_id,
        "with_unowned": member.role in OVERSEERS, "most": MOST_RUNG + 1,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_BELL, values)
        return int(cursor.fetchone()[0])


# As `in_care_of(...).visible(today).unacknowledged()`, which takes longer to compile than to run.
_BELL = """
    select count(*) from (
        select from health_alert alert
        join accounts_account account on account.workspace_id = %(workspace)s and account.id = alert.account_id
        where alert.workspace_id = %(workspace)s and alert.closed_at is null and alert.acknowledged_at is null
          and (alert.snoozed_until is null or alert.snoozed_until <= %(today)s)
          and (account.owner_id = %(member)s or (%(with_unowned)s and account.owner_id is null))
        limit %(most)s
    ) ringing
"""


def alert_counts(account_ids: Sequence[int]) -> dict[int, int]:
    """Open alerts of each account that has any."""
    with connection.cursor() as cursor:
        cursor.execute(_OPEN_ALERTS, {"workspace": tenancy.current_id(), "ids": scoring.array(account_ids)})
        return dict(cursor.fetchall())


# As `Alert.objects.open().filter(account__in=...)` grouped, which takes longer to compile than to run.
_OPEN_ALERTS = """
    select account_id, count(*) from health_alert
    where workspace_id = %(workspace)s and account_id = any(%(ids)s::bigint[]) and closed_at is null
    group by account_id
"""


def recipients(account: Account) -> list[User]:
    """Who is told of an alert: the owner, or every manager and administrator when nobody owns the account."""
    active = Member.objects.active().filter(user__is_active=True).select_related("user").order_by("pk")
    owner = active.filter(pk=account.owner_id) if account.owner_id else Member.objects.none()
    return [member.user for member in owner or active.filter(role__in=OVERSEERS)]
