"""Ledgers, to be opened in a spreadsheet."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts import queries as account_queries
from expectations import exports, queries
from lib import downloads
from lib.time import today
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability


@requires(Capability.VIEW)
@require_safe
def waiting_export(request: WorkspaceRequest) -> HttpResponse:
    """What is open everywhere; `?who=me` is the reader's accounts."""
    owner_id = request.member.member_id if request.GET.get("who") == "me" else None
    return downloads.export("expectations", exports.lines(queries.waiting(today(), owner_id=owner_id)))


@requires(Capability.VIEW)
@require_safe
def expectation_export(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """One account's ledger."""
    account = get_object_or_404(account_queries.accounts(), pk=pk)
    return downloads.export(f"expectations-{pk}", exports.lines(queries.expectations_of(account)))
