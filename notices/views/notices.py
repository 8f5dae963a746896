"""A member's own notices."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from lib import downloads
from lib.paging import Sort, page_of
from lib.time import now
from notices import exports, rows
from notices.actions import reading
from notices.models import Notice, NoticeQuerySet
from notices.queries import notices as queries
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability

NEWEST_FIRST = Sort("id", falls=True, ids_fall=True)


def _asked(request: WorkspaceRequest) -> tuple[str, NoticeQuerySet]:
    """What the address asks for: `unread`, or `all`."""
    found = queries.notices_for(request.member)
    show = "all" if request.GET.get("show") == "all" else "unread"
    return show, found.unread() if show == "unread" else found


@requires(Capability.VIEW)
@require_safe
def notice_list(request: WorkspaceRequest) -> HttpResponse:
    show, found = _asked(request)
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    page = page_of(found, NEWEST_FIRST, queries.COLUMNS, after=after, before=before)
    context: dict[str, Any] = {
        "groups": rows.groups(page),
        "show": show,
        "nav": "today",
        "tabs": [_tab("unread", _("Unread"), show), _tab("all", _("All"), show)],
        "before": page.before,
        "after": page.after,
    }
    return render(request, "notices/notice_list.html", context)


def _tab(key: str, label: str, show: str) -> dict[str, Any]:
    return {"label": label, "url": f"?show={key}", "active": key == show}


@requires(Capability.VIEW)
@require_safe
def notice_export(request: WorkspaceRequest) -> HttpResponse:
    """One's own notices, those of the same address: `?show=`."""
    _show, found = _asked(request)
    return downloads.export("notices", exports.notices(queries.told(found)))


@requires(Capability.VIEW)
@require_safe
def notice(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """On to what it is about; one's own is read with that, somebody else's stays as it is."""
    found = get_object_or_404(Notice.objects.select_related("occasion"), pk=pk)
    if found.member_id == request.member.member_id:
        reading.mark_read(notice=found, at=now())
    return redirect(found.occasion.link)


@requires(Capability.VIEW)
@require_POST
def notice_read(request: WorkspaceRequest, pk: int) -> HttpResponse:
    reading.mark_read(notice=get_object_or_404(queries.notices_for(request.member), pk=pk), at=now())
    return redirect("notices:notice_list")


@requires(Capability.VIEW)
@require_POST
def notices_read(request: WorkspaceRequest) -> HttpResponse:
    count = reading.mark_all_read(member=request.member, at=now())
    text = ngettext("%(n)d notice marked as read.", "%(n)d notices marked as read.", count)
    messages.success(request, text % {"n": count})
    return redirect("notices:notice_list")


@requires(Capability.VIEW)
@require_POST
def notices_seen(request: WorkspaceRequest) -> HttpResponse:
    """The page that notices lead to is open, so they are read: the bell as it is now."""
    at: datetime = now()
    reading.mark_seen(member=request.member, link=request.POST.get("link", ""), at=at)
    return render(request, "shell/bell.html")
