"""What customers say: scores with their doubt, and the rows behind every figure."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from accounts.models import Account
from lib.time import DAY, now
from surveys import charts, figures, listing, queries
from surveys.lens import PERIODS, Lens
from surveys.models import Kind
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability

TREND = 365 * DAY
WAVES = 10
PANEL_ROWS, PAGE_ROWS = 5, 100


@requires(Capability.VIEW)
def survey_list(request: WorkspaceRequest) -> HttpResponse:
    """One survey's figures of a period, its trend over a year, and the rows behind them."""
    lens, at = Lens.of(request.GET), now()
    results = queries.results(lens.metric, *lens.span(at))
    refused = queries.refusals_by_reason(queries.refusals_between(lens.metric, *lens.span(at)))
    months = queries.trend(lens.metric, at - TREND, at)
    page = listing.page(lens, at, request.GET.get("after", ""), request.GET.get("before", ""))
    context = {
        "lens": lens,
        "at": at,
        "periods": [{"days": days, "url": lens.but(days=days, month="").query()} for days in PERIODS],
        "tabs": figures.survey_tabs(lens),
        "stats": figures.stats(lens, results, refused),
        "trend": charts.trend(lens.metric, months),
        "months": figures.month_rows(lens, months),
        "distribution": charts.distribution(lens, results.counts),
        "reasons": figures.reason_rows(lens, refused),
        "is_empty": not (results.sent or results.score.n or refused),
        "page": page,
        "row_tabs": figures.row_tabs(lens, results, refused),
        "narrowed": figures.narrowed(lens),
        "waves": queries.waves()[:WAVES] if lens.metric == Kind.NPS else [],
        "can_send": request.member.can(Capability.SEND_SURVEYS),
        "can_configure": request.member.can(Capability.CONFIGURE_HEALTH),
        "can_connect": request.member.can(Capability.ADMINISTER),
    }
    return render(request, "surveys/survey_list.html", context)


@requires(Capability.VIEW)
def account_panel(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """One account's answers, open questions and refusals: a part of the account page, or a page of its own."""
    account = get_object_or_404(Account, pk=pk)
    size = PANEL_ROWS if request.htmx else PAGE_ROWS
    context = {
        "account": account,
        "answers": queries.answers_of(account)[:size],
        "waiting": queries.waiting_for(account, now())[:size],
        "refusals": queries.refusals_of(account)[:size],
        "size": size,
        "is_panel": bool(request.htmx),
        "nav": "accounts",
    }
    return render(request, "surveys/account_panel.html" + ("#panel" if request.htmx else ""), context)
