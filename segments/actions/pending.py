"""What is to be computed in the background."""

from datetime import datetime

from outbox import actions as outbox_actions
from segments import queries
from segments.models import Segment

REFRESH = "segments.refresh"


def refresh_later(*, segment: Segment, at: datetime) -> None:
    """Find the members of one segment as soon as a worker can."""
    outbox_actions.enqueue(
        kind=REFRESH, key=f"{segment.pk}:{at.isoformat()}", payload={"segment_id": segment.pk}, at=at
    )


def refresh_all_later(*, key: str, at: datetime) -> None:
    """Find the members of every segment; `key` names the occasion."""
    ids = queries.segments().values_list("pk", flat=True)
    outbox_actions.enqueue_many(kind=REFRESH, items=[(f"{key}:{pk}", {"segment_id": pk}) for pk in ids], at=at)
