"""What customers say: the heat map, the comments behind it, and one comment with what decided."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lib.time import now
from voice import heat, rows, words
from voice.actions import themes as actions
from voice.forms import CorrectionForm
from voice.lens import Lens
from voice.models import Remark
from voice.queries import remarks as queries
from voice.queries import themes as theme_queries
from voice.views.pages import context, controls
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability

MOST_RISES = 5


@requires(Capability.VIEW)
@require_safe
def heat_map(request: WorkspaceRequest) -> HttpResponse:
    """Which themes are spoken of, where, and how; and what has risen."""
    lens = Lens.of(request.GET).but(theme=None, account=None, only="")
    rises = [
        {"rise": one, "text": words.rise(one), "url": heat.comments(Lens.of_rise(one.theme_id, one.day))}
        for one in theme_queries.rises()[:MOST_RISES]
    ]
    shown = context(request, "map", **controls(lens), **heat.table(lens, now()), rises=rises)
    return render(request, "voice/heat_map.html", shown)


@requires(Capability.VIEW)
@require_safe
def remark_list(request: WorkspaceRequest) -> HttpResponse:
    """The comments of the same address, newest first."""
    lens, at = Lens.of(request.GET), now()
    page, found = rows.remark_page(lens, at, request.GET.get("after", ""), request.GET.get("before", ""))
    shown = context(
        request,
        "comments",
        **controls(lens),
        rows=found,
        page=page,
        totals=queries.totals(lens.remarks(at), lens.theme),
    )
    return render(request, "voice/remark_list.html", shown)


@requires(Capability.VIEW)
@require_safe
def remark(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """One comment in full, with the words that decided."""
    return _page(request, remark_or_404(pk), None, 200)


@requires(Capability.WORK)
@require_POST
def remark_correct(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Say how it feels and what it is about."""
    one = remark_or_404(pk)
    form = CorrectionForm(request.POST)
    if not form.is_valid():
        return _page(request, one, form, 422)
    chosen = form.cleaned_data
    ids = [theme.pk for theme in chosen["themes"]]
    actions.correct(remark=one, feeling=chosen["feeling"], theme_ids=ids, at=now(), by=request.user)
    messages.success(request, _("Kept as you said, also when themes change."))
    return redirect("voice:remark", pk)


@requires(Capability.WORK)
@require_POST
def remark_read_again(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Take the correction back."""
    actions.take_back_correction(remark=remark_or_404(pk), at=now())
    messages.success(request, _("Read by the rules again."))
    return redirect("voice:remark", pk)


def remark_or_404(pk: int) -> Remark:
    found = queries.remarks().filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _page(request: WorkspaceRequest, one: Remark, form: CorrectionForm | None, status: int) -> HttpResponse:
    row = rows.remark_rows([one])[0]
    initial: dict[str, Any] = {"feeling": one.feeling, "themes": [theme["pk"] for theme in row["themes"]]}
    shown = context(request, "comments", row=row, form=form or CorrectionForm(initial=initial))
    return render(request, "voice/remark.html", shown, status=status)
