"""Pages that combine apps: Today, the portfolio, one account, search."""

from datetime import datetime
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.vary import vary_on_headers

from accounts import queries as account_queries
from accounts.models import Account, CustomField
from accounts.queries import family as family_queries
from accounts.queries.field import fields_of
from alerts import queries as alert_queries
from alerts.actions import dismissals
from alerts.models import Dismissal
from dashboard import (
    attention,
    audiences,
    briefing,
    effects,
    export,
    queries,
    ranking,
    rows,
    summaries,
    worklist,
    worksheet,
)
from dashboard.addresses import Address, clear_address, owner_tabs, sort_headers, view_tabs
from dashboard.columns import Columns
from dashboard.forms import AccountFilter, SearchForm, TodayFilter
from dashboard.offers import offers
from dashboard.panels import PANELS, Visit, panel_tabs
from imports import exports
from imports.kinds import Kind
from journeys.queries import playbooks as playbook_queries
from lib import downloads
from lib.time import now
from lib.time import today as current_day
from segments import queries as segment_queries
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability

MOST_SUGGESTED = 5


@requires(Capability.VIEW)
def today(request: WorkspaceRequest) -> HttpResponse:
    """What to do now, and why; `?who=` mine, all or a member's id, `?show=200` for more lines."""
    at, day = now(), current_day()
    owners = queries.owners()
    chosen = TodayFilter(request.GET, owners=owners, member=request.member)
    lines = ranking.urgent_lines(today=day, owner=chosen.owner, most=chosen.most + 1)
    desk = worklist.Desk(request.member, owners, day, at, request.get_full_path(), get_token(request))
    context = {
        "chosen": chosen,
        "tabs": owner_tabs(request, chosen.chosen),
        "work": worklist.work_rows(lines[: chosen.most], desk),
        "count": min(len(lines), chosen.most),
        "has_more": len(lines) > chosen.most,
        "dismissed": _just_dismissed(request, at),
        "at": at,
    }
    return render(request, "dashboard/today.html", context)


def _just_dismissed(request: WorkspaceRequest, at: datetime) -> Dismissal | None:
    """What this member has just taken off, `?dismissed=`, as long as it can be undone here."""
    wanted = request.GET.get("dismissed", "")
    if not wanted.isdecimal():
        return None
    mine = alert_queries.dismissals().filter(pk=wanted, by=request.user.pk, ended_at=None)
    return mine.filter(at__gt=at - dismissals.UNDONE_WITHIN).first()


@requires(Capability.VIEW)
def today_export(request: WorkspaceRequest) -> HttpResponse:
    """All of Today's list as CSV, `?who=` as on the page."""
    day, owners = current_day(), queries.owners()
    chosen = TodayFilter(request.GET, owners=owners, member=request.member)
    lines = ranking.urgent_lines(today=day, owner=chosen.owner, most=downloads.MOST_ROWS + 1)
    return downloads.export(f"today-{day}", worksheet.today(lines, owners, day))


@requires(Capability.VIEW)
@vary_on_headers("HX-Request")
def waiting(request: WorkspaceRequest) -> HttpResponse:
    """What else waits, which Today shows beside its list; a page of its own without htmx."""
    day = current_day()
    chosen = TodayFilter(request.GET, owners=queries.owners(), member=request.member)
    context = {
        "beside": attention.beside(request.member, today=day, at=now(), owner=chosen.owner),
        "who": chosen.chosen,
        "today": day,
        "can_work": request.member.can(Capability.WORK),
        "nav": "today",
    }
    return render(request, f"dashboard/{'beside' if request.htmx else 'waiting'}.html", context)


@requires(Capability.VIEW)
def account_list(request: WorkspaceRequest) -> HttpResponse:
    """The portfolio: which customers look like this?"""
    at, day = now(), current_day()
    offered, member = offers(), request.member
    chosen = AccountFilter(
        request.GET,
        owners=offered.owners,
        segments=offered.segments,
        member_id=member.member_id,
        tags=offered.tags,
    )
    columns = Columns.read(request.GET.getlist("columns"), offered.fields)
    wanted, here = chosen.wanted(day), Address(request)
    page, count = queries.account_page(wanted, chosen.sort_key, columns.fields, **chosen.place)
    context = {
        "chosen": chosen,
        "tabs": view_tabs(request, chosen, offered.segments),
        "about": audiences.about(chosen),
        "headers": sort_headers(here, chosen.sort_key, columns.shown),
        "columns": columns,
        "kept": here.kept("columns"),
        "accounts": rows.account_rows(
            page.rows,
            columns.shown,
            queries.beside(page.rows, offered.owners, columns, today=day),
            now=at,
            can_pick=member.can(Capability.WORK),
        ),
        "query": here.query.urlencode(),
        "count": count,
        "previous_url": here.at(before=page.before) if page.before else "",
        "next_url": here.at(after=page.after) if page.after else "",
        "export_url": here.on("dashboard:account_export"),
        "clear_url": clear_address(request, chosen),
        "can_edit": member.can(Capability.EDIT_ACCOUNTS),
        "can_work": member.can(Capability.WORK),
    }
    return render(request, "dashboard/account_list.html", context)


