"""Connections and their deliveries."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from integrations import rows
from integrations.actions import connections as connection_actions
from integrations.forms.connections import ConnectionForm, SettingsForm
from integrations.kinds import KINDS
from integrations.models import Connection
from integrations.queries import connections as connection_queries
from integrations.queries import events as event_queries
from integrations.queries import mapping as mapping_queries
from integrations.views.pages import page, state_tabs
from lib.time import now
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability
from workspaces.secrets import keep_for_next_page, take_from_last_page


@requires(Capability.ADMINISTER)
@require_safe
def connection_list(request: WorkspaceRequest) -> HttpResponse:
    standings = [
        {"standing": standing, "chip": rows.state(standing.last_state) if standing.last_state else ""}
        for standing in connection_queries.standings(now())
    ]
    context = {"standings": standings, "unmatched": event_queries.unmatched().count()}
    return render(request, "integrations/connection_list.html", context)


@requires(Capability.ADMINISTER)
def connection_new(request: WorkspaceRequest) -> HttpResponse:
    form = ConnectionForm(request.POST if request.method == "POST" else None)
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
    token = take_from_last_page(request.session, f"connection-token:{pk}")
    state = rows.state_asked(request.GET.get("state", ""))
    context = {
        "connection": connection,
        "address": _address(token) if token else "",
        "secret": take_from_last_page(request.session, f"connection-secret:{pk}"),
        "is_readable": connection_queries.has_readable_secret(connection),
        "look_up_problem": connection_queries.look_up_problem(connection),
        "standing": connection_queries.standing(connection, now()),
        "waiting": mapping_queries.waiting(connection) if connection.help_desk.is_mapped else 0,
        "state": state,
        "tabs": state_tabs(request, state, is_mapped=connection.help_desk.is_mapped),
        **page(request, event_queries.events_of(pk, state)),
    }
    return render(request, "integrations/connection.html", context)


@requires(Capability.ADMINISTER)
def connection_settings(request: WorkspaceRequest, pk: int) -> HttpResponse:
    connection = get_object_or_404(Connection, pk=pk)
    form = SettingsForm(connection, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        connection_actions.change_connection(connection=connection, changes=form.changes(), at=now(), by=request.user)
        messages.success(request, _("Saved. Deliveries are read by this from now on."))
        return redirect("integrations:connection", pk)
    status = 422 if form.is_bound else 200
    return render(
        request, "integrations/connection_settings.html", {"connection": connection, "form": form}, status=status
    )


@requires(Capability.ADMINISTER)
@require_POST
def connection_secret_new(request: WorkspaceRequest, pk: int) -> HttpResponse:
    connection = get_object_or_404(Connection, pk=pk)
    if not connection.help_desk.draws_secret:  # it is drawn over there, and brought here
        return redirect("integrations:connection_settings", pk)
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


def _show_once(request: WorkspaceRequest, connection: Connection, *, token: str = "", secret: str = "") -> HttpResponse:
    if token:
        keep_for_next_page(request.session, f"connection-token:{connection.pk}", token)
    if secret:
        keep_for_next_page(request.session, f"connection-secret:{connection.pk}", secret)
    return redirect("integrations:connection", connection.pk)


def _address(token: str) -> str:
    return f"{settings.BASE_URL}{reverse('integrations:receive', args=['TOKEN']).replace('TOKEN', token)}"
