"""Pages that change accounts, their tags, and their timeline."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.decorators.vary import vary_on_headers

from accounts import chronicle, queries
from accounts.actions import accounts as account_actions
from accounts.actions import family, tags
from accounts.forms.account import AccountForm
from accounts.forms.tag import TagForm
from accounts.models import CustomField
from accounts.queries.field import fields_of
from accounts.views.pages import address_of, edit_page
from lib.time import now
from workspaces import queries as workspace_queries
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability

MOST_SUGGESTED = 10


@requires(Capability.EDIT_ACCOUNTS)
def account_new(request: WorkspaceRequest) -> HttpResponse:
    currency = workspace_queries.workspace(request.workspace_id).currency
    initial = {"owner": request.member.member_id}
    own = list(fields_of(CustomField.About.ACCOUNT))
    form = AccountForm(request.POST or None, currency=currency, own=own, initial=initial)
    if form.is_valid():
        try:
            account = account_actions.create_account(**form.changes(), at=now(), by=request.user)
        except account_actions.ExternalIdTaken as taken:
            form.add_error("external_ids", _taken(taken))
        except family.ParentRefused as refusal:
            form.add_error("parent", str(refusal))
        else:
            messages.success(request, _("%(name)s was added.") % {"name": account.name})
            return redirect(address_of(account))
    return edit_page(request, form, None, heading=_("Add an account"), submit=_("Add account"))


@requires(Capability.EDIT_ACCOUNTS)
def account_edit(request: WorkspaceRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(queries.accounts().select_related("owner__user", "parent"), pk=pk)
    own = list(fields_of(CustomField.About.ACCOUNT))
    initial = AccountForm.values_of(account, own)
    form = AccountForm(request.POST or None, currency=account.currency, own=own, initial=initial)
    if form.is_valid():
        try:
            changes = form.changes(account)
            account_actions.update_account(account=account, changes=changes, at=now(), by=request.user)
        except account_actions.ExternalIdTaken as taken:
            form.add_error("external_ids", _taken(taken))
        except family.ParentRefused as refusal:
            form.add_error("parent", str(refusal))
        else:
            return redirect(address_of(account))
    return edit_page(request, form, account, heading=_("Edit account"), submit=_("Save"))


def _taken(taken: account_actions.ExternalIdTaken) -> str:
    return _("Another account has the id “%(id)s”.") % {"id": taken}


@requires(Capability.VIEW)
def account_suggest(request: WorkspaceRequest) -> HttpResponse:
    """Accounts whose name contains `?parent=`, as options to complete what is being typed."""
    typed = request.GET.get("parent", "").strip().replace("\0", "")[:200]
    found = queries.found_accounts(typed)[:MOST_SUGGESTED] if typed else []
    return render(request, "accounts/suggestions.html", {"accounts": found})


@requires(Capability.EDIT_ACCOUNTS)
@require_POST
def tag_add(request: WorkspaceRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(queries.accounts(), pk=pk)
    form = TagForm(request.POST)
    if form.is_valid():
        tags.tag(account_ids=[account.pk], name=form.cleaned_data["name"], at=now(), by=request.user)
        return redirect(address_of(account, "profile"))
    return edit_page(request, form, account, heading=_("Add a tag"), submit=_("Add tag"))


@requires(Capability.EDIT_ACCOUNTS)
@require_POST
def tag_remove(request: WorkspaceRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(queries.accounts(), pk=pk)
    tags.untag(account_ids=[account.pk], name=request.POST.get("name", "")[:200], at=now(), by=request.user)
    return redirect(address_of(account, "profile"))


@requires(Capability.VIEW)
@vary_on_headers("HX-Request")
def timeline(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """What happened, of the groups `?show=`, `?before=` a place; htmx gets what follows, or another choice."""
    account = get_object_or_404(queries.accounts(), pk=pk)
    shown, before = chronicle.chosen(request.GET.getlist("show")), request.GET.get("before", "")
    moments, older = queries.timeline(account, groups=shown, before=before)
    in_panel = bool(request.htmx) and "panel" in request.GET
    context = {
        "account": account,
        "moments": moments,
        "is_begun": bool(before),
        "can_work": request.member.can(Capability.WORK),
        "nav": "accounts",
        **chronicle.context(account.pk, shown, older, in_panel=in_panel),
    }
    part = ("#items" if before else "#chronicle") if request.htmx else ""
    return render(request, f"accounts/timeline.html{part}", context)
