"""Who learned what: the list, noting it for an account, and setting it right."""

from datetime import UTC, date, datetime, time
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import queries as account_queries
from learning import actions, queries
from learning.forms import COMPLETED, CompletionForm, TimesForm
from learning.models import CompletionQuerySet
from lib.paging import Sort, page_of
from lib.time import day_of, now, today
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability

NEWEST_FIRST = Sort("id", falls=True, ids_fall=True)
SHOWN = (
    "item_id", "item__title", "account_id", "account__name", "contact_id", "contact__name", "contact__email",
    "contact__erased_at", "contact__role", "started_at", "completed_at",
)  # fmt: skip


def chosen(query: QueryDict) -> CompletionQuerySet:
    """The completions that an address asks for: `item`, `account`, and `show` = begun or completed."""
    found = queries.completions()
    for name in ("item", "account"):
        asked = query.get(name, "")
        if asked.isascii() and asked.isdigit() and len(asked) < 19:
            found = found.filter(**{name: int(asked)})
    if query.get("show") == "begun":
        return found.begun()
    return found.completed() if query.get("show") == "completed" else found


@requires(Capability.VIEW)
@require_safe
def completion_list(request: WorkspaceRequest) -> HttpResponse:
    """Everybody, or whom `?item=` or `?account=` and the tab choose."""
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    page = page_of(chosen(request.GET), NEWEST_FIRST, SHOWN, after=after, before=before)
    context = {
        "rows": page.rows,
        "before": page.before,
        "after": page.after,
        "tabs": _tabs(request),
        "item": page.rows[0]["item__title"] if page.rows and request.GET.get("item") else "",
        "can_work": request.member.can(Capability.WORK),
        "nav": "settings",
    }
    return render(request, "learning/completion_list.html", context)


def _tabs(request: WorkspaceRequest) -> list[dict[str, Any]]:
    tabs = []
    for show, label in (("", _("All")), ("begun", _("Started")), ("completed", _("Completed"))):
        query = request.GET.copy()
        query["show"] = show
        for name in ("after", "before", *(["show"] if not show else [])):
            query.pop(name, None)
        address = f"{reverse('learning:completion_list')}?{query.urlencode()}".rstrip("?")
        tabs.append({"label": label, "url": address, "active": request.GET.get("show", "") == show})
    return tabs


@requires(Capability.WORK)
def completion_new(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Note that one of the account's people started or completed an item; `?item=` fills it in."""
    account = get_object_or_404(account_queries.accounts(), pk=pk)
    data = request.POST if request.method == "POST" else None
    form = CompletionForm(data, account=account, today=today(), initial={"on": today(), **request.GET.dict()})
    if form.is_valid():
        said, at = form.cleaned_data, now()
        when = "completed_at" if said["state"] == COMPLETED else "started_at"
        actions.note(item=said["item"], contact=said["contact"], at=at, by=request.user, **{when: _at(said["on"], at)})
        messages.success(request, _("Noted."))
        return redirect(reverse("dashboard:account", args=[account.pk]) + "#learning")
    context = {"account": account, "form": form, "nav": "accounts"}
    return render(request, "learning/completion_new.html", context, status=422 if form.is_bound else 200)


@requires(Capability.WORK)
def completion_edit(request: WorkspaceRequest, pk: int) -> HttpResponse:
    completion = get_object_or_404(queries.completions(), pk=pk)
    was = {"started_on": _day(completion.started_at), "completed_on": _day(completion.completed_at)}
    form = TimesForm(request.POST if request.method == "POST" else None, today=today(), initial=was)
    if form.is_valid():
        at, said = now(), form.cleaned_data
        started_at = _moved(completion.started_at, said["started_on"], at) or completion.started_at
        completed_at = _moved(completion.completed_at, said["completed_on"], at)
        changes = {"started_at": started_at, "completed_at": completed_at and max(started_at, completed_at)}
        actions.correct(completion=completion, changes=changes, at=at, by=request.user)
        return redirect(reverse("dashboard:account", args=[completion.account_id]) + "#learning")
    context = {"completion": completion, "form": form, "nav": "accounts"}
    return render(request, "learning/completion_edit.html", context, status=422 if form.is_bound else 200)


def _day(moment: datetime | None) -> date | None:
    return day_of(moment) if moment else None


def _moved(moment: datetime | None, day: date | None, at: datetime) -> datetime | None:
    """The moment as it is known, if that is on this day; else some time of it."""
    return moment if day == _day(moment) else _at(day, at) if day else None


def _at(day: date, at: datetime) -> datetime:
    """Noon, unless that is still to come."""
    return min(datetime.combine(day, time(12), UTC), at)
