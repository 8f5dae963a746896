"""Reviews, promises and a report's figures, to be opened in a spreadsheet."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.models import Account
from lib import downloads
from lib.time import now, quarter_of, today
from reviews import exports, queries
from reviews.forms import quarter_from
from reviews.report import compose
from reviews.views.reports import numbers_of
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability


@requires(Capability.VIEW)
@require_safe
def review_export(request: WorkspaceRequest) -> HttpResponse:
    """The accounts of the same address, with their reviews of the quarter."""
    year, quarter = quarter_from(request.GET.get("quarter", ""), quarter_of(today()))
    found = queries.accounts_in(year, quarter, request.GET.get("state", ""), _owner_id(request))
    return downloads.export(f"reviews-{year}-Q{quarter}", exports.reviews(found, year, quarter))


@requires(Capability.VIEW)
@require_safe
def action_export(request: WorkspaceRequest) -> HttpResponse:
    """Open promises, the first due first; those of the same address: `?state=overdue`, `?owner=me`."""
    owner_id = _owner_id(request)
    is_overdue = request.GET.get("state") == "overdue"
    found = queries.overdue_actions(today(), owner_id) if is_overdue else queries.open_actions(owner_id)
    return downloads.export("promises", exports.promises(found))


@requires(Capability.VIEW)
@require_safe
def review_action_export(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """What a review tells of promises: open and done, of its quarter and of those before."""
    review = get_object_or_404(queries.reviews(), pk=pk)
    found = queries.actions_of(review.account, review.year, review.quarter)
    return downloads.export(f"review-{pk}-promises", exports.promises(found))


@requires(Capability.VIEW)
@require_safe
def account_review_export(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Every review of one account."""
    account = get_object_or_404(Account, pk=pk)
    return downloads.export(f"reviews-{pk}", exports.history(queries.reviews_of(account)))


@requires(Capability.VIEW)
@require_safe
def figure_export(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """The report of the same address in lines; `?as=customer` leaves out what is between ourselves."""
    review = get_object_or_404(queries.reviews(), pk=pk)
    known = numbers_of(review, now())
    report = compose(known, review.commentary, for_customer=request.GET.get("as") == "customer")
    return downloads.export(f"review-{pk}", exports.figures(report, known))


@requires(Capability.REVIEW)
@require_safe
def share_export(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """The links to one report."""
    review = get_object_or_404(queries.reviews(), pk=pk)
    return downloads.export(f"review-{pk}-links", exports.shares(queries.share_links(review)))


def _owner_id(request: WorkspaceRequest) -> int | None:
    return request.member.member_id if request.GET.get("owner") == "me" else None
