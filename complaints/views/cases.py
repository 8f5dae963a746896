"""Complaints: the list, one of them, and what people do with it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import queries as account_queries
from accounts.models import Account
from complaints import rows
from complaints.actions import case as actions
from complaints.forms.case import SHOWS, CloseForm, ComplaintFilter, ComplaintForm, StepForm
from complaints.models import Complaint
from complaints.queries import case as queries
from complaints.queries import figure
from complaints.queries import peer as peer_queries
from complaints.queries.case import Origin
from journeys.queries import playbooks as playbook_queries
from lib.time import now
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability

MOST_STEPS = 200


@requires(Capability.VIEW)
@require_safe
def complaint_list(request: WorkspaceRequest) -> HttpResponse:
    """`?show=` open, overdue, closed or all; `?who=`, `?source=`, `?later=`, `?account=`; of days, `?since=&until=`."""
    at, people = now(), rows.people()
    wanted = rows.chosen(ComplaintFilter(request.GET, people=people), request.member)
    lines, page = rows.complaint_page(
        rows.matching(wanted, request.member, at),
        wanted.show,
        at,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    initial: dict[str, Any] = {
        "who": wanted.who,
        "source": wanted.source,
        "later": wanted.later,
        "account": wanted.account_id,
    }
    initial |= {"since": wanted.since, "until": wanted.until}
    context = {
        "lines": [rows.line(one, at) for one in lines],
        "before": page.before,
        "after": page.after,
        "wanted": wanted,
        "form": ComplaintFilter(initial=initial, people=people),
        "shows": SHOWS,
        "account": Account.objects.filter(pk=wanted.account_id).first() if wanted.account_id else None,
        "conversion": figure.conversion(),
        "can_work": request.member.can(Capability.WORK),
        "nav": "surveys",
    }
    return render(request, "complaints/complaint_list.html", context)


@requires(Capability.VIEW)
@require_safe
def complaint(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """One case: what was said, to whom, and what comes next."""
    at, one = now(), _complaint(pk)
    form = StepForm(complaint=one, at=at, initial={"kind": "mailed", "key": get_random_string(20)})
    return page_of(request, one, form)


def page_of(request: WorkspaceRequest, one: Complaint, form: StepForm) -> HttpResponse:
    """The page of a complaint, with the form for its next step as it was typed."""
    at = now()
    (told,) = queries.lines([one], at)
    context = {
        **rows.line(told, at),
        "steps": queries.steps_of(one)[:MOST_STEPS],
        "peers": peer_queries.counts(one),
        "form": form,
        "can_work": request.member.can(Capability.WORK),
        "nav": "surveys",
    }
    return render(request, "complaints/complaint.html", context, status=422 if form.errors else 200)


@requires(Capability.WORK)
def complaint_new(request: WorkspaceRequest) -> HttpResponse:
    """Of what `?source=` and `?id=` name, or for `?account=`; what is one already is shown."""
    if not request.GET.get("source") and not request.GET.get("account"):
        messages.info(request, _("Choose an account, and write the complaint down there."))
        return redirect("dashboard:account_list")
    at, found = now(), _origin(request)
    known = queries.of_source(found.source, found.source_id) if found else None
    if known is not None:
        return _known(request, known)
    account = found.account if found else _account(request)
    form = ComplaintForm(request.POST or None, account=account, at=at, initial=_initial(request, account, found))
    if form.is_valid():
        return _open(request, account, found, form)
    cancel = reverse("dashboard:account", args=[account.pk])
    return _form_page(request, form, account, cancel, heading=_("Mark as a complaint"), submit=_("Open the complaint"))


def _origin(request: WorkspaceRequest) -> Origin | None:
    source, pk = request.GET.get("source", ""), request.GET.get("id", "")
    if not source:
        return None
    found = queries.origin(source, int(pk)) if pk.isdecimal() and len(pk) < 19 else None
    if found is None:
        raise Http404
    return found


def _account(request: WorkspaceRequest) -> Account:
    pk = request.GET["account"]
    return get_object_or_404(account_queries.accounts(), pk=int(pk) if pk.isdecimal() and len(pk) < 19 else 0)


def _initial(request: WorkspaceRequest, account: Account, found: Origin | None) -> dict[str, Any]:
    return {
        "text": found.text if found else "",
        "contact": found.contact if found else None,
        "owner": playbook_queries.default_assignee(account, request.user),
        "promised_at": actions.promise(now()),
    }


def _open(request: WorkspaceRequest, account: Account, found: Origin | None, form: Form) -> HttpResponse:
    try:
        opened = actions.open_complaint(
            account=account,
            source=found.source if found else Complaint.Source.HAND,
            source_id=found.source_id if found else None,
            happened_at=found.happened_at if found else None,
            agent_name=found.agent_name if found else "",
            at=now(),
            by=request.user,
            **form.cleaned_data,
        )
    except actions.AlreadyComplaint as error:
        return _known(request, error.complaint)
    messages.success(request, _("The complaint is open. Tell the customer that you have heard it."))
    return redirect("complaints:complaint", opened.pk)


def _known(request: WorkspaceRequest, known: Complaint) -> HttpResponse:
    messages.info(request, _("This is a complaint already: here it is."))
    return redirect("complaints:complaint", known.pk)


@requires(Capability.WORK)
def complaint_edit(request: WorkspaceRequest, pk: int) -> HttpResponse:
    one = _complaint(pk)
    initial = {name: getattr(one, name) for name in actions.EDITABLE}
    form = ComplaintForm(request.POST or None, account=one.account, at=now(), kept=one.promised_at, initial=initial)
    if form.is_valid():
        changes = form.cleaned_data
        return _done(
            request, one, lambda: actions.change_complaint(complaint=one, changes=changes, at=now(), by=request.user)
        )
    cancel = reverse("complaints:complaint", args=[pk])
    return _form_page(request, form, one.account, cancel, heading=_("Change the complaint"), submit=_("Save"))


@requires(Capability.WORK)
def complaint_close(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """With its outcome, and whether the customer was asked if it is good now."""
    one = _complaint(pk)
    form = CloseForm(request.POST or None)
    if form.is_valid():
        said = form.cleaned_data
        return _done(request, one, lambda: actions.close_complaint(complaint=one, at=now(), by=request.user, **said))
    cancel = reverse("complaints:complaint", args=[pk])
    words = {"heading": _("Close the complaint"), "submit": _("Close it"), "subject": one.text}
    return _form_page(request, form, one.account, cancel, **words)


@requires(Capability.WORK)
@require_POST
def complaint_reopen(request: WorkspaceRequest, pk: int) -> HttpResponse:
    one = _complaint(pk)
    return _done(request, one, lambda: actions.reopen_complaint(complaint=one, at=now(), by=request.user))


def _complaint(pk: int) -> Complaint:
    return get_object_or_404(queries.complaints(), pk=pk)


def _done(request: WorkspaceRequest, one: Complaint, act: Callable[[], object]) -> HttpResponse:
    try:
        act()
    except actions.ComplaintClosed:
        messages.info(request, _("Somebody closed this complaint before: what they wrote stands."))
    except actions.StillOpen:
        messages.info(request, _("This complaint is open."))
    return redirect("complaints:complaint", one.pk)


def _form_page(request: WorkspaceRequest, form: Form, account: Account, cancel: str, **words: str) -> HttpResponse:
    context = {"form": form, "account": account, "cancel": cancel, "nav": "surveys", **words}
    return render(request, "complaints/edit.html", context, status=422 if form.errors else 200)
