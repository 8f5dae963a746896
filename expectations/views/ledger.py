"""The ledger of one account, and what is due everywhere."""

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import queries as account_queries
from accounts.models import Account
from expectations import actions, queries
from expectations.forms import ChangeForm, ExpectationForm, ExplainForm, SettleForm
from expectations.models import Expectation
from lib.time import now, today
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability

MOST_LINES = 200


@requires(Capability.VIEW)
def waiting_list(request: WorkspaceRequest) -> HttpResponse:
    """What is open everywhere, the most overdue first; `?who=me` is the reader's accounts."""
    is_mine = request.GET.get("who") == "me"
    day = today()
    lines = list(queries.waiting(day, owner_id=request.member.member_id if is_mine else None)[: MOST_LINES + 1])
    context = {
        "expectations": lines[:MOST_LINES],
        "has_more": len(lines) > MOST_LINES,
        "record": queries.record(day),
        "today": day,
        "tabs": [
            {"label": _("Everybody's"), "url": request.path, "active": not is_mine},
            {"label": _("Mine"), "url": f"{request.path}?who=me", "active": is_mine},
        ],
        "can_work": request.member.can(Capability.WORK),
        "nav": "reviews",
    }
    return render(request, "expectations/waiting_list.html", context)


@requires(Capability.VIEW)
def expectation_list(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """One account's ledger."""
    account = get_object_or_404(account_queries.accounts(), pk=pk)
    day = today()
    context = {
        "account": account,
        "expectations": queries.expectations_of(account)[:MOST_LINES],
        "record": queries.record(day, account),
        "links": queries.links_of(account),
        "today": day,
        "at": now(),
        "can_work": request.member.can(Capability.WORK),
        "nav": "accounts",
    }
    return render(request, "expectations/expectation_list.html", context)


@requires(Capability.WORK)
def expectation_new(request: WorkspaceRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(account_queries.accounts(), pk=pk)
    form = ExpectationForm(request.POST or None, account=account, initial={"made_on": today()})
    if form.is_valid():
        actions.add_expectation(account=account, at=now(), by=request.user, **form.cleaned_data)
        return redirect("expectations:expectation_list", pk=pk)
    words = {"heading": _("Write down what they may expect"), "submit": _("Add to the ledger")}
    return _page(request, form, account, None, **words)


@requires(Capability.WORK)
def expectation_explain(request: WorkspaceRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(queries.expectations(), pk=pk)
    form = ExplainForm(request.POST or None, account=one.account, today=today(), initial={"on": today()})
    if form.is_valid():
        return _done(
            request, one, lambda: actions.explain(expectation=one, at=now(), by=request.user, **form.cleaned_data)
        )
    return _page(request, form, one.account, one, heading=_("Who explained it, and to whom?"), submit=_("Save"))


@requires(Capability.WORK)
def expectation_settle(request: WorkspaceRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(queries.expectations(), pk=pk)
    form = SettleForm(request.POST or None)
    if form.is_valid():
        return _done(
            request, one, lambda: actions.settle(expectation=one, at=now(), by=request.user, **form.cleaned_data)
        )
    return _page(request, form, one.account, one, heading=_("Kept or broken?"), submit=_("Save"))


@requires(Capability.WORK)
def expectation_change(request: WorkspaceRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(queries.expectations(), pk=pk)
    form = ChangeForm(request.POST or None, initial={"wording": one.wording, "due_on": one.due_on})
    if form.is_valid():
        return _done(
            request, one, lambda: actions.change(expectation=one, at=now(), by=request.user, **form.cleaned_data)
        )
    return _page(request, form, one.account, one, heading=_("What was agreed instead?"), submit=_("Save the change"))


def _done(request: WorkspaceRequest, one: Expectation, act: Any) -> HttpResponse:
    try:
        act()
    except actions.AlreadySettled:
        messages.info(request, _("Somebody settled this before: what they wrote stands."))
    return redirect("expectations:expectation_list", pk=one.account_id)


def _page(
    request: WorkspaceRequest, form: Form, account: Account, one: Expectation | None, **words: str
) -> HttpResponse:
    cancel = reverse("expectations:expectation_list", args=[account.pk])
    context = {"form": form, "account": account, "expectation": one, "cancel": cancel, "nav": "accounts", **words}
    return render(request, "expectations/edit.html", context, status=422 if form.is_bound else 200)
