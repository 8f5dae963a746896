"""What several pages share: one event, and a page of them."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from integrations import rows
from integrations.models import InboxEvent
from integrations.queries import events as event_queries
from lib.paging import Sort, page_of
from workspaces.access import WorkspaceRequest

NEWEST_FIRST = Sort("id", falls=True, ids_fall=True)


def page(request: WorkspaceRequest, events: QuerySet[InboxEvent]) -> dict[str, Any]:
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    found = page_of(events, NEWEST_FIRST, event_queries.COLUMNS, after=after, before=before)
    return {"rows": rows.deliveries(found), "before": found.before, "after": found.after}


def state_tabs(request: WorkspaceRequest, state: str, *, is_mapped: bool) -> list[dict[str, Any]]:
    """All deliveries, and those of each outcome that can be; the other parameters of the address go."""
    states = [("", _("All")), *InboxEvent.State.choices]
    states = [(value, label) for value, label in states if is_mapped or value != InboxEvent.State.SAMPLE]
    return [
        {"label": label, "url": f"{request.path}?state={value}" if value else request.path, "active": value == state}
        for value, label in states
    ]


def event_or_404(pk: int) -> InboxEvent:
    event = event_queries.event(pk)
    if event is None:
        raise Http404
    return event
