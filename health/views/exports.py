"""Scores and figures of the whole workspace, to be opened in a spreadsheet."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.models import Account
from health import exports
from health.parts import PARTS
from health.views.scores import chosen_segment
from lib import downloads
from lib.time import today
from segments import queries as segment_queries
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability


@requires(Capability.CONFIGURE_HEALTH)
@require_safe
def profile_export(request: WorkspaceRequest) -> HttpResponse:
    """Every profile, those retired last."""
    return downloads.export("health-profiles", exports.profiles())


@requires(Capability.VIEW)
@require_safe
def score_export(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """One account's scores of every day, with their parts."""
    account = get_object_or_404(Account, pk=pk)
    return downloads.export(f"health-{pk}", exports.scores(account))


@requires(Capability.VIEW)
@require_safe
def family_export(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """One account's family, each member with its score."""
    account = get_object_or_404(Account, pk=pk)
    return downloads.export(f"family-health-{pk}", exports.family(account))


@requires(Capability.VIEW)
@require_safe
def trend_export(request: WorkspaceRequest) -> HttpResponse:
    """Accounts in each band and the mean score, day by day."""
    return downloads.export("health-by-day", exports.days(today()))


@requires(Capability.VIEW)
@require_safe
def risk_export(request: WorkspaceRequest) -> HttpResponse:
    """Accounts and money at risk, by owner, of the segment of the same address."""
    return downloads.export("risk-by-owner", exports.owners(chosen_segment(request, segment_queries.names())))


@requires(Capability.VIEW)
@require_safe
def part_export(request: WorkspaceRequest) -> HttpResponse:
    """How many accounts lack each part of the score."""
    return downloads.export("missing-parts", exports.gaps(today()))


@requires(Capability.VIEW)
@require_safe
def gap_export(request: WorkspaceRequest) -> HttpResponse:
    """The accounts that lack the part of the same address."""
    wanted = request.GET.get("part", "")
    part = wanted if wanted in PARTS else PARTS[0]
    return downloads.export(f"without-{part}", exports.accounts_without(part, today()))
