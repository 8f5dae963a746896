"""Escalations and disputed renewals, during which nobody at an account is asked anything."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import queries as account_queries
from accounts.models import Account
from lib.time import now
from surveys import queries
from surveys.actions import holds as actions
from surveys.forms import HoldForm
from surveys.models import Hold
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability

SHOWN, FOUND = 100, 10


@requires(Capability.VIEW)
@require_safe
def hold_list(request: WorkspaceRequest) -> HttpResponse:
    """What is open, then what was; and accounts by name, to note another."""
    words = request.GET.get("q", "").strip()
    found = account_queries.matching(account_queries.Filter(words=words)).order_by("name", "pk")
    context = {
        "holds": queries.holds()[:SHOWN],
        "q": words,
        "accounts": found[:FOUND] if words else [],
        "can_work": request.member.can(Capability.WORK),
        "nav": "surveys",
    }
    return render(request, "surveys/hold_list.html", context)


@requires(Capability.WORK)
@require_http_methods(["GET", "HEAD", "POST"])
def hold_new(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Note that an escalation has begun at an account, or that its renewal is disputed."""
    account = get_object_or_404(Account, pk=pk)
    form = HoldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.begin(account=account, **form.cleaned_data, at=now(), by=request.user)
        except actions.AlreadyOpen:
            form.add_error("kind", _("One of these is open at this account already."))
        else:
            messages.success(request, _("Noted. Nobody at %(name)s is asked anything.") % {"name": account.name})
            return redirect("surveys:hold_list")
    status = 422 if form.errors else 200
    return render(
        request, "surveys/hold_new.html", {"form": form, "account": account, "nav": "accounts"}, status=status
    )


@requires(Capability.WORK)
@require_POST
def hold_end(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """It is over: the account's people may be asked again, and are about a resolved escalation."""
    hold = get_object_or_404(Hold.objects.select_related("account"), pk=pk)
    try:
        actions.end(hold=hold, at=now(), by=request.user)
    except actions.NotOpen:
        messages.info(request, _("It was over already."))
    else:
        messages.success(request, _("%(name)s may be asked again.") % {"name": hold.account.name})
    return redirect("surveys:hold_list")
