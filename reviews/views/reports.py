"""The list of reviews, one report, and what is written and decided about it."""

from datetime import datetime

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.models import Account
from lib.paging import Page, Sort, page_of
from lib.time import now, quarter_of, today
from reviews import actions, numbers, queries
from reviews.document import Report
from reviews.forms import CommentaryForm, HoldForm, QuarterForm, SectionForm, neighbours, quarter_from
from reviews.models import Review, Section
from reviews.report import compose
from reviews.rows import account_rows
from workspaces import queries as workspace_queries
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability

PAGE = 50
OVERDUE = 200  # promises on one page, the oldest; the tab counts all
FIELDS = [
    "name", "owner__user__name", "arr_minor", "currency", "renews_on", "health_score", "health_band",
    "review_pk", "prepared_at", "held_at", "is_promised",
]  # fmt: skip


@requires(Capability.VIEW)
def review_list(request: WorkspaceRequest) -> HttpResponse:
    """One quarter's reviews: `?quarter=2026-Q2&owner=me&state=due`; `state=overdue` lists promises."""
    year, quarter = quarter_from(request.GET.get("quarter", ""), quarter_of(today()))
    owner_id = request.member.member_id if request.GET.get("owner") == "me" else None
    state = request.GET.get("state", "")
    counts = queries.state_counts(year, quarter, owner_id)
    before, after = neighbours(year, quarter)
    context = {
        "year": year,
        "quarter": quarter,
        "before": before,
        "after": after,
        "is_mine": owner_id is not None,
        "state": state,
        "tabs": _tabs(request, counts, state, owner_id),
        "total": sum(counts.values()),
        "can_review": request.member.can(Capability.REVIEW),
        "today": today(),
    }
    if state == "overdue":
        context["items"] = queries.overdue_actions(today(), owner_id)[:OVERDUE]
    else:
        page = _page(request, queries.accounts_in(year, quarter, state, owner_id))
        context |= {"page": page, "rows": account_rows(page.rows, year, quarter, now())}
    return render(request, "reviews/review_list.html", context)


def _page(request: WorkspaceRequest, accounts: QuerySet[Account]) -> Page:
    sort = Sort("arr_minor", falls=True, has_gaps=True)
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    return page_of(accounts, sort, FIELDS, after=after, before=before, size=PAGE)


def _tabs(
    request: WorkspaceRequest, counts: dict[str, int], state: str, owner_id: int | None
) -> list[dict[str, object]]:
    named = {
        "": (_("All"), sum(counts.values())),
        queries.DUE: (_("Due"), counts[queries.DUE]),
        queries.PREPARED: (_("Prepared"), counts[queries.PREPARED]),
        queries.HELD: (_("Held"), counts[queries.HELD]),
        queries.FOLLOWED_UP: (_("Followed up"), counts[queries.FOLLOWED_UP]),
        "overdue": (_("Overdue actions"), queries.overdue_actions(today(), owner_id).count()),
    }
    return [
        {"label": label, "count": count, "active": key == state, "url": _address(request, key)}
        for key, (label, count) in named.items()
    ]


def _address(request: WorkspaceRequest, state: str) -> str:
    """This page with another tab, from its first row."""
    asked = request.GET.copy()
    asked["state"] = state
    for key in ("after", "before"):
        asked.pop(key, None)
    return f"?{asked.urlencode()}"


