"""Surveys as a workspace defines them: listed, made, changed, switched, retired; and their questions."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lib.time import now
from surveys import definitions
from surveys.actions import surveys as actions
from surveys.models import Survey
from surveys.survey_form import SurveyForm
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability

RETIRED_SHOWN = 50


@requires(Capability.VIEW)
@require_safe
def definition_list(request: WorkspaceRequest) -> HttpResponse:
    """Every survey in use with what it asks, whom and when; and those that were retired."""
    context = {
        "rows": definitions.rows(definitions.in_use()),
        "retired": definitions.retired()[:RETIRED_SHOWN],
        "is_off": not definitions.is_asking(),
        "can_configure": request.member.can(Capability.CONFIGURE_HEALTH),
        "nav": "surveys",
    }
    return render(request, "surveys/definition_list.html", context)


@requires(Capability.VIEW)
@require_safe
def definition(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """One survey: whom it asks, when and what; its questions, waves and versions."""
    survey = _find(pk)
    context = {
        "survey": survey,
        "row": definitions.row(survey),
        "facts": definitions.facts(survey),
        "questions": definitions.questions(survey),
        "waves": definitions.waves_of(survey),
        "versions": definitions.versions(survey),
        "can_configure": request.member.can(Capability.CONFIGURE_HEALTH) and not survey.retired_at,
        "can_send": request.member.can(Capability.SEND_SURVEYS),
        "nav": "surveys",
    }
    return render(request, "surveys/definition.html", context)


@requires(Capability.CONFIGURE_HEALTH)
@require_http_methods(["GET", "HEAD", "POST"])
def definition_new(request: WorkspaceRequest) -> HttpResponse:
    """Make a survey; it is off until somebody switches it on."""
    form = SurveyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = _done(form, actions.create_survey, by=request.user)
        if made is not None:
            messages.success(request, _("Made. It asks nobody until you switch it on."))
            return redirect("surveys:definition", made.pk)
    return _page(request, form, None)


@requires(Capability.CONFIGURE_HEALTH)
@require_http_methods(["GET", "HEAD", "POST"])
def definition_edit(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Change a survey, for what is planned from now on."""
    survey = _find(pk)
    form = SurveyForm(request.POST or None, survey)
    if request.method == "POST" and form.is_valid():
        changed = _done(form, actions.change_survey, survey=survey, by=request.user)
        if changed is not None:
            messages.success(request, _("Saved. It holds for what is planned from now on."))
            return redirect("surveys:definition", pk)
    return _page(request, form, survey)


def _done(form: SurveyForm, act: Any, **told: Any) -> Survey | None:
    """What `act` makes of the form; None, and the reason in the form, where it refuses."""
    try:
        made: Survey = act(said=form.said, at=now(), **told)
    except actions.NameTaken:
        form.add_error("name", _("Another survey has this name."))
    except actions.AlreadyAsked:
        form.add_error(
            "scale",
            _(
                "People were asked already. What is asked, and whether it is about one event or the relationship, "
                "stays: else its answers could not be counted together. Retire it, and make another."
            ),
        )
    except actions.Retired:
        form.add_error(None, _("This survey was retired."))
    else:
        return made
    return None


def _page(request: WorkspaceRequest, form: SurveyForm, survey: Survey | None) -> HttpResponse:
    context = {"form": form, "survey": survey, "gap": survey and definitions.gap(survey), "nav": "surveys"}
    return render(request, "surveys/definition_edit.html", context, status=422 if form.errors else 200)


@requires(Capability.CONFIGURE_HEALTH)
@require_POST
def definition_switch(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """On with `on=1`, else off."""
    is_on = request.POST.get("on") == "1"
    try:
        actions.switch_survey(survey=_find(pk), is_on=is_on, at=now(), by=request.user)
    except actions.Retired:
        messages.error(request, _("This survey was retired."))
    else:
        messages.success(request, _("It asks from now on.") if is_on else _("It asks nobody any more."))
    return redirect("surveys:definition", pk)


@requires(Capability.CONFIGURE_HEALTH)
@require_POST
def definition_retire(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Take it out of use; results stay."""
    try:
        done = actions.retire_survey(survey=_find(pk), at=now(), by=request.user)
    except actions.Retired:
        messages.error(request, _("This survey was retired."))
    else:
        messages.success(request, _("“%(name)s” is retired. Its results stay.") % {"name": done.name})
    return redirect("surveys:definition_list")


def _find(pk: int) -> Survey:
    return get_object_or_404(Survey.objects.select_related("segment"), pk=pk)
