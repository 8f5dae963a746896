"""How the timeline tells of plans, goals and milestones; and the names of what they consist of."""

from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.registry import Many, Words
from lib.formatting import exact, number
from plans.progress import Standing

Data = dict[str, Any]
LONGEST = 1e15  # more digits than anybody reads

STANDINGS: dict[Standing, Promise] = {
    Standing.AHEAD: gettext_lazy("Ahead"),
    Standing.ON_TRACK: gettext_lazy("On track"),
    Standing.BEHIND: gettext_lazy("Behind"),
    Standing.UNREAD: gettext_lazy("No reading yet"),
    Standing.COMING: gettext_lazy("Not begun"),
    Standing.REACHED: gettext_lazy("Reached"),
    Standing.ENDED: gettext_lazy("Given up"),
}
LOOKS = {
    Standing.AHEAD: "good", Standing.ON_TRACK: "good", Standing.BEHIND: "bad", Standing.UNREAD: "muted",
    Standing.COMING: "muted", Standing.REACHED: "good", Standing.ENDED: "muted",
}  # fmt: skip
TONES = {
    Standing.AHEAD: "healthy", Standing.ON_TRACK: "healthy", Standing.BEHIND: "risk", Standing.REACHED: "healthy",
    Standing.ENDED: "none",
}  # fmt: skip
PARTS = {
    "why_bought": gettext_lazy("Why they bought"),
    "use_case": gettext_lazy("Use case"),
    "replaces": gettext_lazy("What it replaces"),
    "success_criteria": gettext_lazy("What success looks like"),
    "expected_on": gettext_lazy("Expected by"),
    "sponsor_role": gettext_lazy("Sponsor"),
}
FIELDS = {
    **PARTS,
    "metrics": gettext_lazy("What shows the use case"),
    "renewal_intent": gettext_lazy("Renewal intent"),
    "confirmed_on": gettext_lazy("Confirmed by the customer"),
}
INTENTS = {
    1: gettext_lazy("Surely not"),
    2: gettext_lazy("Rather not"),
    3: gettext_lazy("Undecided"),
    4: gettext_lazy("Rather yes"),
    5: gettext_lazy("Surely"),
}


def amount(value: float, unit: str) -> str:
    """`61 seats`, `4.25 %`: three decimals at most, and none that say nothing."""
    if abs(value) >= LONGEST:
        return f"{value:.3g} {unit}".strip()
    decimals = next((places for places in range(3) if round(value, places) == round(value, 3)), 3)
    return f"{number(value, decimals)} {unit}".strip()


def _day(data: Data, key: str) -> str:
    return exact(date.fromisoformat(data[key])) if data.get(key) else ""


def plan_saved(data: Data) -> str:
    changed = [str(FIELDS[name]) for name in FIELDS if name in data.get("fields", [])]
    return _("Success plan saved: %(fields)s") % {"fields": ", ".join(changed)} if changed else _("Success plan saved")


def plan_confirmed(data: Data) -> str:
    return _("The customer confirmed the success plan")


def goal_set(data: Data) -> str:
    told = {"name": data["name"], "target": amount(data["target"], data["unit"]), "day": _day(data, "due_on")}
    return _("Goal set: %(name)s, %(target)s by %(day)s") % told


def goal_changed(data: Data) -> str:
    return _("Goal changed: %(name)s") % data


def goal_read(data: Data) -> str:
    return _("%(name)s: %(value)s") % {"name": data["name"], "value": amount(data["value"], data["unit"])}


def goal_reached(data: Data) -> str:
    return _("Goal reached: %(name)s") % data


def goal_confirmed(data: Data) -> str:
    if data.get("contact_name"):
        return _("%(contact_name)s confirmed the goal: %(name)s") % data
    return _("The customer confirmed the goal: %(name)s") % data


def goal_ended(data: Data) -> str:
    return _("Goal given up: %(name)s") % data


def goal_reopened(data: Data) -> str:
    return _("Goal open again: %(name)s") % data


def milestone_planned(data: Data) -> str:
    return _("Milestone planned: %(name)s, by %(day)s") % {"name": data["name"], "day": _day(data, "due_on")}


def milestone_changed(data: Data) -> str:
    return _("Milestone changed: %(name)s") % data


def milestone_done(data: Data) -> str:
    late = data.get("days_late", 0)
    if not late:
        return _("Milestone done: %(name)s") % data
    words = ngettext(
        "Milestone done, %(late)s day late: %(name)s", "Milestone done, %(late)s days late: %(name)s", late
    )
    return words % {"late": late, "name": data["name"]}


def milestone_reopened(data: Data) -> str:
    return _("Milestone open again: %(name)s") % data


def milestone_removed(data: Data) -> str:
    return _("Milestone removed: %(name)s") % data


def many_planned(count: int) -> str:
    return ngettext("%(count)s milestone planned", "%(count)s milestones planned", count) % {"count": count}


TOLD: dict[str, tuple[Words, Many | None]] = {
    "plan.saved": (plan_saved, None),
    "plan.confirmed": (plan_confirmed, None),
    "goal.set": (goal_set, None),
    "goal.changed": (goal_changed, None),
    "goal.read": (goal_read, None),
    "goal.reached": (goal_reached, None),
    "goal.confirmed": (goal_confirmed, None),
    "goal.ended": (goal_ended, None),
    "goal.reopened": (goal_reopened, None),
    "milestone.planned": (milestone_planned, many_planned),
    "milestone.changed": (milestone_changed, None),
    "milestone.done": (milestone_done, None),
    "milestone.reopened": (milestone_reopened, None),
    "milestone.removed": (milestone_removed, None),
}
