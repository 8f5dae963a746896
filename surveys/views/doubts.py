"""Answers that may be a machine's: why, and the click that makes one count."""

from contextlib import suppress

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lib.paging import Sort, page_of
from lib.time import now
from surveys.actions import answers
from surveys.doubts import DOUBTS, waiting
from surveys.models import Answer
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability

NEWEST_FIRST = Sort("id", falls=True, ids_fall=True)
COLUMNS = (
    "value", "scale_max", "metric", "comment", "doubt", "answered_at", "account_id", "account__name", "contact_id",
    "contact__name", "contact__email",
)  # fmt: skip


@requires(Capability.VIEW)
@require_safe
def doubt_list(request: WorkspaceRequest) -> HttpResponse:
    """Newest first, with what made us doubt."""
    found = waiting()
    page = page_of(
        found, NEWEST_FIRST, COLUMNS, after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )
    context = {
        "rows": [{**row, "why": DOUBTS.get(row["doubt"], row["doubt"])} for row in page.rows],
        "total": found.count(),
        "can_clear": request.member.can(Capability.WORK),
        "before": page.before,
        "after": page.after,
        "nav": "surveys",
    }
    return render(request, "surveys/doubt_list.html", context)


@requires(Capability.WORK)
@require_POST
def doubt_clear(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """A person gave it: from now on it counts."""
    with suppress(answers.NotDoubtful):  # somebody else was faster
        answers.clear_doubt(answer=get_object_or_404(Answer, pk=pk), at=now(), by=request.user)
    messages.success(request, _("It counts from now on."))
    return redirect("surveys:doubt_list")
