"""Playbooks: the list, one of them, and writing it."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Contact
from journeys import rows
from journeys.actions import playbooks as actions
from journeys.forms import PlaybookForm
from journeys.models import Playbook
from journeys.queries import playbooks as queries
from lib.time import now, today
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability


@requires(Capability.VIEW)
@require_safe
def playbook_list(request: WorkspaceRequest) -> HttpResponse:
    """Every playbook, and how it went."""
    found = list(queries.playbooks())
    records = queries.records(one.pk for one in found)
    context = {
        "playbooks": [(one, records[one.pk]) for one in found],
        "can_work": request.member.can(Capability.WORK),
        "nav": "journey",
    }
    return render(request, "journeys/playbook_list.html", context)


@requires(Capability.VIEW)
@require_safe
def playbook(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Its steps, how it went, and where it was started."""
    one = get_object_or_404(queries.playbooks(), pk=pk)
    plays, place = rows.play_page(pk, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    context = {
        "playbook": one,
        "steps": [(step, Contact.Role(step["role"]).label if step["role"] else "") for step in one.steps],
        "record": queries.records([pk])[pk],
        "tasks_url": f"{reverse('journeys:task_list')}?who=all&playbook={pk}",
        "plays": plays,
        "before": place.before,
        "after": place.after,
        "today": today(),
        "can_work": request.member.can(Capability.WORK),
        "nav": "journey",
    }
    return render(request, "journeys/playbook.html", context)


@requires(Capability.WORK)
def playbook_new(request: WorkspaceRequest) -> HttpResponse:
    form = PlaybookForm(request.POST if request.method == "POST" else None)
    made = form.is_valid() and _written(form, lambda: actions.write_playbook(**form.told(), at=now(), by=request.user))
    if made:
        messages.success(request, _("“%(name)s” can be started now, from an account's page.") % {"name": made})
        return redirect("journeys:playbook", pk=made.pk)
    return _page(request, form, heading=_("Write a playbook"), submit=_("Save the playbook"))


@requires(Capability.WORK)
def playbook_edit(request: WorkspaceRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(queries.playbooks(), pk=pk)
    initial = {"name": one.name, "about": one.about, "segment": one.segment_id}
    form = PlaybookForm(request.POST if request.method == "POST" else None, initial=initial, steps=one.steps)
    if form.is_valid() and _written(
        form,
        lambda: actions.change_playbook(playbook=one, changes=form.told(), at=now(), by=request.user),
    ):
        return redirect("journeys:playbook", pk=pk)
    return _page(request, form, heading=_("Change the playbook"), submit=_("Save"), pk=pk)


@requires(Capability.WORK)
@require_POST
def playbook_retire(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """`retired=1` offers it no more, anything else offers it again."""
    one = get_object_or_404(queries.playbooks(), pk=pk)
    is_retired = request.POST.get("retired") == "1"
    try:
        actions.set_retired(playbook=one, is_retired=is_retired, at=now(), by=request.user)
    except actions.NameTaken:
        messages.error(request, _taken())
    return redirect("journeys:playbook", pk=pk)


def _written(form: PlaybookForm, act: Callable[[], Playbook]) -> Playbook | None:
    try:
        return act()
    except actions.NameTaken:
        form.add_error("name", _taken())
        return None


def _taken() -> str:
    return _("Another playbook in use has this name.")


def _page(
    request: WorkspaceRequest, form: PlaybookForm, *, heading: str, submit: str, pk: int | None = None
) -> HttpResponse:
    context = {
        "form": form,
        "heading": heading,
        "submit": submit,
        "cancel": reverse("journeys:playbook", args=[pk]) if pk else reverse("journeys:playbook_list"),
        "nav": "journey",
    }
    return render(request, "journeys/playbook_edit.html", context, status=422 if form.is_bound else 200)
