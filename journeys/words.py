"""How the timeline tells what journeys record."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.registry import Many, Words
from accounts.stages import Stage
from journeys import rules
from journeys.models import Play, Touchpoint


def stage_label(stage: str) -> str:
    """The stage's name in the reader's language; its key if we do not know it."""
    return str(dict(Stage.choices).get(stage, stage))


def stage_entered(data: dict[str, Any]) -> str:
    why = rules.sentence(data.get("rule", ""), data.get("reason", ""), data.get("detail", {}))
    return _("%(from)s → %(to)s: %(why)s") % {
        "from": stage_label(data["from_stage"]),
        "to": stage_label(data["to_stage"]),
        "why": why,
    }


def stage_taken_back(data: dict[str, Any]) -> str:
    return _("Back to %(to)s: the move to %(from)s was taken back.") % {
        "from": stage_label(data["from_stage"]),
        "to": stage_label(data["to_stage"]),
    }


def touchpoint_logged(data: dict[str, Any]) -> str:
    channel = dict(Touchpoint.Channel.choices).get(data["channel"], data["channel"])
    if data.get("outcome") == Touchpoint.Outcome.MISSED:
        channel = _("%(channel)s (missed)") % {"channel": channel}
    if data.get("contact_name"):
        return _("%(channel)s with %(contact)s: %(summary)s") % {
            "channel": channel,
            "contact": data["contact_name"],
            "summary": data["summary"],
        }
    return _("%(channel)s: %(summary)s") % {"channel": channel, "summary": data["summary"]}


# --------------------------------------------------------------------------------------- playbooks and tasks
def playbook_started(data: dict[str, Any]) -> str:
    return _("Playbook started: %(name)s") % data


def playbook_ended(data: dict[str, Any]) -> str:
    if data["how"] == Play.Ended.STOPPED:
        return _("Playbook stopped: %(name)s. %(why)s") % data
    if data["how"] == Play.Ended.DROPPED:
        return _("Playbook ended, every step dropped: %(name)s") % data
    return _("Playbook finished: %(name)s, %(done)s of %(tasks)s steps done") % data


def playbook_taken_back(data: dict[str, Any]) -> str:
    return _("The start of the playbook %(name)s was taken back.") % data


def task_added(data: dict[str, Any]) -> str:
    if data["assignee_name"]:
        return _("Task for %(assignee_name)s: %(text)s") % data
    return _("Task: %(text)s") % data


def task_changed(data: dict[str, Any]) -> str:
    if "assignee" in data["fields"] and data["assignee_name"]:
        return _("Task given to %(assignee_name)s: %(text)s") % data
    return _("Task changed: %(text)s") % data


def task_done(data: dict[str, Any]) -> str:
    return _("Task done: %(text)s") % data


def task_dropped(data: dict[str, Any]) -> str:
    return _("Task dropped: %(text)s. %(reason)s") % data


def task_reopened(data: dict[str, Any]) -> str:
    return _("Task open again: %(text)s") % data


def many_done(count: int) -> str:
    return ngettext("%(count)s task done", "%(count)s tasks done", count) % {"count": count}


TOLD: dict[str, tuple[Words, Many | None]] = {
    "playbook.started": (playbook_started, None),
    "playbook.ended": (playbook_ended, None),
    "playbook.taken_back": (playbook_taken_back, None),
    "task.added": (task_added, None),
    "task.changed": (task_changed, None),
    "task.done": (task_done, many_done),
    "task.dropped": (task_dropped, None),
    "task.reopened": (task_reopened, None),
}
