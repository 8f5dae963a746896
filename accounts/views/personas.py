"""Pages about the kinds of people a workspace sells to and serves."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.actions import personas as persona_actions
from accounts.forms.persona import PersonaForm
from accounts.queries.persona import personas
from lib.time import now
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability


@requires(Capability.VIEW)
def persona_list(request: WorkspaceRequest) -> HttpResponse:
    """Everybody reads them before a call; administrators write them."""
    context = {"personas": personas(), "can_change": request.member.can(Capability.ADMINISTER), "nav": "settings"}
    return render(request, "accounts/persona_list.html", context)


@requires(Capability.ADMINISTER)
def persona_new(request: WorkspaceRequest) -> HttpResponse:
    form = PersonaForm(request.POST or None)
    if form.is_valid():
        try:
            persona = persona_actions.add_persona(**form.cleaned_data, at=now(), by=request.user)
        except persona_actions.NameTaken:
            form.add_error("name", _name_taken())
        else:
            messages.success(request, _("%(name)s was added.") % {"name": persona})
            return redirect("accounts:persona_list")
    return _page(request, form, _("Add a persona"), _("Add persona"))


@requires(Capability.ADMINISTER)
def persona_edit(request: WorkspaceRequest, pk: int) -> HttpResponse:
    persona = get_object_or_404(personas(), pk=pk)
    form = PersonaForm(request.POST or None, initial=PersonaForm.values_of(persona))
    if form.is_valid():
        try:
            persona_actions.update_persona(persona=persona, changes=form.cleaned_data, at=now(), by=request.user)
        except persona_actions.NameTaken:
            form.add_error("name", _name_taken())
        else:
            return redirect("accounts:persona_list")
    return _page(request, form, _("Edit persona"), _("Save"))


@requires(Capability.ADMINISTER)
@require_POST
def persona_retire(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """`retired=1` takes it from the forms, anything else offers it again."""
    persona = get_object_or_404(personas(), pk=pk)
    is_retired = request.POST.get("retired") == "1"
    persona_actions.set_retired(persona=persona, is_retired=is_retired, at=now(), by=request.user)
    return redirect("accounts:persona_list")


def _page(request: WorkspaceRequest, form: PersonaForm, heading: str, submit: str) -> HttpResponse:
    context = {"form": form, "heading": heading, "submit": submit, "nav": "settings"}
    return render(request, "accounts/persona_edit.html", context, status=422 if form.is_bound else 200)


def _name_taken() -> str:
    return _("Another persona, maybe a retired one, has this name.")
