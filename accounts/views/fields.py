"""Pages about the workspace's own fields."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.actions import fields as field_actions
from accounts.forms.field import FieldForm, NewFieldForm
from accounts.models import CustomField
from accounts.queries.field import all_fields
from lib.time import now
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability


@requires(Capability.ADMINISTER)
def field_list(request: WorkspaceRequest) -> HttpResponse:
    fields = list(all_fields())
    groups = [
        (label, [field for field in fields if field.about == about]) for about, label in CustomField.About.choices
    ]
    return render(
        request, "accounts/field_list.html", {"groups": groups, "has_fields": bool(fields), "nav": "settings"}
    )


@requires(Capability.ADMINISTER)
def field_new(request: WorkspaceRequest) -> HttpResponse:
    form = NewFieldForm(request.POST or None)
    if form.is_valid():
        try:
            field = field_actions.define_field(**form.cleaned_data, at=now(), by=request.user)
        except field_actions.FieldRefused as refusal:
            form.add_error(refusal.part, str(refusal))
        else:
            messages.success(request, _("“%(name)s” was added.") % {"name": field})
            return redirect("accounts:field_list")
    return _page(request, form, _("Add a field"), _("Add field"))


@requires(Capability.ADMINISTER)
def field_edit(request: WorkspaceRequest, pk: int) -> HttpResponse:
    field = get_object_or_404(all_fields(), pk=pk)
    is_choice = field.kind == CustomField.Kind.CHOICE
    form = FieldForm(request.POST or None, initial=FieldForm.values_of(field), is_choice=is_choice)
    if form.is_valid():
        try:
            field_actions.update_field(field=field, changes=form.cleaned_data, at=now(), by=request.user)
        except field_actions.FieldRefused as refusal:
            form.add_error(refusal.part, str(refusal))
        else:
            return redirect("accounts:field_list")
    return _page(request, form, _("Edit field"), _("Save"), field)


@requires(Capability.ADMINISTER)
@require_POST
def field_retire(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """`retired=1` takes it from forms and lists, anything else brings it back with its values."""
    field = get_object_or_404(all_fields(), pk=pk)
    if request.POST.get("retired") == "1":
        field_actions.retire_field(field=field, at=now(), by=request.user)
        return redirect("accounts:field_list")
    try:
        field_actions.restore_field(field=field, at=now(), by=request.user)
    except field_actions.FieldRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("accounts:field_list")


def _page(
    request: WorkspaceRequest, form: FieldForm, heading: str, submit: str, field: CustomField | None = None
) -> HttpResponse:
    context = {"form": form, "heading": heading, "submit": submit, "field_about": field, "nav": "settings"}
    return render(request, "accounts/field_edit.html", context, status=422 if form.is_bound else 200)
