"""Delete a workspace whose time has come: some rows an effect, until nothing is left, the effects themselves last."""

from datetime import datetime
from typing import Any

from outbox import actions
from outbox.models import Effect
from workspaces import actions as workspace_actions
from workspaces.models import Workspace

KIND = "workspaces.erase"
BATCH = 5000


def start(*, workspace: Workspace, at: datetime) -> None:
    """Begin when it is due; registered as the workspaces app's starter."""
    assert workspace.erase_at is not None  # noqa: S101  the caller has just set it
    payload = {"due": workspace.erase_at.isoformat(), "number": 0, "place": 0, "people": []}
    key = f"{payload['due']}:0"
    actions.enqueue(kind=KIND, key=key, payload=payload, at=at, available_at=workspace.erase_at)


def erase(effect: Effect, at: datetime) -> None:
    """Handler of `workspaces.erase`: one batch, and what follows it. Does nothing if the workspace is to be kept."""
    payload = effect.payload
    if not workspace_actions.is_erasure_due(due=payload["due"], at=at):
        return
    if payload["number"] == 0:
        actions.cancel_waiting(but=KIND, at=at)
        payload = {**payload, "people": workspace_actions.people_here()}
    place = workspace_actions.erase_batch(place=payload["place"], limit=BATCH)
    if place is not None:
        _enqueue({**payload, "place": place}, at)
    elif payload["place"]:  # a look through all tables that finds nothing comes before the end
        _enqueue({**payload, "place": 0}, at)
    else:
        workspace_actions.finish_erasure(people=payload["people"], at=at)


def _enqueue(payload: dict[str, Any], at: datetime) -> None:
    payload = {**payload, "number": payload["number"] + 1}
    actions.enqueue(kind=KIND, key=f"{payload['due']}:{payload['number']}", payload=payload, at=at)
