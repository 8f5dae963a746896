"""The ideal customer: what it has, and what those we lost were missing."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lib.time import now, today
from segments import icp, queries, registry
from segments.actions import criteria as actions
from segments.desk import Desk
from segments.forms import CriterionForm
from segments.models import Criterion
from segments.queries import When
from segments.registry import Field
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability
from workspaces.queries import workspace

FIRST = "industry"


@requires(Capability.VIEW)
@require_safe
def icp_check(request: WorkspaceRequest) -> HttpResponse:
    """Of churned and disappointed customers, how many missed which criterion; `?by=today` by what is known now."""
    when = When.TODAY if request.GET.get("by") == "today" else When.SIGNING
    can_configure = request.member.can(Capability.CONFIGURE_HEALTH)
    context = {**icp.check(when), "can_configure": can_configure, "at": now(), "nav": "insights"}
    return render(request, "segments/icp_check.html", context)


@requires(Capability.CONFIGURE_HEALTH)
@require_safe
def criterion_list(request: WorkspaceRequest) -> HttpResponse:
    """What the ideal customer has, and how much each counts."""
    fields = registry.catalogue()
    judged, unknown = queries.fits_counted()
    context = {
        "rows": icp.criterion_rows(queries.criteria(), fields),
        "retired": icp.criterion_rows(queries.retired_criteria()[:20], fields),
        "judged": judged,
        "unknown": unknown,
        "nav": "settings",
    }
    return render(request, "segments/criterion_list.html", context)


@requires(Capability.CONFIGURE_HEALTH)
@require_http_methods(["GET", "HEAD", "POST"])
def criterion_new(request: WorkspaceRequest) -> HttpResponse:
    """Add what the ideal customer has."""
    desk, form = _desk(request), _form(request)
    if desk.is_saving and form.is_valid() and not desk.problems():
        try:
            actions.add_criterion(raw=desk.raw, **form.cleaned_data, at=now(), by=request.user)
        except actions.TooManyCriteria:
            form.add_error(None, _("There are at most %(most)s criteria.") % {"most": actions.MOST_CRITERIA})
        except actions.NameTaken:
            form.add_error("name", _name_taken())
        else:
            return _saved(request)
    return _page(request, desk, form, None)


@requires(Capability.CONFIGURE_HEALTH)
@require_http_methods(["GET", "HEAD", "POST"])
def criterion_edit(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Change a criterion; with other conditions it is another one from now on."""
    criterion = get_object_or_404(queries.criteria(), pk=pk)
    desk, form = _desk(request, criterion), _form(request, criterion)
    if desk.is_saving and form.is_valid() and not desk.problems():
        try:
            actions.revise_criterion(criterion=criterion, raw=desk.raw, **form.cleaned_data, at=now(), by=request.user)
        except actions.NameTaken:
            form.add_error("name", _name_taken())
        else:
            return _saved(request)
    return _page(request, desk, form, criterion)


def _name_taken() -> str:
    return _("Another criterion has this name.")


def _fields() -> dict[str, Field]:
    return {key: field for key, field in registry.catalogue().items() if field.describes}


def _desk(request: WorkspaceRequest, criterion: Criterion | None = None) -> Desk:
    return Desk.open(
        request.POST if request.method == "POST" else None,
        _fields(),
        stored=criterion.conditions if criterion else None,
        first=FIRST,
        today=today(),
        currency=workspace(request.workspace_id).currency,
    )


def _form(request: WorkspaceRequest, criterion: Criterion | None = None) -> CriterionForm:
    if request.method == "POST" and request.POST.get("do", "save") == "save":
        return CriterionForm(request.POST)
    typed = {name: request.POST[name] for name in ("name", "weight") if name in request.POST}
    stored = {"name": criterion.name, "weight": criterion.weight} if criterion else {}
    return CriterionForm(initial={**stored, **typed})


def _saved(request: WorkspaceRequest) -> HttpResponse:
    messages.success(request, _("Saved. The fit of every account is being computed anew."))
    return redirect("segments:criterion_list")


def _page(request: WorkspaceRequest, desk: Desk, form: CriterionForm, criterion: Criterion | None) -> HttpResponse:
    context = {**desk.context(), "form": form, "criterion": criterion, "nav": "settings"}
    template = "segments/criterion_edit.html"
    if request.htmx and not desk.is_saving:
        template = "segments/preview.html" if desk.do == "preview" else "segments/builder.html"
    return render(request, template, context, status=422 if desk.is_saving else 200)


@requires(Capability.CONFIGURE_HEALTH)
@require_POST
def criterion_retire(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Judge by it no longer; it can be taken back."""
    criterion = get_object_or_404(queries.criteria(), pk=pk)
    actions.retire_criterion(criterion=criterion, at=now(), by=request.user)
    messages.success(request, _("Accounts are no longer judged by “%(name)s”.") % {"name": criterion.name})
    return redirect("segments:criterion_list")


@requires(Capability.CONFIGURE_HEALTH)
@require_POST
def criterion_restore(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Judge by it again."""
    criterion = get_object_or_404(Criterion.objects.all(), pk=pk)
    try:
        actions.restore_criterion(criterion=criterion, at=now(), by=request.user)
    except actions.NameTaken:
        messages.error(request, _("Another criterion has this name by now. Rename that one first."))
    return redirect("segments:criterion_list")


@requires(Capability.CONFIGURE_HEALTH)
@require_POST
def criterion_up(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Put it before the one before it."""
    actions.move_up(criterion=get_object_or_404(queries.criteria(), pk=pk))
    return redirect("segments:criterion_list")
