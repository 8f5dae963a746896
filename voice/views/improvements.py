"""Improvements: the list, one of them with its effect, and what becomes of it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lib.time import now, today
from voice import rows
from voice.actions import improvements as actions
from voice.forms import ImprovementForm
from voice.models import Improvement, Measure
from voice.queries import improvements as queries
from voice.views.pages import context
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability

SHOWS = ("open", "overdue", "done", "dropped")
MOST = 200


@requires(Capability.VIEW)
@require_safe
def improvement_list(request: WorkspaceRequest) -> HttpResponse:
    """Those of one state, and whether they helped."""
    show = asked_show(request)
    counts = queries.counts(today())
    labels = {"open": _("Open"), "overdue": _("Overdue"), "done": _("Done"), "dropped": _("Dropped")}
    address = reverse("voice:improvement_list")
    views = [
        {"label": labels[one], "url": f"{address}?show={one}", "active": one == show, "count": counts[one]}
        for one in SHOWS
    ]
    found = rows.improvement_rows(queries.listed(show, today())[:MOST], today())
    shown = context(request, "improvements", rows=found, views=views, show=show, any=any(counts.values()))
    return render(request, "voice/improvement_list.html", shown)


def asked_show(request: WorkspaceRequest) -> str:
    show = request.GET.get("show", "")
    return show if show in SHOWS else "open"


@requires(Capability.VIEW)
@require_safe
def improvement(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """One with what was measured before and after."""
    one = get_object_or_404(queries.improvements(), pk=pk)
    shown = context(request, "improvements", row=rows.improvement_row(one, today()), improvement=one)
    return render(request, "voice/improvement.html", shown)


@requires(Capability.WORK)
def improvement_new(request: WorkspaceRequest) -> HttpResponse:
    """Set one; `?theme=` chooses the theme."""
    asked = request.GET.get("theme", "")
    initial: dict[str, Any] = {"measure": Measure.NEGATIVE}
    initial |= {"theme": asked} if asked.isascii() and asked.isdigit() else {}
    form = ImprovementForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        one = actions.add_improvement(changes=form.cleaned_data, at=now(), by=request.user)
        return redirect("voice:improvement", one.pk)
    shown = context(request, "improvements", form=form)
    return render(request, "voice/improvement_edit.html", shown, status=422 if form.errors else 200)


@requires(Capability.WORK)
def improvement_edit(request: WorkspaceRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(queries.improvements().open(), pk=pk)
    posted = request.POST if request.method == "POST" else None
    form = ImprovementForm(posted, initial=ImprovementForm.values_of(one))
    if form.is_valid():
        actions.change_improvement(improvement=one, changes=form.cleaned_data)
        return redirect("voice:improvement", pk)
    shown = context(request, "improvements", form=form, improvement=one)
    return render(request, "voice/improvement_edit.html", shown, status=422 if form.errors else 200)


@requires(Capability.WORK)
@require_POST
def improvement_finish(request: WorkspaceRequest, pk: int) -> HttpResponse:
    return _settle(request, pk, lambda one: actions.finish(improvement=one, at=now(), by=request.user))


@requires(Capability.WORK)
@require_POST
def improvement_drop(request: WorkspaceRequest, pk: int) -> HttpResponse:
    return _settle(request, pk, lambda one: actions.drop(improvement=one, at=now()))


@requires(Capability.WORK)
@require_POST
def improvement_reopen(request: WorkspaceRequest, pk: int) -> HttpResponse:
    return _settle(request, pk, lambda one: actions.reopen(improvement=one))


def _settle(request: WorkspaceRequest, pk: int, act: Callable[[Improvement], Improvement]) -> HttpResponse:
    try:
        act(get_object_or_404(queries.improvements(), pk=pk))
    except actions.Settled:
        messages.info(request, _("It was done or dropped already."))
    return redirect("voice:improvement", pk)
