"""The demo's mailbox: what would have been sent. Only where DEMO is set, because mails carry secret links."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from lib.csp import MAIL_POLICY, POLICY
from lib.paging import Sort, page_of
from outbox import mail, queries
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability

NEWEST_FIRST = Sort("id", falls=True, ids_fall=True)
COLUMNS = ("to", "subject", "created_at", "sent_at")


def _in_demo(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.DEMO:
            raise Http404
        return view(*args, **kwargs)

    return guarded


@requires(Capability.VIEW)
@_in_demo
@require_safe
def mailbox(request: WorkspaceRequest) -> HttpResponse:
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    page = page_of(queries.sent_mail(), NEWEST_FIRST, COLUMNS, after=after, before=before)
    context = {"rows": page.rows, "before": page.before, "after": page.after, "mail_dir": settings.MAIL_DIR}
    return render(request, "outbox/mailbox.html", context)


@requires(Capability.VIEW)
@_in_demo
@require_safe
def mailbox_mail(request: WorkspaceRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(queries.sent_mail(), pk=pk)
    response = render(request, "outbox/mailbox_mail.html", {"mail": found})
    response["Content-Security-Policy"] = f"{POLICY}; frame-src 'self'"
    return response


@requires(Capability.VIEW)
@_in_demo
@xframe_options_sameorigin
@require_safe
def mailbox_html(request: WorkspaceRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(queries.sent_mail(), pk=pk)
    html = found.whole_html.replace("<head>", '<head><base target="_top">', 1)
    return HttpResponse(html, headers={"Content-Security-Policy": MAIL_POLICY})


@requires(Capability.VIEW)
@_in_demo
@require_safe
def mailbox_eml(request: WorkspaceRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(queries.sent_mail(), pk=pk)
    headers = {"Content-Disposition": f'attachment; filename="mail-{found.pk}.eml"'}
    return HttpResponse(mail.message_of(found).message().as_bytes(), content_type="message/rfc822", headers=headers)
