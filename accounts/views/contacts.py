"""Pages about the people at customers: one person, all of an account on a map, and the forms."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import custom, queries, stakeholders
from accounts.actions import contacts as contact_actions
from accounts.forms.contact import ContactEditForm, ContactForm, zone_options
from accounts.models import Contact, CustomField
from accounts.queries.field import fields_of
from accounts.queries.moments import moments_of
from accounts.views.pages import address_of, edit_page
from lib.time import now, today
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability

MOST_ON_MAP = 300


@requires(Capability.VIEW)
def contact(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Everything known about one person, and what speaks to people like them; of an erased one, what is left."""
    person = get_object_or_404(queries.people().select_related("persona"), pk=pk)
    own = fields_of(CustomField.About.CONTACT)
    context: dict[str, Any] = {
        "contact": person,
        "account": person.account,
        "own": [(field, custom.shown(field, person.custom.get(field.key))) for field in own],
        "moments": moments_of(person),
        "can_edit": request.member.can(Capability.EDIT_ACCOUNTS),
        "can_erase": request.member.can(Capability.ADMINISTER),
        "nav": "accounts",
    }
    page = "accounts/contact_erased.html" if person.erasing_at else "accounts/contact.html"
    return render(request, page, context)


@requires(Capability.VIEW)
def stakeholder_map(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Who decides there, how they stand towards us, and who is missing."""
    account = get_object_or_404(queries.accounts(), pk=pk)
    people = list(queries.contacts_of(account)[:MOST_ON_MAP])
    context: dict[str, Any] = {
        "account": account,
        "rows": stakeholders.grid(people),
        "stances": [stance.label for stance in stakeholders.STANCES],
        "unplaced": stakeholders.unplaced(people),
        "gaps": stakeholders.gaps(people),
        "gone": [one for one in people if one.left_at],
        "can_edit": request.member.can(Capability.EDIT_ACCOUNTS),
        "nav": "accounts",
    }
    return render(request, "accounts/stakeholder_map.html", context)


@requires(Capability.EDIT_ACCOUNTS)
def contact_new(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """`?role=` starts the form with the role that was missing."""
    account = get_object_or_404(queries.accounts(), pk=pk)
    role = request.GET.get("role", "")
    initial = {"role": role} if role in Contact.Role.values else {}
    own = list(fields_of(CustomField.About.CONTACT))
    form = ContactForm(request.POST or None, today=today(), own=own, initial=initial)
    if form.is_valid():
        try:
            contact_actions.add_contact(account=account, **form.changes(), at=now(), by=request.user)
        except contact_actions.REFUSALS as taken:
            _say_taken(form, taken)
        else:
            return redirect(address_of(account, "people"))
    words = {"heading": _("Add a contact"), "submit": _("Add contact")}
    return edit_page(request, form, account, zones=zone_options(), **words)


@requires(Capability.EDIT_ACCOUNTS)
def contact_edit(request: WorkspaceRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(queries.contacts(), pk=pk)
    own = list(fields_of(CustomField.About.CONTACT))
    initial = ContactEditForm.values_of(person, own)
    form = ContactEditForm(request.POST or None, today=today(), contact=person, own=own, initial=initial)
    back = reverse("accounts:contact", args=[person.pk])
    if form.is_valid():
        states = {"is_out": form.cleaned_data["opted_out"], "has_left": form.cleaned_data["has_left"]}
        try:
            contact_actions.revise_contact(contact=person, changes=form.changes(), **states, at=now(), by=request.user)
        except contact_actions.REFUSALS as taken:
            _say_taken(form, taken)
        else:
            return redirect(back)
    words = {"heading": _("Edit contact"), "submit": _("Save"), "cancel": back}
    return edit_page(request, form, person.account, zones=zone_options(), **words)


def _say_taken(form: ContactForm, taken: Exception) -> None:
    if isinstance(taken, contact_actions.Suppressed):
        form.add_error(
            "email", _("This person was erased, and is not to come back unless an administrator lifts that.")
        )
    elif isinstance(taken, contact_actions.EmailTaken):
        form.add_error("email", _("Another contact has this address."))
    else:
        form.add_error("external_id", _("Another contact has the id “%(id)s”.") % {"id": taken})
