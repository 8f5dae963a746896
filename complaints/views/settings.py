"""How this workspace deals with complaints, and what it takes for one."""

from django.contrib import messages
from django.forms.models import model_to_dict
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from complaints import sentences
from complaints.actions import setting as actions
from complaints.forms.setting import RuleForm, SettingsForm
from complaints.models import ComplaintRule
from complaints.queries import setting as queries
from lib.time import now
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability


@requires(Capability.CONFIGURE_HEALTH)
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: WorkspaceRequest) -> HttpResponse:
    """Every setting with its effect, and the rules; changes hold for what comes in from now on."""
    initial = model_to_dict(queries.settings(), fields=actions.LIMITS)
    form = SettingsForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        actions.update_settings(changes=form.cleaned_data, at=now(), by=request.user)
        messages.success(request, _("Saved. What was promised stays as it was."))
        return redirect("complaints:settings")
    context = {
        "form": form,
        "rules": [{"rule": rule, "sentence": sentences.rule(rule)} for rule in queries.rules()],
        "nav": "settings",
    }
    return render(request, "complaints/settings.html", context, status=422 if form.errors else 200)


@requires(Capability.CONFIGURE_HEALTH)
def rule_new(request: WorkspaceRequest) -> HttpResponse:
    form = RuleForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        actions.add_rule(fields=form.cleaned_data, at=now(), by=request.user)
        return redirect("complaints:settings")
    return _page(request, form, None)


@requires(Capability.CONFIGURE_HEALTH)
def rule_edit(request: WorkspaceRequest, pk: int) -> HttpResponse:
    rule = get_object_or_404(queries.rules(), pk=pk)
    form = RuleForm(request.POST if request.method == "POST" else None, initial=RuleForm.values_of(rule))
    if form.is_valid():
        actions.change_rule(rule=rule, changes=form.cleaned_data, at=now(), by=request.user)
        messages.success(request, _("Saved. It holds for what comes in from now on."))
        return redirect("complaints:settings")
    return _page(request, form, rule)


@requires(Capability.CONFIGURE_HEALTH)
@require_POST
def rule_remove(request: WorkspaceRequest, pk: int) -> HttpResponse:
    actions.remove_rule(rule=get_object_or_404(queries.rules(), pk=pk), at=now(), by=request.user)
    messages.success(request, _("The rule is gone; the complaints that it opened stay."))
    return redirect("complaints:settings")


def _page(request: WorkspaceRequest, form: RuleForm, rule: ComplaintRule | None) -> HttpResponse:
    context = {"form": form, "rule": rule, "cancel": reverse("complaints:settings"), "nav": "settings"}
    return render(request, "complaints/rule.html", context, status=422 if form.errors else 200)
