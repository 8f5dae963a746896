"""The demo's changes of many accounts at once: one that stayed, and one that was taken back."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from accounts.models import Account
from accounts.stages import CUSTOMER
from bulk.actions import changes
from bulk.models import BulkChange
from dashboard.demo.base import Team

CHECK_UP = "Security check-up"
CHOSEN = 9  # of the customers, every so many


def change(accounts: Sequence[Account], team: Team, at: datetime) -> None:
    """Some customers were tagged last week; yesterday they were handed to the manager, and given back at once."""
    chosen = [account.pk for account in accounts if account.stage in CUSTOMER][::CHOSEN]
    _begin(chosen, BulkChange.Kind.TAG, {"tag": CHECK_UP}, at=at - timedelta(days=6, hours=3), team=team)
    owner = team.manager
    handed_at = at - timedelta(days=1, hours=2)
    handed = _begin(chosen, BulkChange.Kind.OWNER, {"owner": owner.pk, "name": str(owner)}, at=handed_at, team=team)
    changes.undo(change=handed, at=handed_at + timedelta(minutes=4), by=team.manager.user)


def _begin(chosen: Sequence[int], kind: str, params: dict[str, object], *, at: datetime, team: Team) -> BulkChange:
    return changes.begin(
        kind=kind,
        params=params,
        accounts=Account.objects.filter(pk__in=chosen),
        expected=len(chosen),
        source={"ids": len(chosen)},
        at=at,
        by=team.manager.user,
    )
