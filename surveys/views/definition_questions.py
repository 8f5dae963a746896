"""The questions that follow a survey's score, and how mail and page will look."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lib import languages
from lib.csp import MAIL_POLICY, POLICY
from lib.time import now
from surveys import definitions, previews
from surveys.actions import surveys as actions
from surveys.models import Question, Survey
from surveys.question_form import QuestionForm
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability


@requires(Capability.CONFIGURE_HEALTH)
@require_http_methods(["GET", "HEAD", "POST"])
def question_new(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Ask one more thing after the score."""
    survey = get_object_or_404(Survey.objects.in_use(), pk=pk)
    form = QuestionForm(request.POST or None, survey=survey, language=definitions.language_of(survey))
    is_sent = request.method == "POST" and form.is_valid()
    if is_sent and _done(form, actions.add_question, survey=survey, by=request.user):
        return redirect("surveys:definition", pk)
    return _page(request, form, survey, None)


@requires(Capability.CONFIGURE_HEALTH)
@require_http_methods(["GET", "HEAD", "POST"])
def question_edit(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Ask something else in its place; answers to what it asked are kept as they are."""
    question = _find(pk)
    form = QuestionForm(request.POST or None, survey=question.survey, question=question)
    is_sent = request.method == "POST" and form.is_valid()
    if is_sent and _done(form, actions.change_question, question=question, by=request.user):
        return redirect("surveys:definition", question.survey_id)
    return _page(request, form, question.survey, question)


def _done(form: QuestionForm, act: Any, **told: Any) -> bool:
    try:
        act(said=form.said, at=now(), **told)
    except actions.TooManyQuestions:
        most = {"most": actions.MOST_QUESTIONS}
        form.add_error(None, _("There are %(most)s questions already; nobody answers more.") % most)
        return False
    except actions.AskedNoMore:
        form.add_error(None, _("Somebody replaced this question meanwhile. Open the survey to see what it asks now."))
        return False
    return True


def _page(request: WorkspaceRequest, form: QuestionForm, survey: Survey, question: Question | None) -> HttpResponse:
    context = {"form": form, "survey": survey, "question": question, "nav": "surveys"}
    return render(request, "surveys/question_edit.html", context, status=422 if form.errors else 200)


@requires(Capability.CONFIGURE_HEALTH)
@require_POST
def question_move(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Before the one before it, or with `to=later` after the one after it."""
    question = _find(pk)
    actions.move_question(question=question, is_up=request.POST.get("to") != "later", at=now(), by=request.user)
    return redirect("surveys:definition", question.survey_id)


@requires(Capability.CONFIGURE_HEALTH)
@require_POST
def question_retire(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Ask it no more."""
    question = _find(pk)
    actions.retire_question(question=question, at=now(), by=request.user)
    messages.success(request, _("It is asked no more. What was answered stays."))
    return redirect("surveys:definition", question.survey_id)


def _find(pk: int) -> Question:
    """A question that is asked, of a survey in use."""
    found = Question.objects.in_use().filter(survey__retired_at=None).select_related("survey")
    return get_object_or_404(found, pk=pk)


# ------------------------------------------------------------------ previews
@requires(Capability.VIEW)
@require_safe
def definition_preview(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Mail and page as a customer will see them, in a language of choice."""
    survey = get_object_or_404(Survey, pk=pk)
    language = previews.language_of(request.GET.get("language", ""))
    context = {
        "survey": survey,
        "language": language,
        "languages": languages.offered(),
        "preview": previews.preview(survey, request.user, language, now()),
        "nav": "surveys",
    }
    response = render(request, "surveys/definition_preview.html", context)
    response["Content-Security-Policy"] = f"{POLICY}; frame-src 'self'"
    return response


@requires(Capability.VIEW)
@xframe_options_sameorigin
@require_safe
def definition_mail(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """The HTML mail by itself, in a frame of the preview."""
    survey = get_object_or_404(Survey, pk=pk)
    language = previews.language_of(request.GET.get("language", ""))
    response = HttpResponse(previews.mail_html(survey, request.user, language, now()))
    response["Content-Security-Policy"] = MAIL_POLICY
    return response
