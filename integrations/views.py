"""Pages about connections, deliveries and the events nobody could be found for."""

import json

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from integrations.actions import connections as connection_actions
from integrations.actions import processing
from integrations.actions import unmatched as unmatched_actions
from integrations.forms import AssignForm, ConnectionForm, NewAccountForm
from integrations.helpdesks.payload import NotJson, decode
from integrations.kinds import KINDS
from integrations.models import Connection, InboxEvent
from integrations.queries import connections as connection_queries
from integrations.queries import events as event_queries
from lib.paging import Sort, page_of
from lib.time import now
from workspaces import once
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability

NEWEST_FIRST = Sort("id", falls=True, ids_fall=True)
MOST_SHOWN = 100_000  # characters of a body


@requires(Capability.ADMINISTER)
@require_safe
def connection_list(request: WorkspaceRequest) -> HttpResponse:
    standings = connection_queries.standings(now())
    unmatched = event_queries.unmatched().count()
    return render(request, "integrations/connection_list.html", {"standings": standings, "unmatched": unmatched})


@requires(Capability.ADMINISTER)
def connection_new(request: WorkspaceRequest) -> HttpResponse:
    form = ConnectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        connection, token, secret = connection_actions.create_connection(
            kind=form.cleaned_data["kind"], name=form.cleaned_data["name"], at=now(), by=request.user
        )
        return _show_once(request, connection, token=token, secret=secret)
    status = 422 if form.is_bound else 200
    context = {"form": form, "kinds": KINDS.values()}
    return render(request, "integrations/connection_new.html", context, status=status)


@requires(Capability.ADMINISTER)
@never_cache
@require_safe
def connection(request: WorkspaceRequest, pk: int) -> HttpResponse:
    connection = get_object_or_404(connection_queries.connections(), pk=pk)
    token = once.take(request.session, f"connection-token:{pk}")
    context = {
        "connection": connection,
        "address": _address(token) if token else "",
        "secret": once.take(request.session, f"connection-secret:{pk}"),
        "page": page_of(
            event_queries.events_of(pk),
            NEWEST_FIRST,
            event_queries.COLUMNS,
            after=request.GET.get("after", ""),
            before=request.GET.get("before", ""),
        ),
        "standing": connection_queries.standing(connection, now()),
        "hook_example": _address("…"),
    }
    return render(request, "integrations/connection.html", context)


@requires(Capability.ADMINISTER)
@require_POST
def connection_secret_new(request: WorkspaceRequest, pk: int) -> HttpResponse:
    connection = get_object_or_404(Connection, pk=pk)
    secret = connection_actions.renew_secret(connection=connection, at=now(), by=request.user)
    return _show_once(request, connection, secret=secret)


@requires(Capability.ADMINISTER)
@require_POST
def connection_address_new(request: WorkspaceRequest, pk: int) -> HttpResponse:
    connection = get_object_or_404(Connection, pk=pk)
    token = connection_actions.renew_address(connection=connection, at=now(), by=request.user)
    return _show_once(request, connection, token=token)


@requires(Capability.ADMINISTER)
@require_POST
def connection_disable(request: WorkspaceRequest, pk: int) -> HttpResponse:
    connection_actions.disable_connection(connection=get_object_or_404(Connection, pk=pk), at=now(), by=request.user)
    messages.success(request, _("Deliveries are refused until you switch the connection on again."))
    return redirect("integrations:connection", pk)


@requires(Capability.ADMINISTER)
@require_POST
def connection_enable(request: WorkspaceRequest, pk: int) -> HttpResponse:
    connection_actions.enable_connection(connection=get_object_or_404(Connection, pk=pk), at=now(), by=request.user)
    messages.success(request, _("Deliveries are taken again."))
    return redirect("integrations:connection", pk)


