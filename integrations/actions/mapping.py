"""Say once where our fields are in what a system posts."""

from datetime import datetime
from typing import Any

from django.db import transaction

from integrations.actions import replays
from integrations.models import Connection
from workspaces import actions as workspace_actions
from workspaces.models import User


@transaction.atomic
def save_mapping(*, connection: Connection, mapping: dict[str, Any], at: datetime, by: User) -> None:
    """Read deliveries by `mapping` from now on; those that waited for one are processed in the background.

    What was applied by an older mapping stays as it is, until somebody has it processed again.
    """
    connection = Connection.objects.select_for_update(of=("self",)).get(pk=connection.pk)
    connection.options["mapping"] = mapping
    connection.save(update_fields=["options"])
    replays.begin_samples(connection=connection, at=at)
    detail = {"fields": sorted(mapping["paths"])}
    workspace_actions.record(kind="connection.mapped", subject=connection.name, at=at, by=by, detail=detail)
