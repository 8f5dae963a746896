"""The board, one account's journey, and the two things people do to it."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.models import Account
from journeys import actions, charts, queries, rules
from journeys.forms import StageForm, TouchpointForm
from lib.time import now
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability

PANEL_TOUCHPOINTS, PANEL_MOVES, CURVE_TOUCHPOINTS = 5, 5, 20


@requires(Capability.VIEW)
def board(request: WorkspaceRequest) -> HttpResponse:
    """Everybody by stage; `?owner=me` mine only, `?sort=money` the largest first."""
    is_mine = request.GET.get("owner") == "me"
    sort = "money" if request.GET.get("sort") == "money" else "days"
    columns = queries.board(now(), owner_id=request.member.member_id if is_mine else None, sort=sort)
    context = {
        "columns": columns,
        "total": sum(column.count for column in columns),
        "stuck": sum(column.stuck for column in columns),
        "owner": request.member.member_id if is_mine else "",
        "is_mine": is_mine,
        "sort": sort,
        "at": now(),
        "rules": rules.RULES,
        "can_add": request.member.can(Capability.EDIT_ACCOUNTS),
    }
    return render(request, "journeys/board.html", context)


@requires(Capability.VIEW)
def account_panel(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """The part of the account page about its journey; a page of its own without htmx."""
    account = get_object_or_404(Account, pk=pk)
    at = now()
    moves = list(queries.moves_of(account))
    touchpoints = list(queries.touchpoints_of(account)[:CURVE_TOUCHPOINTS])
    context = {
        "account": account,
        "stays": queries.stays(account, moves, at),
        "moves": moves[:PANEL_MOVES],
        "can_take_back": bool(moves) and actions.can_be_taken_back(moves[0], at),
        "touchpoints": touchpoints[:PANEL_TOUCHPOINTS],
        "curve": charts.experience_curve(touchpoints),
        "can_work": request.member.can(Capability.WORK),
        "nav": "accounts",
    }
    template = "journeys/account_panel.html" if request.htmx else "journeys/account_journey.html"
    return render(request, template, context)


@requires(Capability.WORK)
def stage_move(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Move an account by hand, with a reason."""
    account = get_object_or_404(Account, pk=pk)
    form = StageForm(request.POST if request.method == "POST" else None, account=account)
    if form.is_valid():
        try:
            actions.move_stage(account=account, at=now(), by=request.user, **form.cleaned_data)
        except actions.AlreadyThere:  # somebody else was faster
            form.add_error("to_stage", _("The account is in this stage already."))
        else:
            messages.success(request, _("Moved to %(stage)s.") % {"stage": account.get_stage_display()})
            return redirect("dashboard:account", pk=account.pk)
    context = {"account": account, "form": form, "rules": rules.RULES, "nav": "accounts"}
    return render(request, "journeys/stage_move.html", context, status=422 if form.errors else 200)


@requires(Capability.WORK)
def stage_undo(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Take the last move back, within ten minutes."""
    account = get_object_or_404(Account, pk=pk)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        actions.take_back(account=account, at=now(), by=request.user)
    except actions.TooLate:
        messages.error(request, _("This move can no longer be taken back. Move the account again instead."))
    else:
        messages.success(request, _("Back to %(stage)s.") % {"stage": account.get_stage_display()})
    return redirect("dashboard:account", pk=account.pk)


@requires(Capability.WORK)
def touchpoint_new(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Log how we met; `?contact=` and `?channel=` fill the form in."""
    account = get_object_or_404(Account, pk=pk)
    at = now()
    initial = {"happened_at": at, "direction": "two_way", "channel": "call", **request.GET.dict()}
    data = request.POST if request.method == "POST" else None
    form = TouchpointForm(data, account=account, at=at, initial=initial)
    if form.is_valid():
        actions.log_touchpoint(account=account, at=at, by=request.user, **form.cleaned_data)
        messages.success(request, _("Touchpoint logged."))
        return redirect("dashboard:account", pk=account.pk)
    context = {"account": account, "form": form, "nav": "accounts"}
    return render(request, "journeys/touchpoint_new.html", context, status=422 if form.errors else 200)