@requires(Capability.REVIEW)
def review_open(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Begin an account's review, or go to the one there is; without `year` and `quarter`, of this quarter."""
    account = get_object_or_404(Account, pk=pk)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    asked = QuarterForm(request.POST)
    year, quarter = quarter_of(today())
    if asked.is_valid():
        year, quarter = asked.cleaned_data["year"], asked.cleaned_data["quarter"]
    review = actions.open_review(account=account, year=year, quarter=quarter, at=now(), by=request.user)
    return redirect("reviews:review", pk=review.pk)


@requires(Capability.VIEW)
def review(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """The report; `?as=customer` leaves out what is between ourselves."""
    review = get_object_or_404(queries.reviews(), pk=pk)
    at = now()
    for_customer = request.GET.get("as") == "customer"
    context = {
        "review": review,
        "report": report_of(review, at, for_customer=for_customer),
        "vendor": workspace_queries.workspace(request.workspace_id).name,
        "items": queries.actions_of(review.account, review.year, review.quarter),
        "links": queries.share_links(review).usable(at),
        "can_review": request.member.can(Capability.REVIEW) and not for_customer,
        "can_take_back": review.held_at and at - review.held_at <= actions.TAKE_BACK,
        "today": today(),
    }
    return render(request, "reviews/review.html", context)


def report_of(review: Review, at: datetime, *, for_customer: bool) -> Report:
    """As it was held, or as it stands."""
    return compose(numbers_of(review, at), review.commentary, for_customer=for_customer)


def numbers_of(review: Review, at: datetime) -> numbers.Numbers:
    """What its report is made of."""
    return review.snapshot or numbers.gather(review, at)


@requires(Capability.REVIEW)
def commentary_edit(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """The text of one `?section=`: a form in its place with htmx, a page of its own without."""
    review = get_object_or_404(queries.reviews(), pk=pk)
    asked = SectionForm(request.GET)
    section = Section(asked.cleaned_data["section"]) if asked.is_valid() else Section.SUMMARY
    text = review.commentary.get(section.value, "")
    form = CommentaryForm(request.POST if request.method == "POST" else None, initial={"text": text})
    context = {"review": review, "section": section, "form": form, "text": text, "can_review": not review.held_at}
    if request.htmx and request.GET.get("cancel"):
        return render(request, "reviews/commentary.html", context)
    if form.is_valid():
        text = form.cleaned_data["text"]
        try:
            actions.save_commentary(review=review, section=section, text=text, at=now(), by=request.user)
        except actions.ReviewHeld:
            form.add_error(None, _("This report was held: it does not change any more."))
        else:
            if request.htmx:
                return render(request, "reviews/commentary.html", {**context, "text": text})
            return redirect(f"{review.get_absolute_url()}#{section}")
    template = "reviews/commentary_form.html" if request.htmx else "reviews/commentary_edit.html"
    return render(request, template, context, status=422 if form.errors else 200)


@requires(Capability.REVIEW)
def review_prepare(request: WorkspaceRequest, pk: int) -> HttpResponse:
    review = get_object_or_404(queries.reviews(), pk=pk)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        actions.mark_prepared(review=review, at=now(), by=request.user)
    except actions.ReviewHeld:
        messages.error(request, _("This report was held already."))
    return redirect("reviews:review", pk=pk)


@requires(Capability.REVIEW)
def review_hold(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Say who was there; from then on the report stays as it is."""
    review = get_object_or_404(queries.reviews(), pk=pk)
    form = HoldForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.mark_held(review=review, at=now(), by=request.user, **form.cleaned_data)
        except actions.ReviewHeld:
            form.add_error(None, _("This report was held already."))
        else:
            messages.success(request, _("Held. The report keeps these numbers from now on."))
            return redirect("reviews:review", pk=pk)
    context = {"review": review, "form": form}
    return render(request, "reviews/review_hold.html", context, status=422 if form.errors else 200)


@requires(Capability.REVIEW)
def review_reopen(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Undo "held", within ten minutes."""
    review = get_object_or_404(queries.reviews(), pk=pk)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        actions.take_back_held(review=review, at=now(), by=request.user)
    except actions.TooLate:
        messages.error(request, _("This can no longer be taken back: it is more than ten minutes ago."))
    return redirect("reviews:review", pk=pk)


@requires(Capability.VIEW)
def account_panel(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """The part of the account page about its reviews; a page of its own without htmx."""
    account = get_object_or_404(Account, pk=pk)
    year, quarter = quarter_of(today())
    reviews = list(queries.reviews_of(account)[:8])
    context = {
        "account": account,
        "reviews": reviews,
        "items": queries.open_actions_of(account)[:20],
        "year": year,
        "quarter": quarter,
        "has_current": any((one.year, one.quarter) == (year, quarter) for one in reviews),
        "can_review": request.member.can(Capability.REVIEW),
        "today": today(),
        "nav": "accounts",
    }
    template = "reviews/account_panel.html" if request.htmx else "reviews/account_reviews.html"
    return render(request, template, context)
