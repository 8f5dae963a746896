"""Milestones: plan, change, finish, take out."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actions.facts import record_fact
from accounts.models import Account
from lib import changing
from lib.time import day_of
from plans import progress
from plans.actions import limits
from plans.models import Milestone
from workspaces.models import User

EDITABLE = ("name", "phase", "due_on", "material", "position")
MOST_POSITION = 32_767


@transaction.atomic
def plan_milestone(
    *,
    account: Account,
    name: str,
    phase: str,
    due_on: date,
    at: datetime,
    by: User | None,
    material: str = "",
    position: int = 0,
) -> Milestone:
    """A step on the account's way. Raises Refused."""
    told = limits.stripped({"name": name, "phase": phase, "due_on": due_on, "material": material, "position": position})
    _check(told, at)
    planned: Milestone = Milestone.objects.create(account=account, **told, recorded_at=at)
    _tell("milestone.planned", planned, at, by, phase=planned.phase, due_on=due_on.isoformat())
    return planned


@transaction.atomic
def change_milestone(*, milestone: Milestone, changes: Mapping[str, Any], at: datetime, by: User | None) -> Milestone:
    """Change any of EDITABLE, of one that is done as well. Raises Refused."""
    held = _hold(milestone)
    changed = changing.different(held, limits.stripped(changes), EDITABLE)
    _check(changed, at)
    if changed:
        before = {"due_on": held.due_on.isoformat()} if "due_on" in changed else {}
        for name, value in changed.items():
            setattr(held, name, value)
        held.save(update_fields=list(changed))
        _tell("milestone.changed", held, at, by, fields=sorted(changed), before=before)
    return held


@transaction.atomic
def finish_milestone(*, milestone: Milestone, on: date, at: datetime, by: User | None) -> Milestone:
    """It was done on that day. Raises Refused, AlreadyDone."""
    held = _hold(milestone)
    if held.done_on:
        raise limits.AlreadyDone
    limits.refuse(limits.past_of({"on": on}, ["on"], day_of(at)))
    held.done_on, held.done_recorded_at = on, at
    held.save(update_fields=["done_on", "done_recorded_at"])
    late = max(0, progress.days_late(held.due_on, on, on))
    _tell("milestone.done", held, at, by, phase=held.phase, on=on.isoformat(), days_late=late)
    return held


@transaction.atomic
def reopen_milestone(*, milestone: Milestone, at: datetime, by: User | None) -> Milestone:
    """It was not done after all. Raises StillOpen."""
    held = _hold(milestone)
    if not held.done_on:
        raise limits.StillOpen
    held.done_on = held.done_recorded_at = None
    held.save(update_fields=["done_on", "done_recorded_at"])
    _tell("milestone.reopened", held, at, by)
    return held


@transaction.atomic
def remove_milestone(*, milestone: Milestone, at: datetime, by: User | None) -> None:
    """Take it out, for good; a second time does nothing."""
    held = Milestone.objects.select_for_update(of=("self",)).select_related("account").filter(pk=milestone.pk).first()
    if held is not None:
        _tell("milestone.removed", held, at, by, phase=held.phase, due_on=held.due_on.isoformat())
        held.delete()


def _hold(milestone: Milestone) -> Milestone:
    return Milestone.objects.select_for_update(of=("self",)).select_related("account").get(pk=milestone.pk)


def _check(changed: Mapping[str, Any], at: datetime) -> None:
    link = changed.get("material")
    phase, position = changed.get("phase"), changed.get("position", 0)
    limits.refuse(
        limits.blank_of(changed, ["name"]),
        limits.days_of(changed, ["due_on"], day_of(at)),
        {"material": _("An address that begins with http:// or https://.")}
        if link and not limits.is_web_address(link)
        else {},
        {"phase": _("No such phase.")} if phase is not None and phase not in Milestone.Phase.values else {},
        {} if 0 <= position <= MOST_POSITION else {"position": _("A number from 0 to 32767.")},
    )


def _tell(kind: str, milestone: Milestone, at: datetime, by: User | None, **data: Any) -> None:
    record_fact(
        account=milestone.account, kind=kind, at=at, by=by, milestone_id=milestone.pk, name=milestone.name, **data
    )
