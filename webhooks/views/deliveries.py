"""Deliveries: what went out, what came back, and sending it again."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from lib.paging import Sort, page_of
from lib.time import now
from webhooks import rows, words
from webhooks.actions import deliveries as actions
from webhooks.forms import ReplayForm
from webhooks.models import Delivery, Endpoint
from webhooks.queries import deliveries as queries
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability

SOON = timedelta(minutes=1)
NEWEST_FIRST = Sort("id", falls=True, ids_fall=True)


def chosen_state(request: WorkspaceRequest) -> str:
    """The outcome asked for, empty for all of them."""
    asked = request.GET.get("state", "")
    return asked if asked in dict(_outcomes()) else ""


def tabs(request: WorkspaceRequest, chosen: str) -> list[dict[str, Any]]:
    """One tab for each outcome."""
    return [
        {
            "label": label,
            "url": f"{request.path}?state={value}#deliveries" if value else f"{request.path}#deliveries",
            "active": value == chosen,
        }
        for value, label in _outcomes()
    ]


def _outcomes() -> list[tuple[str, str]]:
    waiting, delivered = Delivery.State.WAITING, Delivery.State.DELIVERED
    return [
        ("", _("All")),
        (waiting.value, str(waiting.label)),
        (delivered.value, str(delivered.label)),
        (queries.UNSENT, _("Not delivered")),
    ]


def page(request: WorkspaceRequest, endpoint_id: int) -> dict[str, Any]:
    """One page of an endpoint's deliveries; `is_moving` says that it is worth looking again soon."""
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    deliveries = queries.deliveries_of(endpoint_id, chosen_state(request))
    found = page_of(deliveries, NEWEST_FIRST, queries.COLUMNS, after=after, before=before)
    is_moving = any(row["state"] == Delivery.State.WAITING for row in found.rows)
    return {"rows": rows.deliveries(found), "before": found.before, "after": found.after, "is_moving": is_moving}


@requires(Capability.ADMINISTER)
@require_safe
def delivery(request: WorkspaceRequest, pk: int) -> HttpResponse:
    delivery, at = _delivery_or_404(pk), now()
    next_at = queries.next_attempt(delivery, actions.DELIVER)
    context = {
        "delivery": delivery,
        "chip": rows.state(delivery.state),
        "kind_words": words.kind(delivery.kind),
        "log": rows.attempts(delivery),
        "next_at": next_at,
        "is_due": delivery.state == Delivery.State.WAITING and (next_at is None or next_at < at + SOON),
        "body": rows.readable(delivery.body),
        "size": len(delivery.body.encode()),
    }
    part = "#attempts" if request.htmx else ""
    return render(request, f"webhooks/delivery.html{part}", context)


@requires(Capability.ADMINISTER)
@require_POST
def delivery_replay(request: WorkspaceRequest, pk: int) -> HttpResponse:
    try:
        actions.replay(delivery=_delivery_or_404(pk), at=now(), by=request.user)
    except actions.EndpointOff:
        messages.error(request, _("Switch the webhook on first."))
    return redirect("webhooks:delivery", pk)


@requires(Capability.ADMINISTER)
@require_POST
def endpoint_replay(request: WorkspaceRequest, pk: int) -> HttpResponse:
    endpoint, form = get_object_or_404(Endpoint, pk=pk), ReplayForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a day to begin with."))
        return redirect("webhooks:endpoint", pk)
    try:
        count = actions.replay_unsent(endpoint=endpoint, since=form.cleaned_data["since"], at=now(), by=request.user)
    except actions.EndpointOff:
        messages.error(request, _("Switch the webhook on first."))
    else:
        text = ngettext("%(n)d message is sent again.", "%(n)d messages are sent again.", count)
        messages.success(request, text % {"n": count} if count else _("There is nothing to send again since that day."))
    return redirect("webhooks:endpoint", pk)


def _delivery_or_404(pk: int) -> Delivery:
    delivery = queries.delivery(pk)
    if delivery is None:
        raise Http404
    return delivery
