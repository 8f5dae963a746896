"""Work that is stuck: a person decides."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from lib.markup import state_chip
from lib.paging import Sort, page_of
from lib.time import now
from outbox import actions, queries, words
from outbox.models import Effect
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability

NEWEST_FIRST = Sort("id", falls=True, ids_fall=True)
COLUMNS = ("kind", "dedupe_key", "payload", "state", "attempts", "created_at", "last_error")


@requires(Capability.ADMINISTER)
@require_safe
def stuck_list(request: WorkspaceRequest) -> HttpResponse:
    stuck = queries.stuck_effects()
    page = page_of(
        stuck, NEWEST_FIRST, COLUMNS, after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )
    mails = queries.mails_of(page.rows)
    context = {
        "rows": [{**_row(row), "mail": mails.get(row["payload"].get("mail_id"))} for row in page.rows],
        "total": stuck.count(),
        "before": page.before,
        "after": page.after,
    }
    return render(request, "outbox/stuck_list.html", context)


def _row(row: dict[str, Any]) -> dict[str, Any]:
    label = str(Effect.State(row["state"]).label)
    return {
        **row,
        "what": words.work(row["kind"]),
        "what_now": words.what_now(row["state"]),
        "chip": state_chip("watch" if row["state"] == Effect.State.IN_DOUBT else "bad", label),
    }


@requires(Capability.ADMINISTER)
@require_POST
def stuck_replay(request: WorkspaceRequest, pk: int) -> HttpResponse:
    try:
        actions.replay(effect=get_object_or_404(Effect, pk=pk), at=now(), by=request.user)
    except actions.NotStuck:
        messages.info(request, _("Somebody has decided about this already."))
    else:
        messages.success(request, _("It is being tried again."))
    return redirect("outbox:stuck_list")


@requires(Capability.ADMINISTER)
@require_POST
def stuck_replay_all(request: WorkspaceRequest) -> HttpResponse:
    count = actions.replay_all(at=now(), by=request.user)
    text = ngettext("%(count)d thing is being tried again.", "%(count)d things are being tried again.", count)
    messages.success(request, text % {"count": count})
    return redirect("outbox:stuck_list")


@requires(Capability.ADMINISTER)
@require_POST
def stuck_cancel(request: WorkspaceRequest, pk: int) -> HttpResponse:
    try:
        actions.give_up(effect=get_object_or_404(Effect, pk=pk), at=now(), by=request.user)
    except actions.NotStuck:
        messages.info(request, _("Somebody has decided about this already."))
    else:
        messages.success(request, _("Cancelled. It will not be tried again."))
    return redirect("outbox:stuck_list")
