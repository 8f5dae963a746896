"""For how many days each kind of data is kept."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from lib.time import now
from workspaces import actions, queries
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability
from workspaces.forms import RetentionForm


@requires(Capability.ADMINISTER)
def retention(request: WorkspaceRequest) -> HttpResponse:
    """The days of every kind, what would go by them, and when the old went last; `preview` saves nothing."""
    kept = queries.kept()
    form = RetentionForm(request.POST if request.method == "POST" else None, kept=kept)
    is_good = form.is_valid()
    if is_good and "preview" not in request.POST:
        actions.set_retention(days=form.cleaned_data, at=now(), by=request.user)
        messages.success(request, _("Saved. It counts from the next daily round on, shortly after 3:00 UTC."))
        return redirect("workspaces:retention")
    chosen = form.cleaned_data if is_good else {one.about.kind: one.days for one in kept}
    context = {"form": form, "rows": [_row(one, form, chosen) for one in kept], "is_preview": is_good}
    return render(request, "workspaces/retention.html", context, status=422 if form.is_bound and not is_good else 200)


def _row(one: queries.Kept, form: RetentionForm, chosen: dict[str, int | None]) -> dict[str, Any]:
    due = one.due(now(), chosen.get(one.about.kind))
    return {
        "kept": one,
        "field": form[one.about.kind],
        "due": min(due, queries.MOST_DUE),
        "is_more": due > queries.MOST_DUE,
    }