@requires(Capability.ADMINISTER)
@require_safe
def event(request: WorkspaceRequest, pk: int) -> HttpResponse:
    event = _event(pk)
    context = {"event": event, "headers": sorted(event.headers.items()), "body": _readable(bytes(event.body))}
    return render(request, "integrations/event.html", context)


@requires(Capability.ADMINISTER)
@require_POST
def event_replay(request: WorkspaceRequest, pk: int) -> HttpResponse:
    try:
        processing.replay(event=_event(pk), at=now(), by=request.user)
    except processing.StillWaiting:
        messages.info(request, _("This delivery is waiting to be processed already."))
    else:
        messages.success(request, _("The delivery is being processed again."))
    return redirect("integrations:event", pk)


@requires(Capability.EDIT_ACCOUNTS)
@require_safe
def unmatched_list(request: WorkspaceRequest) -> HttpResponse:
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    page = page_of(event_queries.unmatched(), NEWEST_FIRST, event_queries.COLUMNS, after=after, before=before)
    total = event_queries.unmatched().count()
    return render(request, "integrations/unmatched_list.html", {"page": page, "total": total})


@requires(Capability.EDIT_ACCOUNTS)
def unmatched(request: WorkspaceRequest, pk: int) -> HttpResponse:
    event = _event(pk)
    form = AssignForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        account = form.cleaned_data["account"]
        try:
            count = unmatched_actions.assign(event=event, at=now(), by=request.user, **form.cleaned_data)
        except unmatched_actions.NotUnmatched:
            return _decided_already(request)
        return _assigned(request, account.name, count)
    return _unmatched_page(request, event, form, NewAccountForm.for_event(event))


@requires(Capability.EDIT_ACCOUNTS)
@require_POST
def unmatched_account_new(request: WorkspaceRequest, pk: int) -> HttpResponse:
    event = _event(pk)
    form = NewAccountForm(request.POST, auto_id="id_new_%s")
    if not form.is_valid():
        return _unmatched_page(request, event, AssignForm(), form)
    try:
        account, count = unmatched_actions.assign_to_new(
            event=event, name=form.cleaned_data["name"], at=now(), by=request.user
        )
    except unmatched_actions.NotUnmatched:
        return _decided_already(request)
    return _assigned(request, account.name, count)


@requires(Capability.EDIT_ACCOUNTS)
@require_POST
def unmatched_dismiss(request: WorkspaceRequest, pk: int) -> HttpResponse:
    try:
        unmatched_actions.dismiss(event=_event(pk), at=now(), by=request.user)
    except unmatched_actions.NotUnmatched:
        return _decided_already(request)
    messages.success(request, _("Dismissed. It stays among the connection's deliveries and can be replayed there."))
    return redirect("integrations:unmatched_list")


def _event(pk: int) -> InboxEvent:
    event = event_queries.event(pk)
    if event is None:
        raise Http404
    return event


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
        "%(count)d event goes to %(account)s.", "%(count)d events of this organisation go to %(account)s.", count
    )
    messages.success(request, text % {"count": count, "account": name})
    return redirect("integrations:unmatched_list")


def _decided_already(request: WorkspaceRequest) -> HttpResponse:
    messages.info(request, _("Somebody has decided about this event already."))
    return redirect("integrations:unmatched_list")


def _show_once(request: WorkspaceRequest, connection: Connection, *, token: str = "", secret: str = "") -> HttpResponse:
    if token:
        once.keep(request.session, f"connection-token:{connection.pk}", token)
    if secret:
        once.keep(request.session, f"connection-secret:{connection.pk}", secret)
    return redirect("integrations:connection", connection.pk)


def _address(token: str) -> str:
    return f"{settings.BASE_URL}{reverse('integrations:receive', args=['TOKEN']).replace('TOKEN', token)}"


def _readable(body: bytes) -> str:
    try:
        text = json.dumps(decode(body), indent=2, ensure_ascii=False)
    except NotJson:
        text = body.decode(errors="replace")
    return text[:MOST_SHOWN].encode(errors="replace").decode()