@requires(Capability.VIEW)
def account_export(request: WorkspaceRequest) -> HttpResponse:
    """The portfolio as it is filtered and sorted, as CSV."""
    owners, segments, day = queries.owners(), segment_queries.names(), current_day()
    chosen = AccountFilter(request.GET, owners=owners, segments=segments, member_id=request.member.member_id)
    found = queries.account_export(chosen.wanted(day), chosen.sort_key, export.MOST + 1)
    try:
        text = export.accounts(found, owners, list(fields_of(CustomField.About.ACCOUNT)))
    except export.TooMany:
        most = _("An export holds at most %(most)s accounts: narrow the filter.") % {"most": export.MOST}
        return HttpResponse(most, status=413, content_type="text/plain; charset=utf-8")
    headers = {"Content-Disposition": f'attachment; filename="accounts-{day}.csv"'}
    return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=headers)


@requires(Capability.VIEW)
def account_files(request: WorkspaceRequest) -> HttpResponse:
    """The portfolio as it is filtered, and all that belongs to it: `?what=` a kind of row, as a file to import."""
    owners, segments, day = queries.owners(), segment_queries.names(), current_day()
    chosen = AccountFilter(request.GET, owners=owners, segments=segments, member_id=request.member.member_id)
    what = request.GET.get("what", "")
    wanted = chosen.wanted(day)
    if what not in Kind.values:
        here = Address(request)
        files = [(label, here.at(what=kind)) for kind, label in Kind.choices]
        count = account_queries.capped_count(account_queries.matching(wanted))
        context = {"files": files, "count": count, "nav": "accounts"}
        return render(request, "dashboard/account_files.html", context)
    try:
        return downloads.table(f"ninefold-{what}-{day}.csv", exports.rows(what, account_queries.matching(wanted)))
    except exports.TooMany:
        most = _("A file holds at most %(most)s rows: narrow the filter.") % {"most": exports.MOST}
        return HttpResponse(most, status=413, content_type="text/plain; charset=utf-8")


@requires(Capability.VIEW)
def account(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """What to know before talking to a customer; its panels come afterwards, or at once with `?show=all`."""
    visit = _visit(request, pk)
    summary = summaries.summary_of(visit.account, at=visit.at, today=visit.today)
    is_whole = request.GET.get("show") == "all"
    drawn = {panel.key: panel.drawn(visit, request) for panel in PANELS.values()} if is_whole else {}
    context = {
        **visit.context(),
        "summary": summary,
        "brief": briefing.brief(summary),
        "panels": [(panel, drawn.get(panel.key, "")) for panel in PANELS.values()],
    }
    return render(request, "dashboard/account.html", context)


@requires(Capability.VIEW)
@vary_on_headers("HX-Request")
def account_panel(request: WorkspaceRequest, pk: int, key: str) -> HttpResponse:
    """One panel of the account page; a page of its own without htmx."""
    if key not in PANELS:
        raise Http404
    visit, panel = _visit(request, pk), PANELS[key]
    if request.htmx:
        return HttpResponse(panel.drawn(visit, request))
    tabs = panel_tabs(visit.account, key)
    context = {**visit.context(), "panel": panel, "drawn": panel.drawn(visit, request), "tabs": tabs}
    return render(request, "dashboard/account_panel.html", context)


@requires(Capability.VIEW)
def part_export(request: WorkspaceRequest, pk: int, what: str) -> HttpResponse:
    """What belongs to one account, of a kind of row, as a file to import; of accounts, those right below it."""
    found = account_queries.accounts().filter(pk=pk)
    customer = get_object_or_404(found)
    of = family_queries.children_of(customer) if what == Kind.ACCOUNTS else found
    return downloads.export(f"{what}-{pk}", exports.rows(what, of))


def _visit(request: WorkspaceRequest, pk: int) -> Visit:
    customer: Account = get_object_or_404(account_queries.accounts(), pk=pk)
    return Visit(customer, request.member, now(), current_day())


@requires(Capability.VIEW)
def search(request: WorkspaceRequest) -> HttpResponse:
    """Accounts, contacts and tickets by some words."""
    form = SearchForm(request.GET)
    words = form.words()
    found = queries.found(words) if words else None
    context = {"form": form, "words": words, "found": found, "refusal": form.refusal()}
    return render(request, "dashboard/search.html", context)


@requires(Capability.VIEW)
def search_export(request: WorkspaceRequest) -> HttpResponse:
    """All that is looked at by the words `?q=`, as CSV."""
    words = SearchForm(request.GET).words()
    found = queries.found(words, queries.MOST_LOOKED_AT) if words else queries.Found([], [], [])
    return downloads.export("search", worksheet.found(found))


@requires(Capability.VIEW)
@vary_on_headers("HX-Request")
def search_suggest(request: WorkspaceRequest) -> HttpResponse:
    """A few of what is found, below the box while one types; without htmx the whole page."""
    form = SearchForm(request.GET)
    words = form.words()
    if not request.htmx:
        return redirect(f"{reverse('dashboard:search')}?{urlencode({'q': words})}")
    found = queries.found(words, MOST_SUGGESTED) if len(words.strip()) > 1 else None
    return render(request, "dashboard/suggestions.html", {"words": words, "found": found})


@requires(Capability.VIEW)
@vary_on_headers("HX-Request")
def playbook_effect(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """How scores went after a playbook was started; a page of its own without htmx."""
    playbook = get_object_or_404(playbook_queries.playbooks(), pk=pk)
    context = {
        "playbook": playbook,
        "effect": effects.effect_of(pk, current_day()),
        "nothing": _("No data"),
        "nav": "journey",
    }
    return render(request, f"dashboard/{'effect' if request.htmx else 'playbook_effect'}.html", context)
