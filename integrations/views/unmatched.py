"""Events nobody could be found for: a person says whose they are."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from integrations.actions import processing
from integrations.actions import unmatched as unmatched_actions
from integrations.forms.unmatched import AssignForm, NewAccountForm
from integrations.models import InboxEvent
from integrations.queries import events as event_queries
from integrations.views.pages import event_or_404, page
from lib.time import now
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability


@requires(Capability.EDIT_ACCOUNTS)
@require_safe
def unmatched_list(request: WorkspaceRequest) -> HttpResponse:
    waiting = event_queries.unmatched()
    context = {"total": waiting.count(), **page(request, waiting)}
    return render(request, "integrations/unmatched_list.html", context)


@requires(Capability.EDIT_ACCOUNTS)
def unmatched(request: WorkspaceRequest, pk: int) -> HttpResponse:
    event = event_or_404(pk)
    form = AssignForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        account = form.cleaned_data["account"]
        try:
            count = unmatched_actions.assign(event=event, at=now(), by=request.user, **form.cleaned_data)
        except unmatched_actions.NotUnmatched:
            return _decided_already(request)
        except processing.BodyGone:
            return _body_gone(request)
        return _assigned(request, account.name, count)
    return _unmatched_page(request, event, form, NewAccountForm.for_event(event))


@requires(Capability.EDIT_ACCOUNTS)
@require_POST
def unmatched_account_new(request: WorkspaceRequest, pk: int) -> HttpResponse:
    event = event_or_404(pk)
    form = NewAccountForm(request.POST, auto_id="id_new_%s")
    if not form.is_valid():
        return _unmatched_page(request, event, AssignForm(), form)
    try:
        account, count = unmatched_actions.assign_to_new(
            event=event, name=form.cleaned_data["name"], at=now(), by=request.user
        )
    except unmatched_actions.NotUnmatched:
        return _decided_already(request)
    except processing.BodyGone:
        return _body_gone(request)
    return _assigned(request, account.name, count)


@requires(Capability.EDIT_ACCOUNTS)
@require_POST
def unmatched_dismiss(request: WorkspaceRequest, pk: int) -> HttpResponse:
    try:
        unmatched_actions.dismiss(event=event_or_404(pk), at=now(), by=request.user)
    except unmatched_actions.NotUnmatched:
        return _decided_already(request)
    messages.success(request, _("Dismissed. It stays among the connection's deliveries and can be replayed there."))
    return redirect("integrations:unmatched_list")


def _unmatched_page(
    request: WorkspaceRequest, event: InboxEvent, form: AssignForm, new_form: NewAccountForm
) -> HttpResponse:
    words = request.GET.get("q", "").replace("\x00", "").strip()
    context = {
        "event": event,
        "form": form,
        "new_form": new_form,
        "words": words,
        "accounts": event_queries.suggestions(event, words),
        "alike": event_queries.alike_count(event),
        "is_waiting": event.state == InboxEvent.State.UNMATCHED,
    }
    status = 422 if form.is_bound or new_form.is_bound else 200
    return render(request, "integrations/unmatched.html", context, status=status)


def _assigned(request: WorkspaceRequest, name: str, count: int) -> HttpResponse:
    text = ngettext(
        "%(count)d event goes to %(account)s.",
        "%(count)d events of this ticket, person or organisation go to %(account)s.",
        count,
    )
    messages.success(request, text % {"count": count, "account": name})
    return redirect("integrations:unmatched_list")


def _body_gone(request: WorkspaceRequest) -> HttpResponse:
    messages.info(request, _("This event is older than 30 days and its body is gone: it can only be dismissed."))
    return redirect("integrations:unmatched_list")


def _decided_already(request: WorkspaceRequest) -> HttpResponse:
    messages.info(request, _("Somebody has decided about this event already."))
    return redirect("integrations:unmatched_list")
