"""Addresses that no mail goes to any more: why, since when, and how to lift it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lib import downloads
from lib.paging import Sort, page_of
from lib.time import now
from outbox import actions, exports, queries
from outbox.models import Suppression
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability

NEWEST_FIRST = Sort("id", falls=True, ids_fall=True)
COLUMNS = ("digest", "reason", "code", "at")


@requires(Capability.ADMINISTER)
@require_safe
def suppression_list(request: WorkspaceRequest) -> HttpResponse:
    """The latest first; `?address=` finds one, as only its hash is kept."""
    asked = request.GET.get("address", "").strip()
    found = queries.suppressions()
    if asked:
        found = found.filter(digest__in=queries.digests(asked))
    page = page_of(
        found, NEWEST_FIRST, COLUMNS, after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )
    known = queries.last_addresses(row["digest"] for row in page.rows)
    context = {
        "rows": [_row(row, known) for row in page.rows],
        "asked": asked,
        "before": page.before,
        "after": page.after,
        "nav": "settings",
    }
    return render(request, "outbox/suppression_list.html", context)


def _row(row: dict[str, Any], known: dict[str, str]) -> dict[str, Any]:
    return {**row, "address": known.get(row["digest"], ""), "why": Suppression.Reason(row["reason"]).label}


@requires(Capability.ADMINISTER)
@require_POST
def suppression_lift(request: WorkspaceRequest, pk: int) -> HttpResponse:
    actions.lift_suppression(suppression=get_object_or_404(Suppression, pk=pk), at=now(), by=request.user)
    messages.success(request, _("Mail may go to this address again."))
    return redirect("outbox:suppression_list")


@requires(Capability.ADMINISTER)
@require_safe
def suppression_export(request: WorkspaceRequest) -> HttpResponse:
    return downloads.export("suppressed-addresses", exports.suppressions(queries.suppressions()))
