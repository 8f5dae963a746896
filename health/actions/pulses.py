"""Say how a customer is doing, and take a slip back."""

from datetime import datetime

from django.db import transaction

from accounts.actions.facts import record_fact
from accounts.models import Account
from health import queries
from health.models import Pulse
from workspaces.models import User


class ReasonMissing(Exception):
    """A judgement needs the reason for it."""


class TooLate(Exception):
    """It has been there for longer than some minutes, or was taken back before."""


@transaction.atomic
def set_pulse(*, account: Account, step: int, reason: str, at: datetime, by: User | None) -> Pulse:
    """Say it anew; what was said before stays in the history. Raises ReasonMissing."""
    if not reason.strip():
        raise ReasonMissing
    added: Pulse = Pulse.objects.create(
        account=account, step=Pulse.Step(step).value, reason=reason.strip(), at=at, by=by
    )
    record_fact(
        account=account, kind="pulse.set", at=at, by=by, pulse_id=added.pk, step=added.step, reason=added.reason
    )
    return added


@transaction.atomic
def take_back(*, pulse: Pulse, at: datetime, by: User | None) -> Pulse:
    """As if it had not been said: the one before holds again, if its time is not over. Raises TooLate."""
    held = Pulse.objects.select_for_update(of=("self",)).select_related("account").get(pk=pulse.pk)
    if not queries.can_take_back(held, at):
        raise TooLate
    held.taken_back_at = at
    held.save(update_fields=["taken_back_at"])
    record_fact(account=held.account, kind="pulse.taken_back", at=at, by=by, pulse_id=held.pk, step=held.step)
    return held
