"""Themes: their words, what might be worth one, merging and retiring them."""

from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lib.time import now
from voice import rows
from voice.actions import themes as actions
from voice.forms import MergeForm, ThemeForm
from voice.lens import Lens
from voice.models import LANGUAGES, Suggestion, Theme
from voice.queries import remarks as remark_queries
from voice.queries import themes as queries
from voice.views.pages import context
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability


@requires(Capability.VIEW)
@require_safe
def theme_list(request: WorkspaceRequest) -> HttpResponse:
    """Every theme with its words; phrases that might be worth one; progress of reading again."""
    if request.htmx:
        return render(request, "voice/rereading.html", {"rereading": queries.rereading(), "was_running": True})
    lens = Lens()
    counts = remark_queries.by_theme(lens.remarks(now()))
    shown = context(
        request,
        "themes",
        rows=rows.theme_rows(queries.themes(), counts, lens),
        retired=queries.retired(),
        suggestions=queries.suggestions(),
        days=lens.days,
    )
    return render(request, "voice/theme_list.html", shown)


@requires(Capability.CONFIGURE_HEALTH)
def theme_new(request: WorkspaceRequest) -> HttpResponse:
    """A theme from nothing, or from a suggestion: `?phrase=...&language=en`."""
    phrase, language = request.GET.get("phrase", "")[:80], request.GET.get("language", "")
    initial = {"name": phrase.capitalize(), language: [phrase]} if phrase and language in LANGUAGES else {}
    form = ThemeForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid() and _kept(form, lambda: _add(request, form)):
        messages.success(request, _("Added. All comments are being read again."))
        return redirect("voice:theme_list")
    shown = context(request, "themes", form=form)
    return render(request, "voice/theme_edit.html", shown, status=422 if form.errors else 200)


@requires(Capability.CONFIGURE_HEALTH)
def theme_edit(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Change its name and words; merge it, or retire it."""
    theme = get_object_or_404(queries.themes(), pk=pk)
    form = ThemeForm(request.POST if request.method == "POST" else None, initial=ThemeForm.values_of(theme))
    if form.is_valid() and _kept(form, lambda: _change(request, theme, form)):
        messages.success(request, _("Saved. All comments are being read again where words have changed."))
        return redirect("voice:theme_list")
    shown = context(request, "themes", form=form, theme=theme, merge=MergeForm(theme=theme))
    return render(request, "voice/theme_edit.html", shown, status=422 if form.errors else 200)


@requires(Capability.CONFIGURE_HEALTH)
@require_POST
def theme_merge(request: WorkspaceRequest, pk: int) -> HttpResponse:
    theme = get_object_or_404(queries.themes(), pk=pk)
    form = MergeForm(request.POST, theme=theme)
    if not form.is_valid():
        edit = ThemeForm(initial=ThemeForm.values_of(theme))
        return render(
            request, "voice/theme_edit.html", context(request, "themes", form=edit, theme=theme, merge=form), status=422
        )
    into = form.cleaned_data["into"]
    with suppress(actions.NotInUse):  # a second click, or somebody was faster: it has gone
        actions.merge_theme(theme=theme, into=into, at=now(), by=request.user)
    messages.success(request, _("Merged into “%(name)s”. All comments are being read again.") % {"name": into})
    return redirect("voice:theme_list")


@requires(Capability.CONFIGURE_HEALTH)
@require_POST
def theme_retire(request: WorkspaceRequest, pk: int) -> HttpResponse:
    with suppress(actions.NotInUse):
        actions.retire_theme(theme=get_object_or_404(Theme, pk=pk), at=now(), by=request.user)
    messages.success(request, _("Retired. You can bring it back below."))
    return redirect("voice:theme_list")


@requires(Capability.CONFIGURE_HEALTH)
@require_POST
def theme_restore(request: WorkspaceRequest, pk: int) -> HttpResponse:
    try:
        actions.restore_theme(theme=get_object_or_404(Theme, pk=pk), at=now(), by=request.user)
    except actions.NameTaken:
        messages.error(request, _("Another theme has its name by now: rename that one first."))
    else:
        messages.success(request, _("In use again. All comments are being read again."))
    return redirect("voice:theme_list")


@requires(Capability.CONFIGURE_HEALTH)
@require_POST
def suggestion_dismiss(request: WorkspaceRequest, pk: int) -> HttpResponse:
    suggestion: Suggestion = get_object_or_404(Suggestion, pk=pk)
    actions.dismiss_suggestion(suggestion=suggestion, at=now(), by=request.user)
    return redirect("voice:theme_list")


def _add(request: WorkspaceRequest, form: ThemeForm) -> Any:
    return actions.add_theme(name=form.cleaned_data["name"], words=form.words(), at=now(), by=request.user)


def _change(request: WorkspaceRequest, theme: Theme, form: ThemeForm) -> Any:
    name = form.cleaned_data["name"]
    return actions.change_theme(theme=theme, name=name, words=form.words(), at=now(), by=request.user)


def _kept(form: ThemeForm, act: Any) -> bool:
    try:
        act()
    except actions.NameTaken:
        form.add_error("name", _("There is a theme of this name."))
    except actions.NotInUse:
        form.add_error(None, _("This theme was retired meanwhile."))
    return not form.errors
