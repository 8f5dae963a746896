"""Keep what a help desk's API said about an event."""

from typing import Any

from django.db import transaction

from integrations.helpdesks.reading import plain
from integrations.models import InboxEvent


@transaction.atomic
def keep_findings(*, event_id: int, found: dict[str, Any]) -> None:
    """Note what was found, even if it is nothing, so that it is not asked again."""
    waiting = InboxEvent.objects.filter(pk=event_id, state=InboxEvent.State.RECEIVED)
    waiting.update(found=plain(found) or {"error": ""})
