"""Accounts taken off Today for a while, and brought back."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.actions import facts as fact_actions
from accounts.models import Account
from alerts.actions.care import NotInFuture, ReasonMissing
from alerts.models import Dismissal
from lib.time import day_of
from workspaces.models import User

UNDONE_WITHIN = timedelta(minutes=10)


class AlreadyBack(Exception):
    """It is on Today again."""


@transaction.atomic
def dismiss(*, account: Account, until: date, reason: str, at: datetime, by: User | None) -> Dismissal:
    """Take an account off everybody's Today until a day, or until something new happens to it.

    A second time replaces the first. Raises NotInFuture, ReasonMissing.
    """
    if until <= day_of(at):
        raise NotInFuture
    if not reason.strip():
        raise ReasonMissing
    Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
    Dismissal.objects.filter(account=account, ended_at=None).update(ended_at=at, ended_by=by)
    dismissal: Dismissal = Dismissal.objects.create(account=account, until=until, reason=reason.strip(), at=at, by=by)
    told: dict[str, Any] = {"dismissal_id": dismissal.pk, "until": until.isoformat(), "reason": dismissal.reason}
    fact_actions.record_fact(account=account, kind="work.dismissed", at=at, by=by, **told)
    return dismissal


@transaction.atomic
def bring_back(*, dismissal: Dismissal, at: datetime, by: User | None) -> Dismissal:
    """Put an account on Today again, where it has something to do. Raises AlreadyBack."""
    dismissal = Dismissal.objects.select_for_update(of=("self",)).select_related("account").get(pk=dismissal.pk)
    if dismissal.ended_at is not None:
        raise AlreadyBack
    dismissal.ended_at, dismissal.ended_by = at, by
    dismissal.save(update_fields=["ended_at", "ended_by"])
    fact_actions.record_fact(
        account=dismissal.account, kind="work.brought_back", at=at, by=by, dismissal_id=dismissal.pk
    )
    return dismissal
