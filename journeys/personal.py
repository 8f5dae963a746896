"""What this room keeps about a person: how we met them, what they said that moved their company, and what was to be
done about them."""

from datetime import datetime
from typing import Any

from accounts.models import Contact
from accounts.privacy import naming, redact, scrub
from accounts.registry import personal
from journeys.models import Play, StageMove, Task, Touchpoint

Rows = list[dict[str, Any]]


def touchpoint_rows(contact: Contact) -> Rows:
    points = Touchpoint.objects.filter(account=contact.account_id)
    mine = points.filter(contact=contact).values("pk")
    found = points.filter(pk__in=mine) | points.filter(pk__in=naming(points, contact, "summary").values("pk"))
    told = found.order_by("at", "pk").values(
        "at", "channel", "direction", "summary", "outcome", "is_proactive", "expected", "felt"
    )
    return [{**row} for row in told]


def move_rows(contact: Contact) -> Rows:
    moves = StageMove.objects.filter(account=contact.account_id)
    said = moves.filter(pk__in=naming(moves, contact, "reason").values("pk"))
    found = moves.filter(data__contact_id=contact.pk) | moves.filter(data__driver__contact_id=contact.pk) | said
    return list(found.order_by("pk").values("at", "from_stage", "to_stage", "reason", "data"))


def erase_from_touchpoints(contact: Contact, at: datetime) -> None:
    """What was noted of a meeting stays, without their name."""
    redact(Touchpoint.objects.filter(account=contact.account_id), contact, "summary")


def erase_from_moves(contact: Contact, at: datetime) -> None:
    moves = StageMove.objects.filter(account=contact.account_id)
    for move in moves.exclude(data={}):
        told = scrub(move.data, contact)
        if told != move.data:
            StageMove.objects.filter(pk=move.pk).update(data=told)
    redact(moves, contact, "reason", "data")


def task_rows(contact: Contact) -> Rows:
    tasks = Task.objects.filter(account=contact.account_id)
    found = naming(tasks, contact, "text", "drop_reason").order_by("pk")
    return [{**row} for row in found.values("created_at", "text", "due_on", "done_at", "dropped_at", "drop_reason")]


def play_rows(contact: Contact) -> Rows:
    plays = Play.objects.filter(account=contact.account_id)
    found = naming(plays, contact, "ended_why").order_by("pk")
    return [{**row} for row in found.values("started_at", "playbook__name", "ended_at", "ended_why")]


def erase_from_tasks(contact: Contact, at: datetime) -> None:
    """That it was to be done, by whom and when, stays."""
    redact(Task.objects.filter(account=contact.account_id), contact, "text", "drop_reason")


def erase_from_plays(contact: Contact, at: datetime) -> None:
    redact(Play.objects.filter(account=contact.account_id), contact, "ended_why")


def register() -> None:
    personal("touchpoints", export=touchpoint_rows, erase=erase_from_touchpoints)
    personal("stage_moves", export=move_rows, erase=erase_from_moves)
    personal("tasks", export=task_rows, erase=erase_from_tasks)
    personal("plays", export=play_rows, erase=erase_from_plays)
