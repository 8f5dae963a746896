"""One delivery, and what is to be done with it again."""

import json

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from integrations import rows
from integrations.actions import processing
from integrations.helpdesks.payload import NotJson, decode
from integrations.views.pages import event_or_404
from lib.time import now
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability

MOST_SHOWN = 100_000  # characters of a body


@requires(Capability.ADMINISTER)
@require_safe
def event(request: WorkspaceRequest, pk: int) -> HttpResponse:
    event = event_or_404(pk)
    context = {
        "event": event,
        "chip": rows.state(event.state),
        "matched_by": rows.match_words(event.match),
        "headers": sorted(event.headers.items()),
        "body": _readable(bytes(event.body)),
        "size": len(event.body),
        "found": json.dumps(event.found, indent=2, ensure_ascii=False) if event.found else "",
    }
    return render(request, "integrations/event.html", context)


@requires(Capability.ADMINISTER)
@require_POST
def event_replay(request: WorkspaceRequest, pk: int) -> HttpResponse:
    try:
        processing.replay(event=event_or_404(pk), at=now(), by=request.user)
    except processing.StillWaiting:
        messages.info(request, _("This delivery is waiting to be processed already."))
    except processing.BodyGone:
        messages.info(request, _("Its body is gone, so there is nothing to process again."))
    else:
        messages.success(request, _("The delivery is being processed again."))
    return redirect("integrations:event", pk)


def _readable(body: bytes) -> str:
    try:
        text = json.dumps(decode(body), indent=2, ensure_ascii=False)
    except NotJson:
        text = body.decode(errors="replace")
    return text[:MOST_SHOWN].encode(errors="replace").decode()
