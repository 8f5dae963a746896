"""Pages that change contracts."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from accounts import queries
from accounts.actions import contracts as contract_actions
from accounts.forms.contract import ContractForm
from accounts.views.pages import address_of, edit_page
from lib.time import now
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability


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
            return redirect(address_of(account, "contracts"))
    return edit_page(request, form, account, heading=_("Add a contract"), submit=_("Add contract"))


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
            return redirect(address_of(contract.account, "contracts"))
    return edit_page(request, form, contract.account, heading=_("Edit contract"), submit=_("Save"))


@requires(Capability.EDIT_ACCOUNTS)
def contract_renew(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """A contract that follows another, which stays as it was."""
    old = get_object_or_404(queries.contracts(), pk=pk)
    form = ContractForm(request.POST or None, currency=old.currency, initial=ContractForm.renewal_of(old))
    if form.is_valid():
        try:
            contract_actions.renew_contract(contract=old, **form.changes(), at=now(), by=request.user)
        except contract_actions.EndsBeforeStart:
            form.add_error("ends_on", _ends_before_start())
        except contract_actions.StartsTooEarly:
            form.add_error("starts_on", _("A renewal begins when the contract before it ends, or later."))
        except contract_actions.AlreadyRenewed:
            messages.info(request, _("Somebody renewed this contract before."))
            return redirect(address_of(old.account, "contracts"))
        else:
            return redirect(address_of(old.account, "contracts"))
    return edit_page(request, form, old.account, heading=_("Renew the contract"), submit=_("Renew"))


def _ends_before_start() -> str:
    return _("A contract ends after it starts.")
