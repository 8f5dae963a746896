"""What there is to learn from: the list, and keeping it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from learning import actions, queries
from learning.forms import ItemForm
from lib.time import now
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability


@requires(Capability.VIEW)
@require_safe
def content_list(request: WorkspaceRequest) -> HttpResponse:
    context = {"items": queries.items(), "can_work": request.member.can(Capability.WORK), "nav": "settings"}
    return render(request, "learning/content_list.html", context)


@requires(Capability.WORK)
def content_new(request: WorkspaceRequest) -> HttpResponse:
    form = ItemForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            item = actions.add_item(**form.cleaned_data, at=now(), by=request.user)
        except actions.AddressTaken:
            form.add_error("url", _taken())
        else:
            messages.success(request, _("“%(title)s” was added.") % {"title": item})
            return redirect("learning:content_list")
    return _page(request, form, _("Add content"), _("Add content"))


@requires(Capability.WORK)
def content_edit(request: WorkspaceRequest, pk: int) -> HttpResponse:
    item = get_object_or_404(queries.items(), pk=pk)
    form = ItemForm(request.POST if request.method == "POST" else None, initial=ItemForm.values_of(item))
    if form.is_valid():
        try:
            actions.update_item(item=item, changes=form.cleaned_data, at=now(), by=request.user)
        except actions.AddressTaken:
            form.add_error("url", _taken())
        else:
            return redirect("learning:content_list")
    return _page(request, form, _("Edit content"), _("Save"))


@requires(Capability.WORK)
@require_POST
def content_retire(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """`retired=1` takes it from what can be sent, anything else offers it again."""
    item = get_object_or_404(queries.items(), pk=pk)
    is_retired = request.POST.get("retired") == "1"
    actions.set_retired(item=item, is_retired=is_retired, at=now(), by=request.user)
    return redirect("learning:content_list")


def _page(request: WorkspaceRequest, form: ItemForm, heading: str, submit: str) -> HttpResponse:
    context = {"form": form, "heading": heading, "submit": submit, "nav": "settings"}
    return render(request, "learning/content_edit.html", context, status=422 if form.is_bound else 200)


def _taken() -> str:
    return _("Another item, maybe a retired one, has this address.")
