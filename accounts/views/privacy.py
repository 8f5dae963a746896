"""What is known about a person, handed over or erased; and who is not to come back."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import queries
from accounts.actions import erasing
from accounts.forms.privacy import EraseForm, SuppressedForm
from accounts.queries import privacy
from lib import csv
from lib.time import now
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability

Rows = Sequence[Mapping[str, Any]]


@requires(Capability.EDIT_ACCOUNTS)
@require_safe
def contact_export(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Everything as JSON, or with `?as=csv` a CSV file for each kind of rows in one zip."""
    contact = get_object_or_404(queries.contacts().select_related("persona"), pk=pk)
    at, known = now(), privacy.known_about(contact)
    erasing.note_export(contact=contact, at=at, by=request.user)
    if request.GET.get("as") == "csv":
        response = HttpResponse(_zipped(known), content_type="application/zip")
    else:
        told = {"exported_at": at, "workspace": request.member.workspace_name, **known}
        response = JsonResponse(told, json_dumps_params={"indent": 2, "ensure_ascii": False})
    ending = "zip" if request.GET.get("as") == "csv" else "json"
    response["Content-Disposition"] = f'attachment; filename="contact-{contact.pk}.{ending}"'
    response["Cache-Control"] = "no-store"
    return response


def _zipped(known: Mapping[str, Rows]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as files:
        for kind, rows in known.items():
            columns = list(dict.fromkeys(name for row in rows for name in row))
            table = [[_cell(row.get(name)) for name in columns] for row in rows]
            files.writestr(f"{kind}.csv", csv.document(columns, table))
    return packed.getvalue()


def _cell(value: object) -> object:
    """Dates and nested values as JSON writes them."""
    if value is None:
        return ""
    if isinstance(value, str | int | float):
        return value
    text = DjangoJSONEncoder(ensure_ascii=False).encode(value)
    return text.strip('"') if text.startswith('"') else text


@requires(Capability.ADMINISTER)
def contact_erase(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Says what goes and what stays, and asks for the name."""
    contact = get_object_or_404(queries.contacts(), pk=pk)
    form = EraseForm(request.POST if request.method == "POST" else None, contact=contact)
    if form.is_valid():
        erasing.erase_contact(contact=contact, at=now(), by=request.user)
        messages.success(request, _("Erased. Copies in messages, files and deliveries go within minutes."))
        return redirect("accounts:contact", pk=contact.pk)
    context = {"form": form, "contact": contact, "account": contact.account, "nav": "accounts"}
    context["cancel"] = reverse("accounts:contact", args=[contact.pk])
    return render(request, "accounts/contact_erase.html", context, status=422 if form.is_bound else 200)


@requires(Capability.ADMINISTER)
def suppression_list(request: WorkspaceRequest) -> HttpResponse:
    """How many people are not to come back, and whether somebody is one of them."""
    form = SuppressedForm(request.POST if request.method == "POST" else None)
    asked = form.cleaned_data["known_by"] if form.is_valid() else ""
    is_found = bool(asked) and privacy.suppressed_person(asked) is not None
    context = {
        "form": form,
        "count": privacy.suppressed_people(),
        "asked": asked,
        "is_found": is_found,
        "nav": "settings",
    }
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "accounts/suppression_list.html", context, status=status)


@requires(Capability.ADMINISTER)
@require_POST
def suppression_lift(request: WorkspaceRequest) -> HttpResponse:
    """Let somebody come back; what was erased stays erased."""
    try:
        erasing.lift_suppression(known_by=request.POST.get("known_by", ""), at=now(), by=request.user)
    except erasing.NotSuppressed:
        messages.info(request, _("Nobody known by this was erased here."))
    else:
        messages.success(request, _("This person may be added again. What was erased stays erased."))
    return redirect("accounts:suppression_list")
