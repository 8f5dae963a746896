"""Action items: made in a review, kept or not."""

from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render

from lib.time import now, today
from reviews import actions, queries
from reviews.forms import ActionForm
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability


@requires(Capability.REVIEW)
def action_new(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Promise something in a review."""
    review = get_object_or_404(queries.reviews(), pk=pk)
    form = ActionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        actions.add_action(review=review, at=now(), by=request.user, **form.cleaned_data)
        return redirect(f"{review.get_absolute_url()}#promises")
    context = {"review": review, "form": form}
    return render(request, "reviews/action_new.html", context, status=422 if form.errors else 200)


@requires(Capability.REVIEW)
def action_done(request: WorkspaceRequest, pk: int) -> HttpResponse:
    return _settle(request, pk, is_done=True)


@requires(Capability.REVIEW)
def action_reopen(request: WorkspaceRequest, pk: int) -> HttpResponse:
    return _settle(request, pk, is_done=False)


def _settle(request: WorkspaceRequest, pk: int, *, is_done: bool) -> HttpResponse:
    """Done, or not after all; back to where it was said: the review named by `review`, or the promise's own."""
    item = get_object_or_404(queries.actions(), pk=pk)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    change = actions.complete_action if is_done else actions.reopen_action
    item = change(item=item, at=now(), by=request.user)
    said_in = queries.reviews().filter(account=item.account, pk__in=_ids(request.POST.get("review"))).first()
    if request.htmx:
        context = {"item": item, "review": said_in or item.review, "can_review": True, "today": today()}
        return render(request, "reviews/promise.html", context)
    return redirect(f"{(said_in or item.review).get_absolute_url()}#promises")


def _ids(text: str | None) -> list[int]:
    return [int(text)] if text and text.isascii() and text.isdigit() and len(text) < 19 else []
