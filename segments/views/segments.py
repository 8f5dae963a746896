"""The list of segments, and the page that builds one."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lib.time import now, today
from segments import queries, registry, standing
from segments.actions import segments as actions
from segments.desk import Desk
from segments.forms import SegmentForm
from segments.models import Segment
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability
from workspaces.queries import workspace

FIRST = "stage"  # what a new segment asks about at first
PARTS = {"preview": "segments/preview.html", "save": "segments/edit.html"}


@requires(Capability.VIEW)
@require_safe
def segment_list(request: WorkspaceRequest) -> HttpResponse:
    """Whom each segment holds, in a sentence, how many, and how that changed this week; `?show=archived`."""
    is_archive = request.GET.get("show") == "archived"
    at, fields = now(), registry.catalogue()
    found = queries.archived() if is_archive else queries.segments()
    context = {
        "rows": standing.rows(found, fields, today=today()),
        "is_archive": is_archive,
        "archived_count": queries.archived().count(),
        "deleted": queries.deleted_since(at - actions.UNDO),
        "can_work": request.member.can(Capability.WORK),
        "nav": "accounts",
    }
    return render(request, "segments/segment_list.html", context)


@requires(Capability.WORK)
@require_http_methods(["GET", "HEAD", "POST"])
def segment_new(request: WorkspaceRequest) -> HttpResponse:
    """Build a segment and see whom it holds before it is saved."""
    desk, form = _desk(request), _form(request)
    if desk.is_saving and form.is_valid() and not desk.problems():
        try:
            segment = actions.create_segment(raw=desk.raw, **form.cleaned_data, at=now(), by=request.user)
        except actions.TooManySegments:
            most = _("A workspace has at most %(most)s segments. Archive one first.")
            form.add_error(None, most % {"most": actions.MOST_SEGMENTS})
        except actions.NameTaken:
            form.add_error("name", _name_taken())
        else:
            return _saved(request, segment)
    return _page(request, desk, form, None)


@requires(Capability.WORK)
@require_http_methods(["GET", "HEAD", "POST"])
def segment_edit(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Change what a segment says."""
    segment = get_object_or_404(queries.segments(), pk=pk)
    desk, form = _desk(request, segment), _form(request, segment)
    if desk.is_saving and form.is_valid() and not desk.problems():
        try:
            actions.update_segment(segment=segment, raw=desk.raw, **form.cleaned_data, at=now(), by=request.user)
        except actions.NameTaken:
            form.add_error("name", _name_taken())
        else:
            return _saved(request, segment)
    return _page(request, desk, form, segment)


def _name_taken() -> str:
    return _("Another segment has this name.")


def _desk(request: WorkspaceRequest, segment: Segment | None = None) -> Desk:
    return Desk.open(
        request.POST if request.method == "POST" else None,
        registry.catalogue(),
        stored=segment.conditions if segment else None,
        first=FIRST,
        today=today(),
        currency=workspace(request.workspace_id).currency,
    )


def _form(request: WorkspaceRequest, segment: Segment | None = None) -> SegmentForm:
    """Bound when saving; while building, it keeps what was typed without judging it."""
    if request.method == "POST" and request.POST.get("do", "save") == "save":
        return SegmentForm(request.POST)
    typed = {name: request.POST[name] for name in ("name", "note") if name in request.POST}
    stored = {"name": segment.name, "note": segment.note} if segment else {}
    return SegmentForm(initial={**stored, **typed})


def _saved(request: WorkspaceRequest, segment: Segment) -> HttpResponse:
    messages.success(request, _("“%(name)s” is saved. Its accounts are being found.") % {"name": segment.name})
    return redirect("segments:segment_list")


def _page(request: WorkspaceRequest, desk: Desk, form: SegmentForm, segment: Segment | None) -> HttpResponse:
    context: dict[str, Any] = {**desk.context(), "form": form, "segment": segment, "nav": "accounts"}
    if segment is not None and not request.POST:
        context["broken"] = queries.read_out(segment.conditions, desk.draft.fields).problems
    template = "segments/edit.html"
    if request.htmx and not desk.is_saving:
        template = "segments/preview.html" if desk.do == "preview" else "segments/builder.html"
    return render(request, template, context, status=422 if desk.is_saving else 200)


@requires(Capability.WORK)
@require_POST
def segment_archive(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Put it away; it can be brought back."""
    segment = get_object_or_404(queries.segments(), pk=pk)
    actions.archive(segment=segment, at=now(), by=request.user)
    messages.success(request, _("“%(name)s” is archived.") % {"name": segment.name})
    return redirect("segments:segment_list")


@requires(Capability.WORK)
@require_POST
def segment_delete(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Drop it; for ten minutes the list offers to bring it back."""
    segment = get_object_or_404(queries.kept(), pk=pk)
    actions.delete(segment=segment, at=now(), by=request.user)
    return redirect("segments:segment_list")


@requires(Capability.WORK)
@require_POST
def segment_restore(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Bring back what was archived or deleted."""
    segment = get_object_or_404(Segment.objects.all(), pk=pk)
    try:
        actions.restore(segment=segment, at=now(), by=request.user)
    except actions.NameTaken:
        messages.error(request, _("Another segment has this name by now. Rename that one first."))
    except actions.TooLate:
        messages.error(request, _("“%(name)s” has been deleted for good.") % {"name": segment.name})
    else:
        messages.success(request, _("“%(name)s” is back.") % {"name": segment.name})
    return redirect("segments:segment_list")
