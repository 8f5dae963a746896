"""Endpoints: list, add, change, switch on and off."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lib.time import now
from webhooks import rows, words
from webhooks.actions import deliveries as delivery_actions
from webhooks.actions import endpoints as actions
from webhooks.forms import EndpointForm, ReplayForm
from webhooks.models import Endpoint
from webhooks.queries import endpoints as queries
from webhooks.views.deliveries import chosen_state, page, tabs
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability
from workspaces.secrets import keep_for_next_page, take_from_last_page


@requires(Capability.ADMINISTER)
@require_safe
def endpoint_list(request: WorkspaceRequest) -> HttpResponse:
    return render(request, "webhooks/endpoint_list.html", {"rows": rows.endpoints(queries.standings(now()))})


@requires(Capability.ADMINISTER)
def endpoint_new(request: WorkspaceRequest) -> HttpResponse:
    form = EndpointForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        endpoint, secret = actions.create_endpoint(**form.cleaned_data, at=now(), by=request.user)
        keep_for_next_page(request.session, f"webhook-secret:{endpoint.pk}", secret)
        return redirect("webhooks:endpoint", endpoint.pk)
    status = 422 if form.is_bound else 200
    return render(request, "webhooks/endpoint_form.html", {"form": form}, status=status)


@requires(Capability.ADMINISTER)
@never_cache
@require_safe
def endpoint(request: WorkspaceRequest, pk: int) -> HttpResponse:
    at = now()
    endpoint = get_object_or_404(queries.endpoints(), pk=pk)
    found, state = page(request, pk), chosen_state(request)
    context = {
        "endpoint": endpoint,
        "chip": rows.standing(endpoint),
        "kinds": [words.kind(kind) for kind in words.in_order(endpoint.kinds)],
        "secret": take_from_last_page(request.session, f"webhook-secret:{pk}"),
        "is_readable": bool(queries.keys_of(endpoint, at)),
        "both_until": endpoint.previous_until if endpoint.previous_until and endpoint.previous_until > at else None,
        "standing": queries.standing(endpoint, at),
        "tabs": tabs(request, state),
        "state": state,
        "replay_form": ReplayForm(initial={"since": timezone.localdate(at - queries.RECENT)}),
        **found,
    }
    return render(request, "webhooks/endpoint.html", context)


@requires(Capability.ADMINISTER)
def endpoint_edit(request: WorkspaceRequest, pk: int) -> HttpResponse:
    endpoint = get_object_or_404(Endpoint, pk=pk)
    form = EndpointForm(request.POST if request.method == "POST" else None, endpoint=endpoint)
    if request.method == "POST" and form.is_valid():
        actions.change_endpoint(endpoint=endpoint, **form.cleaned_data, at=now(), by=request.user)
        return redirect("webhooks:endpoint", pk)
    status = 422 if form.is_bound else 200
    return render(request, "webhooks/endpoint_form.html", {"form": form, "endpoint": endpoint}, status=status)


@requires(Capability.ADMINISTER)
@require_POST
def endpoint_secret_new(request: WorkspaceRequest, pk: int) -> HttpResponse:
    secret = actions.renew_secret(endpoint=get_object_or_404(Endpoint, pk=pk), at=now(), by=request.user)
    keep_for_next_page(request.session, f"webhook-secret:{pk}", secret)
    return redirect("webhooks:endpoint", pk)


@requires(Capability.ADMINISTER)
@require_POST
def endpoint_disable(request: WorkspaceRequest, pk: int) -> HttpResponse:
    endpoint = get_object_or_404(Endpoint, pk=pk)
    actions.disable_endpoint(endpoint=endpoint, why=Endpoint.Why.PERSON, at=now(), by=request.user)
    messages.success(request, _("Nothing is sent there until you switch the webhook on again."))
    return redirect("webhooks:endpoint", pk)


@requires(Capability.ADMINISTER)
@require_POST
def endpoint_enable(request: WorkspaceRequest, pk: int) -> HttpResponse:
    actions.enable_endpoint(endpoint=get_object_or_404(Endpoint, pk=pk), at=now(), by=request.user)
    messages.success(request, _("It is told of what happens from now on. What was not sent can be sent again below."))
    return redirect("webhooks:endpoint", pk)


@requires(Capability.ADMINISTER)
@require_POST
def endpoint_test(request: WorkspaceRequest, pk: int) -> HttpResponse:
    try:
        test = delivery_actions.send_test(endpoint=get_object_or_404(Endpoint, pk=pk), at=now(), by=request.user)
    except delivery_actions.EndpointOff:
        messages.error(request, _("Switch the webhook on first."))
        return redirect("webhooks:endpoint", pk)
    return redirect("webhooks:delivery", test.pk)
