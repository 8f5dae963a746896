"""Goals: set, read, reach, have confirmed, or give up."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.actions.facts import record_fact
from accounts.models import Account, Contact, Metric
from lib import changing
from lib.time import day_of
from plans.actions import limits
from plans.models import Goal, GoalReading
from workspaces.models import User

EDITABLE = ("name", "unit", "baseline", "target", "starts_on", "due_on", "weight", "site", "metric")
WHAT_COUNTS = ("baseline", "target", "starts_on", "due_on", "weight")


@transaction.atomic
def set_goal(
    *,
    account: Account,
    name: str,
    baseline: float,
    target: float,
    starts_on: date,
    due_on: date,
    at: datetime,
    by: User | None,
    unit: str = "",
    weight: int = 1,
    site: str = "",
    metric: Metric | None = None,
) -> Goal:
    """A number to bring from `baseline` to `target` between two days. Raises Refused."""
    told = limits.stripped(
        {
            "name": name, "unit": unit, "baseline": baseline, "target": target, "starts_on": starts_on,
            "due_on": due_on, "weight": weight, "site": site, "metric": metric,
        }
    )  # fmt: skip
    _check(told, told, at)
    goal: Goal = Goal.objects.create(account=account, **told, recorded_at=at)
    _tell("goal.set", goal, at, by, due_on=due_on.isoformat(), target=target, unit=goal.unit)
    return goal


@transaction.atomic
def change_goal(*, goal: Goal, changes: Mapping[str, Any], at: datetime, by: User | None) -> Goal:
    """Change any of EDITABLE of a goal that was not given up. Raises Refused, GoalEnded."""
    held = _hold(goal)
    changed = changing.different(held, limits.stripped(changes), EDITABLE)
    _check(changed, {name: changed.get(name, getattr(held, name)) for name in EDITABLE}, at)
    if changed:
        before = {name: _plain(getattr(held, name)) for name in WHAT_COUNTS if name in changed}
        for name, value in changed.items():
            setattr(held, name, value)
        held.save(update_fields=list(changed))
        _tell("goal.changed", held, at, by, fields=sorted(changed), before=before)
    return held


@transaction.atomic
def read_goal(*, goal: Goal, day: date, value: float, at: datetime, by: User | None) -> tuple[GoalReading, bool]:
    """What was read on `day`, which replaces what was read for it before; and whether the day is new.

    A goal with a metric is read from that. Raises Refused, GoalEnded.
    """
    held = _hold(goal)
    told = {"day": day, "value": value}
    by_itself = {"goal": _("This goal is read from its metric.")} if held.metric_id else {}
    limits.refuse(dict(by_itself), limits.past_of(told, ["day"], day_of(at)), limits.numbers_of(told, ["value"]))
    reading: GoalReading
    reading, is_new = GoalReading.objects.get_or_create(
        goal=held, day=day, defaults={"value": value, "recorded_at": at, "by": by}
    )
    if not is_new and reading.value == value:
        return reading, False
    if not is_new:
        reading.value, reading.recorded_at, reading.by = value, at, by
        reading.save(update_fields=["value", "recorded_at", "by"])
    _tell("goal.read", held, at, by, reading_id=reading.pk, day=day.isoformat(), value=value, unit=held.unit)
    return reading, is_new


@transaction.atomic
def reach_goal(*, goal: Goal, on: date, at: datetime, by: User | None) -> Goal:
    """The target was met. Raises Refused, GoalEnded, AlreadyReached."""
    held = _hold(goal)
    if held.reached_on:
        raise limits.AlreadyReached
    limits.refuse(
        limits.past_of({"on": on}, ["on"], day_of(at)),
        on=lambda: _("Not before the goal begins.") if on < held.starts_on else None,
    )
    held.reached_on = on
    held.save(update_fields=["reached_on"])
    _tell("goal.reached", held, at, by, on=on.isoformat())
    return held


@transaction.atomic
def confirm_goal(*, goal: Goal, on: date, at: datetime, by: User | None, contact: Contact | None = None) -> Goal:
    """The customer says so, too; `contact` is who. Raises Refused, GoalEnded, NotReached, AlreadyConfirmed."""
    held = _hold(goal)
    reached_on = held.reached_on
    if reached_on is None:
        raise limits.NotReached
    if held.confirmed_on:
        raise limits.AlreadyConfirmed
    is_foreign = contact is not None and contact.account_id != held.account_id
    limits.refuse(
        limits.past_of({"on": on}, ["on"], day_of(at)),
        {"contact": _("This contact belongs to another account.")} if is_foreign else {},
        on=lambda: _("Not before the goal was reached.") if on < reached_on else None,
    )
    held.confirmed_on, held.confirmed_by = on, contact
    held.save(update_fields=["confirmed_on", "confirmed_by"])
    who = {"contact_id": contact.pk, "contact_name": str(contact)} if contact else {}
    _tell("goal.confirmed", held, at, by, on=on.isoformat(), **who)
    return held


@transaction.atomic
def end_goal(*, goal: Goal, on: date, at: datetime, by: User | None) -> Goal:
    """It was given up, and counts no more. Raises Refused, GoalEnded, AlreadyReached."""
    held = _hold(goal)
    if held.reached_on:
        raise limits.AlreadyReached
    limits.refuse(limits.past_of({"on": on}, ["on"], day_of(at)))
    held.ended_on = on
    held.save(update_fields=["ended_on"])
    _tell("goal.ended", held, at, by, on=on.isoformat())
    return held


@transaction.atomic
def reopen_goal(*, goal: Goal, at: datetime, by: User | None) -> Goal:
    """It was neither reached nor given up after all. Raises StillOpen."""
    held = _locked(goal)
    if held.is_open:
        raise limits.StillOpen
    held.reached_on = held.confirmed_on = held.ended_on = held.confirmed_by = None
    held.save(update_fields=["reached_on", "confirmed_on", "ended_on", "confirmed_by"])
    _tell("goal.reopened", held, at, by)
    return held


def _locked(goal: Goal) -> Goal:
    return Goal.objects.select_for_update(of=("self",)).select_related("account", "metric").get(pk=goal.pk)


def _hold(goal: Goal) -> Goal:
    """The row, locked. Raises GoalEnded."""
    held = _locked(goal)
    if held.ended_on:
        raise limits.GoalEnded
    return held


def _check(changed: Mapping[str, Any], after: Mapping[str, Any], at: datetime) -> None:
    is_weight = 1 <= after["weight"] <= 100
    limits.refuse(
        limits.blank_of(changed, ["name"]),
        limits.days_of(changed, ["starts_on", "due_on"], day_of(at)),
        limits.numbers_of(changed, ["baseline", "target"]),
        {} if is_weight else {"weight": _("A number from 1 to 100.")},
        due_on=lambda: _due_too_early() if after["due_on"] <= after["starts_on"] else None,
        target=lambda: _goes_nowhere() if limits.is_same(after["target"], after["baseline"]) else None,
    )


def _due_too_early() -> Promise:
    return _("A goal is due after it begins.")


def _goes_nowhere() -> Promise:
    return _("The target differs from where it begins.")


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _tell(kind: str, goal: Goal, at: datetime, by: User | None, **data: Any) -> None:
    record_fact(account=goal.account, kind=kind, at=at, by=by, goal_id=goal.pk, name=goal.name, **data)
