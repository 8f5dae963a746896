"""Pages that combine apps: Today, the portfolio, one account, search."""

from typing import Any

from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from accounts import queries as account_queries
from accounts.models import Account
from dashboard import attention, briefing, export, portraits, queries, rows
from dashboard.addresses import Address, owner_tabs, sort_headers, view_address, view_tabs
from dashboard.forms import AccountFilter, SearchForm, TodayFilter
from health import queries as health_queries
from lib.time import now
from lib.time import today as current_day
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability


@requires(Capability.VIEW)
def today(request: WorkspaceRequest) -> HttpResponse:
    """What to do now, and why; `?who=` mine, all or a member's id, `?show=200` for more lines."""
    at, day = now(), current_day()
    owners = queries.owners()
    chosen = TodayFilter(request.GET, owners=owners, member=request.member)
    lines = attention.urgent_lines(today=day, owner=chosen.owner, most=chosen.most + 1)
    desk = rows.Desk(request.member, owners, day, at, request.get_full_path(), get_token(request))
    context = {
        "chosen": chosen,
        "tabs": owner_tabs(request, chosen.chosen),
        "work": rows.work_rows(lines[: chosen.most], desk),
        "count": min(len(lines), chosen.most),
        "has_more": len(lines) > chosen.most,
        "beside": attention.beside(request.member, today=day, owner=chosen.owner),
        "at": at,
        "today": day,
    }
    return render(request, "dashboard/today.html", context)


@requires(Capability.VIEW)
def account_list(request: WorkspaceRequest) -> HttpResponse:
    """The portfolio: which customers look like this?"""
    at, day = now(), current_day()
    owners = queries.owners()
    chosen = AccountFilter(request.GET, owners=owners, member_id=request.member.member_id)
    wanted = chosen.wanted(day)
    page = queries.account_page(wanted, chosen.sort_key, **chosen.place)
    ids = [row["pk"] for row in page.rows]
    here = Address(request)
    headers = sort_headers(here, chosen.sort_key)
    context = {
        "chosen": chosen,
        "tabs": view_tabs(request, chosen.view_key),
        "headers": headers,
        "accounts": rows.account_rows(
            page.rows,
            [head.label for head in headers],
            trends=queries.weekly_scores(ids, today=day),
            alerts=health_queries.alert_counts(ids),
            owners=owners,
            now=at,
        ),
        "count": queries.account_count(wanted),
        "previous_url": here.at(before=page.before) if page.before else "",
        "next_url": here.at(after=page.after) if page.after else "",
        "export_url": here.on("dashboard:account_export"),
        "clear_url": view_address(request, chosen.view_key),
        "can_edit": request.member.can(Capability.EDIT_ACCOUNTS),
    }
    return render(request, "dashboard/account_list.html", context)


@requires(Capability.VIEW)
def account_export(request: WorkspaceRequest) -> HttpResponse:
    """The portfolio as it is filtered and sorted, as CSV."""
    owners, day = queries.owners(), current_day()
    chosen = AccountFilter(request.GET, owners=owners, member_id=request.member.member_id)
    found = queries.account_export(chosen.wanted(day), chosen.sort_key, export.MOST + 1)
    try:
        text = export.accounts(found, owners)
    except export.TooMany:
        most = _("An export holds at most %(most)s accounts: narrow the filter.") % {"most": export.MOST}
        return HttpResponse(most, status=413, content_type="text/plain; charset=utf-8")
    headers = {"Content-Disposition": f'attachment; filename="accounts-{day}.csv"'}
    return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=headers)


@requires(Capability.VIEW)
def account(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Everything to know before talking to a customer, on one page."""
    at, day = now(), current_day()
    customer: Account = get_object_or_404(account_queries.accounts(), pk=pk)
    portrait = queries.portrait(customer, at=at, today=day)
    context: dict[str, Any] = {
        **portraits.context_of(portrait),
        "brief": briefing.brief(portrait),
        "can_work": request.member.can(Capability.WORK),
        "can_edit": request.member.can(Capability.EDIT_ACCOUNTS),
        "can_review": request.member.can(Capability.REVIEW),
        "at": at,
        "today": day,
        "nav": "accounts",
    }
    return render(request, "dashboard/account.html", context)


@requires(Capability.VIEW)
def search(request: WorkspaceRequest) -> HttpResponse:
    """Accounts, contacts and tickets by some words."""
    form = SearchForm(request.GET)
    words = form.words()
    found = queries.found(words) if words else None
    return render(request, "dashboard/search.html", {"form": form, "words": words, "found": found})
