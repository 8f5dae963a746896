"""What people think of some invented customers, beside the score; some of it is over by now."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from accounts.models import Account
from dashboard.demo.base import Team
from health.actions import pulses
from health.models import Pulse

STEPS = Pulse.Step
SAID = (
    (STEPS.THRIVING, 3, "Their director told us on the phone that they open two more offices next year."),
    (STEPS.TROUBLE, 6, "The new head of IT asked who else does what we do."),
    (STEPS.STEADY, 12, "Nothing new: the same people, the same work."),
    (STEPS.SHAKY, 20, "Our contact is looking for another job, and knows nobody who would follow."),
    (STEPS.WELL, 45, "They praised the roll-out in front of their board."),
)
EVERY = 4


def judge(accounts: Sequence[Account], team: Team, at: datetime) -> None:
    """Five of the first accounts, said over the last weeks."""
    for account, (step, days, reason) in zip(accounts[1::EVERY], SAID, strict=False):
        by = next(member.user for member in team.csms if member.pk == account.owner_id)
        pulses.set_pulse(account=account, step=step, reason=reason, at=at - timedelta(days=days), by=by)
