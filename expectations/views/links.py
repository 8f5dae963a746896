"""Links on which customers acknowledge what they may expect: made, withdrawn, opened, answered."""

from contextlib import suppress

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from accounts import queries as account_queries
from expectations import actions, queries
from expectations.answering import AcknowledgeForm
from expectations.forms import AskForm
from expectations.letters import address
from expectations.models import Acknowledgement
from lib import languages
from lib.time import now
from workspaces import queries as workspace_queries
from workspaces import tenancy
from workspaces.access import WorkspaceRequest, public, requires
from workspaces.capabilities import Capability
from workspaces.secrets import digest


@requires(Capability.WORK)
def acknowledgement_new(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Choose what to ask about, and whom; the link is shown once."""
    account = get_object_or_404(account_queries.accounts(), pk=pk)
    offered = list(queries.expectations_of(account).open())
    form = AskForm(request.POST or None, account=account, offered=offered)
    context = {"account": account, "form": form, "offered": offered, "nav": "accounts"}
    if form.is_valid():
        try:
            ids = form.cleaned_data.pop("expectations")
            link, token = actions.ask(
                account=account, expectation_ids=ids, **form.cleaned_data, at=now(), by=request.user
            )
            context |= {"address": address(token), "link": link}
        except actions.NothingToAcknowledge:
            form.add_error("expectations", _("Somebody settled this before: what they wrote stands."))
    response = render(request, "expectations/acknowledgement_new.html", context, status=422 if form.errors else 200)
    response["Cache-Control"] = "no-store"
    return response


@requires(Capability.WORK)
def acknowledgement_withdraw(request: WorkspaceRequest, pk: int) -> HttpResponse:
    link = get_object_or_404(Acknowledgement.objects.select_related("account"), pk=pk)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    actions.withdraw(link=link, at=now(), by=request.user)
    messages.success(request, _("The link no longer works."))
    return redirect("expectations:expectation_list", pk=link.account_id)


@public
@csrf_exempt  # no cookie is set here: whoever has the link may answer
def acknowledge(request: HttpRequest, token: str) -> HttpResponse:
    """What a customer may expect, to whoever has the link. Opening it records nothing; sending the form does."""
    found = tenancy.locate("expectations_acknowledgement_of", digest(token))
    response = _closed(request, 404) if found is None else _opened(request, *found)
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _opened(request: HttpRequest, workspace_id: int, link_id: int) -> HttpResponse:
    at = now()
    with tenancy.entered(workspace_id):
        link = queries.opened_link(link_id, at)
        if link is None:
            return _closed(request, 410)
        with languages.spoken(*link.wishes, languages.of_browser(request)):
            return _answered(request, workspace_id, link)


def _answered(request: HttpRequest, workspace_id: int, link: Acknowledgement) -> HttpResponse:
    named = {"name": link.contact.name} if link.contact else {}
    form = AcknowledgeForm(request.POST if request.method == "POST" else None, initial=named)
    if link.answered_at is None and form.is_valid():
        with suppress(actions.LinkClosed):  # a second tap: the page shows the first answer
            actions.acknowledge(link=link, at=now(), **form.cleaned_data)
        link.refresh_from_db()
    context = {
        "link": link,
        "form": form,
        "expectations": queries.asked(link),
        "vendor": workspace_queries.workspace(workspace_id).name,
        "date_format": languages.date_format(),
    }
    status = 422 if link.answered_at is None and form.is_bound else 200
    return render(request, "expectations/customer/acknowledge.html", context, status=status)


def _closed(request: HttpRequest, status: int) -> HttpResponse:
    with languages.spoken(languages.of_browser(request)):
        return render(request, "expectations/customer/closed.html", {"is_over": status == 410}, status=status)
