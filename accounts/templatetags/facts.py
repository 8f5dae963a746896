"""`{% load facts %}`: how the kinds of facts look on a timeline."""

from django import template
from django.utils.safestring import SafeString

from lib import markup

register = template.Library()

ICONS = {
    "account": "building", "action": "checklist", "alert": "bell", "complaint": "mood-sad", "contact": "user",
    "content": "book", "contract": "file-description", "follow_up": "phone", "goal": "target", "health": "heartbeat",
    "milestone": "flag", "plan": "target", "playbook": "player-play", "promise": "checklist", "pulse": "heartbeat",
    "review": "presentation", "stage": "route", "survey": "message-2", "task": "check", "ticket": "ticket",
    "touchpoint": "messages", "work": "sun",
}  # fmt: skip
LOOKS = {
    "alert.opened": "bad", "alert.closed": "good", "contact.left": "watch", "survey.answered": "info",
    "complaint.opened": "bad", "complaint.closed": "good", "complaint.overdue": "watch", "complaint.reopened": "watch",
    "complaint.updated": "info", "follow_up.told": "good",
    "goal.reached": "good", "goal.confirmed": "good", "plan.confirmed": "good", "milestone.done": "good",
    "content.completed": "good", "promise.broken": "bad", "promise.kept": "good", "promise.questioned": "watch",
    "ticket.reopened": "watch", "touchpoint.logged": "info", "review.held": "good", "action.done": "good",
    "playbook.started": "info", "playbook.ended": "info", "task.done": "good",
}  # fmt: skip


@register.simple_tag
def fact_icon(kind: str) -> SafeString:
    """The icon of what the fact is about: `ticket.closed` is about a ticket."""
    return markup.icon(ICONS.get(kind.partition(".")[0], "circle-dashed"))


@register.filter
def fact_look(kind: str) -> str:
    """The tone of a line: empty, `good`, `watch`, `bad` or `info`."""
    return LOOKS.get(kind, "")
