"""What customers say: scores with their doubt, and the rows behind every figure."""

from typing import Any, NamedTuple

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from accounts.models import Account
from lib.time import now
from surveys import breakdowns, charts, figures, listing, queries, results, visits
from surveys.lens import Lens
from surveys.measures import Measure
from surveys.models import Survey
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability

WAVES = 10
PANEL_ROWS, PAGE_ROWS = 5, 100


class Seen(NamedTuple):
    """What an address asks for, of the surveys there are."""

    lens: Lens
    survey: Survey
    measure: Measure
    surveys: list[Survey]


def seen(request: WorkspaceRequest) -> Seen:
    """The survey and lens of an address."""
    surveys = list(queries.surveys())
    lens = Lens.of(request.GET, surveys)
    survey = next(one for one in surveys if one.pk == lens.survey)
    return Seen(lens, survey, queries.measure_of(survey), surveys)


@requires(Capability.VIEW)
def survey_list(request: WorkspaceRequest) -> HttpResponse:
    """One survey's figures of a period, their trend and groups, and the rows behind them."""
    view, at = seen(request), now()
    found = results.results(view.lens, view.measure, at)
    page = listing.page(view.lens, at, request.GET.get("after", ""), request.GET.get("before", ""))
    context = {
        "lens": view.lens,
        "survey": view.survey,
        "at": at,
        "tabs": figures.survey_tabs(view.lens, view.surveys),
        "is_empty": not (found.response.sent or found.score.n or found.refused or found.doubtful or view.lens.key),
        "page": page,
        "row_tabs": figures.row_tabs(view.lens, found),
        "waves": queries.waves().filter(survey=view.survey)[:WAVES] if view.survey.goes_in_waves else [],
        "can_send": request.member.can(Capability.SEND_SURVEYS),
        "can_work": request.member.can(Capability.WORK),
        "can_configure": request.member.can(Capability.CONFIGURE_HEALTH),
        "can_connect": request.member.can(Capability.ADMINISTER),
        **_figures(view, found),
        **_shapes(view, found, at),
    }
    return render(request, "surveys/survey_list.html", context)


def _figures(view: Seen, found: results.Results) -> dict[str, Any]:
    return {
        "stats": figures.stats(view.lens, view.measure, found),
        "convention": figures.convention(view.lens, view.measure, view.survey),
        "group": figures.group(view.lens) if view.lens.key else "",
        "ungrouped": view.lens.view(key=""),
        "kept": view.lens.but(since=None, until=None, first="", value=None, reason="").parts(),
        "distribution": charts.distribution(view.lens, view.measure, found.counts),
        "reasons": figures.reason_rows(view.lens, found.refused),
        **figures.switches(view.lens, view.survey),
    }


def _shapes(view: Seen, found: results.Results, at: Any) -> dict[str, Any]:
    points = results.trend(view.lens, view.measure, at)
    groups = results.groups(view.lens, view.measure, found, at)
    return {
        "trend": charts.trend(view.measure, points, figures.trend_title(view.lens)),
        "trend_title": figures.trend_title(view.lens),
        "points": figures.point_rows(view.lens, view.measure, points),
        "dimension": view.lens.dimension.label,
        "groups": figures.group_rows(view.lens, view.measure, breakdowns.most_answered(groups)),
        "groups_left": max(len(groups) - breakdowns.MOST, 0),
        "narrowed": figures.narrowed(view.lens, points),
    }


@requires(Capability.VIEW)
def account_panel(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """One account's answers, open questions and refusals: a part of the account page, or a page of its own."""
    account = get_object_or_404(Account, pk=pk)
    size = PANEL_ROWS if request.htmx else PAGE_ROWS
    context = {
        "account": account,
        "answers": listing.with_replies(queries.answers_of(account)[:size]),
        "waiting": queries.waiting_for(account, now())[:size],
        "refusals": queries.refusals_of(account)[:size],
        "wishes": visits.wishes_of(account)[:size],
        "size": size,
        "is_panel": bool(request.htmx),
        "nav": "accounts",
    }
    return render(request, "surveys/account_panel.html" + ("#panel" if request.htmx else ""), context)
