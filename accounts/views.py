"""Pages that change what we know about customers, and their timeline."""

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import queries
from accounts.actions import accounts as account_actions
from accounts.actions import contacts as contact_actions
from accounts.actions import contracts as contract_actions
from accounts.forms import AccountForm, ContactEditForm, ContactForm, ContractForm
from accounts.models import Account
from lib.time import now
from workspaces import queries as workspace_queries
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability


def _page(request: WorkspaceRequest, form: Form, account: Account | None, **words: str) -> HttpResponse:
    cancel = _address(account) if account else reverse("dashboard:account_list")
    context = {"form": form, "account": account, "cancel": cancel, "nav": "accounts", **words}
    return render(request, "accounts/edit.html", context, status=422 if form.is_bound else 200)


def _address(account: Account, part: str = "") -> str:
    return reverse("dashboard:account", args=[account.pk]) + (f"#{part}" if part else "")


@requires(Capability.EDIT_ACCOUNTS)
def account_new(request: WorkspaceRequest) -> HttpResponse:
    currency = workspace_queries.workspace(request.workspace_id).currency
    form = AccountForm(request.POST or None, currency=currency, initial={"owner": request.member.member_id})
    if form.is_valid():
        try:
            account = account_actions.create_account(**form.changes(), at=now(), by=request.user)
        except account_actions.ExternalIdTaken as taken:
            form.add_error("external_ids", _taken(taken))
        else:
            messages.success(request, _("%(name)s was added.") % {"name": account.name})
            return redirect(_address(account))
    return _page(request, form, None, heading=_("Add an account"), submit=_("Add account"))


@requires(Capability.EDIT_ACCOUNTS)
def account_edit(request: WorkspaceRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(queries.accounts(), pk=pk)
    form = AccountForm(request.POST or None, currency=account.currency, initial=AccountForm.values_of(account))
    if form.is_valid():
        try:
            changes = form.changes(account)
            account_actions.update_account(account=account, changes=changes, at=now(), by=request.user)
        except account_actions.ExternalIdTaken as taken:
            form.add_error("external_ids", _taken(taken))
        else:
            return redirect(_address(account))
    return _page(request, form, account, heading=_("Edit account"), submit=_("Save"))


def _taken(taken: account_actions.ExternalIdTaken) -> str:
    return _("Another account has the id “%(id)s”.") % {"id": taken}


@requires(Capability.EDIT_ACCOUNTS)
def contact_new(request: WorkspaceRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(queries.accounts(), pk=pk)
    form = ContactForm(request.POST or None)
    if form.is_valid():
        try:
            contact_actions.add_contact(account=account, **form.changes(), at=now(), by=request.user)
        except contact_actions.EmailTaken:
            form.add_error("email", _email_taken())
        else:
            return redirect(_address(account, "people"))
    return _page(request, form, account, heading=_("Add a contact"), submit=_("Add contact"))


@requires(Capability.EDIT_ACCOUNTS)
def contact_edit(request: WorkspaceRequest, pk: int) -> HttpResponse:
    contact = get_object_or_404(queries.contacts(), pk=pk)
    form = ContactEditForm(request.POST or None, initial=ContactEditForm.values_of(contact))
    if form.is_valid():
        states = {"is_out": form.cleaned_data["opted_out"], "has_left": form.cleaned_data["has_left"]}
        try:
            contact_actions.revise_contact(contact=contact, changes=form.changes(), **states, at=now(), by=request.user)
        except contact_actions.EmailTaken:
            form.add_error("email", _email_taken())
        else:
            return redirect(_address(contact.account, "people"))
    return _page(request, form, contact.account, heading=_("Edit contact"), submit=_("Save"))


def _email_taken() -> str:
    return _("Another contact has this address.")


@requires(Capability.EDIT_ACCOUNTS)
def contract_new(request: WorkspaceRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(queries.accounts(), pk=pk)
    form = ContractForm(request.POST or None, currency=account.currency)
    if form.is_valid():
        try:
            contract_actions.add_contract(account=account, **form.changes(), at=now(), by=request.user)
        except contract_actions.EndsBeforeStart:
            form.add_error("ends_on", _ends_before_start())
        else:
            return redirect(_address(account, "contracts"))
    return _page(request, form, account, heading=_("Add a contract"), submit=_("Add contract"))


@requires(Capability.EDIT_ACCOUNTS)
def contract_edit(request: WorkspaceRequest, pk: int) -> HttpResponse:
    contract = get_object_or_404(queries.contracts(), pk=pk)
    form = ContractForm(request.POST or None, currency=contract.currency, initial=ContractForm.values_of(contract))
    if form.is_valid():
        try:
            contract_actions.update_contract(contract=contract, changes=form.changes(), at=now(), by=request.user)
        except contract_actions.EndsBeforeStart:
            form.add_error("ends_on", _ends_before_start())
        else:
            return redirect(_address(contract.account, "contracts"))
    return _page(request, form, contract.account, heading=_("Edit contract"), submit=_("Save"))


def _ends_before_start() -> str:
    return _("A contract ends after it starts.")


@requires(Capability.VIEW)
def timeline(request: WorkspaceRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(queries.accounts(), pk=pk)
    moments, older = queries.timeline(account, before=request.GET.get("before", ""))
    context: dict[str, Any] = {"account": account, "moments": moments, "older": older, "nav": "accounts"}
    part = "#items" if request.htmx else ""
    return render(request, f"accounts/timeline.html{part}", context)
