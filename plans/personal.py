"""What this room keeps about a person: plans, goals and milestones that name them, and goals they confirmed."""

from datetime import datetime
from typing import Any

from django.db.models import Q

from accounts.models import Contact
from accounts.privacy import naming, redact
from accounts.registry import personal
from plans.models import Goal, Milestone, PlanVersion

Rows = list[dict[str, Any]]

PLAN = ("why_bought", "use_case", "replaces", "success_criteria")
GOAL = ("name", "unit", "site")
MILESTONE = ("name", "material")


def plan_rows(contact: Contact) -> Rows:
    plans = PlanVersion.objects.filter(account=contact.account_id)
    return [{**row} for row in naming(plans, contact, *PLAN).order_by("pk").values("recorded_at", *PLAN)]


def goal_rows(contact: Contact) -> Rows:
    goals = Goal.objects.filter(account=contact.account_id)
    named = naming(goals, contact, *GOAL).values("pk")
    found = goals.filter(Q(confirmed_by=contact) | Q(pk__in=named)).order_by("pk")
    return [{**row} for row in found.values(*GOAL, "reached_on", "confirmed_on")]


def milestone_rows(contact: Contact) -> Rows:
    steps = Milestone.objects.filter(account=contact.account_id)
    return [
        {**row} for row in naming(steps, contact, *MILESTONE).order_by("pk").values(*MILESTONE, "due_on", "done_on")
    ]


def erase_from_plans(contact: Contact, at: datetime) -> None:
    redact(PlanVersion.objects.filter(account=contact.account_id), contact, *PLAN)


def erase_from_goals(contact: Contact, at: datetime) -> None:
    """That the customer confirmed it, and when, stays."""
    redact(Goal.objects.filter(account=contact.account_id), contact, *GOAL)


def erase_from_milestones(contact: Contact, at: datetime) -> None:
    redact(Milestone.objects.filter(account=contact.account_id), contact, *MILESTONE)


def register() -> None:
    personal("plans", export=plan_rows, erase=erase_from_plans)
    personal("goals", export=goal_rows, erase=erase_from_goals)
    personal("milestones", export=milestone_rows, erase=erase_from_milestones)
