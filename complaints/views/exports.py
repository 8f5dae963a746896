"""Complaints, follow-ups, look-alikes and rules, to be opened in a spreadsheet."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from complaints import exports, rows
from complaints.forms.case import ComplaintFilter
from complaints.forms.follow_up import FollowUpFilter
from complaints.models import Complaint
from complaints.queries import case as queries
from complaints.queries import follow_up as follow_up_queries
from complaints.queries import peer as peer_queries
from complaints.queries import setting
from lib import downloads
from lib.time import now
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability


@requires(Capability.VIEW)
@require_safe
def complaint_export(request: WorkspaceRequest) -> HttpResponse:
    """The rows of the same address."""
    at = now()
    wanted = rows.chosen(ComplaintFilter(request.GET, people=rows.people()), request.member)
    found = rows.matching(wanted, request.member, at)
    whole = queries.complaints().filter(pk__in=found.values("pk")).order_by(*rows.SORTS[wanted.show].order())
    return downloads.export(f"complaints-{wanted.show}", exports.complaints(whole, at))


@requires(Capability.VIEW)
@require_safe
def follow_up_export(request: WorkspaceRequest) -> HttpResponse:
    """The rows of the same address."""
    at = now()
    wanted = rows.chosen_follow_ups(FollowUpFilter(request.GET, people=rows.people()), request.member)
    found = rows.shown_follow_ups(rows.followed(wanted, request.member), wanted, at)
    whole = follow_up_queries.follow_ups().filter(pk__in=found.values("pk")).order_by("due_at", "pk")
    return downloads.export(f"follow-ups-{wanted.show}", exports.follow_ups(whole))


@requires(Capability.VIEW)
@require_safe
def step_export(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """What a customer was told about one complaint, and what was noted."""
    one = get_object_or_404(Complaint, pk=pk)
    return downloads.export(f"complaint-{pk}", exports.steps(queries.steps_of(one)))


@requires(Capability.VIEW)
@require_safe
def peer_export(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Who was asked whether they have the same trouble, and what they said."""
    one = get_object_or_404(Complaint, pk=pk)
    return downloads.export(f"complaint-{pk}-others", exports.peers(peer_queries.peers_of(one)))


@requires(Capability.CONFIGURE_HEALTH)
@require_safe
def rule_export(request: WorkspaceRequest) -> HttpResponse:
    return downloads.export("complaint-rules", exports.rules(setting.rules()))
