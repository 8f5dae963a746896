"""Links to a report for people without a login: made, withdrawn, opened."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from lib.time import now
from reviews import actions, queries
from reviews.forms import ShareForm
from reviews.models import ShareLink
from reviews.views.reports import report_of
from workspaces import queries as workspace_queries
from workspaces import tenancy
from workspaces.access import WorkspaceRequest, public, requires
from workspaces.capabilities import Capability
from workspaces.secrets import digest


@requires(Capability.REVIEW)
def share_list(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """A report's links. A new one is shown once, in answer to the form."""
    review = get_object_or_404(queries.reviews(), pk=pk)
    form = ShareForm(request.POST if request.method == "POST" else None)
    address = ""
    if form.is_valid():
        _link, token = actions.share(review=review, at=now(), by=request.user, **form.cleaned_data)
        address = request.build_absolute_uri(reverse("reviews:shared", args=[token]))
        form = ShareForm()
    context = {
        "review": review,
        "form": form,
        "address": address,
        "links": queries.share_links(review)[:50],
        "at": now(),
    }
    response = render(request, "reviews/share_list.html", context, status=422 if form.errors else 200)
    response["Cache-Control"] = "no-store"
    return response


@requires(Capability.REVIEW)
def share_revoke(request: WorkspaceRequest, pk: int) -> HttpResponse:
    link = get_object_or_404(ShareLink.objects.select_related("review__account"), pk=pk)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    actions.revoke_share(link=link, at=now(), by=request.user)
    messages.success(request, _("The link no longer works."))
    return redirect("reviews:share_list", pk=link.review_id)


@public
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """A report to whoever has its link. Nothing is recorded, nothing is kept by the browser or told to others."""
    found = tenancy.locate("reviews_share_of", digest(token))
    response = _closed(request, 404) if found is None else _opened(request, *found)
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _opened(request: HttpRequest, workspace_id: int, link_id: int) -> HttpResponse:
    at = now()
    with tenancy.entered(workspace_id):
        opened = queries.shared_review(link_id, at)
        if opened is None:
            return _closed(request, 410)
        review, link = opened
        context = {
            "review": review,
            "report": report_of(review, at, for_customer=not link.with_internals),
            "vendor": workspace_queries.workspace(workspace_id).name,
            "expires_at": link.expires_at,
            "can_review": False,
        }
        return render(request, "reviews/shared.html", context)


def _closed(request: HttpRequest, status: int) -> HttpResponse:
    return render(request, "reviews/shared_closed.html", {"is_over": status == 410}, status=status)
