"""The list of alerts, one alert, and what people do about it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Account
from alerts import queries, rows
from alerts.actions import care as actions
from alerts.forms import SHOWS, WHOSE, AlertFilter, AssignForm, ResolveForm, SnoozeForm
from alerts.models import Alert
from lib.time import now, today
from lib.ways import way_back
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability


@requires(Capability.VIEW)
def alert_list(request: WorkspaceRequest) -> HttpResponse:
    """Alerts, newest first: `?who=mine|assigned|all`, `?show=open|snoozed|closed|all`, `?rule=`, `?account=`."""
    rules = queries.rule_names()
    wanted = rows.chosen(AlertFilter(request.GET, rules=rules), request.member)
    found = rows.matching(wanted, request.member, today())
    alerts, place = rows.page(
        found, wanted.show, after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )
    can_work = request.member.can(Capability.WORK)
    context = {
        "alerts": alerts,
        "managers": queries.members_named(pk for one in alerts for pk in one.escalated_to),
        "assign": AssignForm(members=queries.assignees()) if can_work else None,
        "whose": WHOSE,
        "place": place,
        "wanted": wanted,
        "form": AlertFilter(initial=vars(wanted) | {"account": wanted.account_id}, rules=rules),
        "shows": SHOWS,
        "account": Account.objects.filter(pk=wanted.account_id).first() if wanted.account_id else None,
        "snooze": SnoozeForm(today=today()),
        "today": today(),
        "at": now(),
        "can_work": can_work,
        "nav": "today",
    }
    return render(request, "alerts/alert_list.html", context)


@requires(Capability.VIEW)
def alert(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """One alert with its reasons, and the forms to put it off or close it."""
    return _page(request, _find(pk))


@requires(Capability.WORK)
def alert_acknowledge(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Say that somebody takes care of it."""

    def act(alert: Alert, at: Any) -> None:
        actions.acknowledge_alert(alert=alert, at=at, by=request.user)

    return _do(request, pk, act, _("Acknowledged: the bell no longer counts it."))


@requires(Capability.WORK)
def alert_assign(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Give it to a member, or back to the account's owner."""
    form = AssignForm(request.POST, members=queries.assignees())

    def act(alert: Alert, at: Any) -> None:
        actions.assign_alert(alert=alert, assignee=form.assignee, at=at, by=request.user)

    return _do(request, pk, act, _("Assigned."), form, "assign")


@requires(Capability.WORK)
def alert_snooze(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Hide it until a day, with a reason."""
    form = SnoozeForm(request.POST or None, today=today())

    def act(alert: Alert, at: Any) -> None:
        actions.snooze_alert(alert=alert, at=at, by=request.user, **form.cleaned_data)

    return _do(request, pk, act, _("Put off."), form, "snooze")


@requires(Capability.WORK)
def alert_resolve(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Close it because somebody dealt with it."""
    form = ResolveForm(request.POST)

    def act(alert: Alert, at: Any) -> None:
        actions.resolve_alert(alert=alert, at=at, by=request.user, **form.cleaned_data)

    return _do(request, pk, act, _("Resolved."), form, "resolve")


def _do(
    request: WorkspaceRequest,
    pk: int,
    act: Callable[[Alert, Any], None],
    done: str,
    form: AssignForm | SnoozeForm | ResolveForm | None = None,
    name: str = "",
) -> HttpResponse:
    found = _find(pk)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if form is not None and not form.is_valid():
        return _page(request, found, status=422, **{name: form})
    try:
        act(found, now())
    except actions.AlertClosed:
        messages.info(request, _("This alert is over already."))
    else:
        messages.success(request, done)
    return _back(request)


def _find(pk: int) -> Alert:
    return get_object_or_404(queries.alerts_with_people(), pk=pk)


def _page(request: WorkspaceRequest, alert: Alert, status: int = 200, **forms: Any) -> HttpResponse:
    day = today()
    context = {
        "alert": alert,
        "managers": queries.members_named(alert.escalated_to),
        "assign": forms.get("assign")
        or AssignForm(initial={"member": alert.assignee_key}, members=queries.assignees()),
        "is_snoozed": alert.is_snoozed_on(day),
        "others": queries.alerts_of(alert.account).exclude(pk=alert.pk)[:5],
        "snooze": forms.get("snooze") or SnoozeForm(today=day),
        "resolve": forms.get("resolve") or ResolveForm(),
        "next": request.POST.get("next", ""),
        "can_work": request.member.can(Capability.WORK),
        "nav": "today",
    }
    return render(request, "alerts/alert.html", context, status=status)


def _back(request: WorkspaceRequest) -> HttpResponse:
    """To the page the form stood on, or to the list."""
    return redirect(way_back(request, reverse("alerts:alert_list")))
