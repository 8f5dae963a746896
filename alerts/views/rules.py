"""What opens alerts: the rules, how they did, what they would open, and how many alerts can be followed."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alerts import queries, rulebook
from alerts.actions import rules as actions
from alerts.actions import settings as setting_actions
from alerts.kinds import Kind
from alerts.models import AlertRule
from alerts.rule_form import BudgetForm, RuleForm
from lib.time import now, today
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability

RETIRED_SHOWN = 20


@requires(Capability.CONFIGURE_HEALTH)
@require_safe
def rule_list(request: WorkspaceRequest) -> HttpResponse:
    """The rules, each as a sentence, with what it opened and whether it was right."""
    return _list(request, BudgetForm(initial=vars(queries.alert_settings())))


@requires(Capability.CONFIGURE_HEALTH)
@require_POST
def budget(request: WorkspaceRequest) -> HttpResponse:
    """Say how many alerts can be followed, and when one goes to the managers."""
    form = BudgetForm(request.POST)
    if not form.is_valid():
        return _list(request, form)
    at = now()
    changed = setting_actions.set_budget(**form.cleaned_data, at=at, by=request.user)
    messages.success(request, rulebook.saved(changed, at))
    return redirect("alerts:rule_list")


def _list(request: WorkspaceRequest, form: BudgetForm) -> HttpResponse:
    rules, budget, at = list(queries.alert_rules()), queries.budget(), now()
    load = queries.load(at)
    context = {
        "rows": rulebook.rows(rules, at),
        "retired": queries.retired_rules()[:RETIRED_SHOWN],
        "spending": rulebook.spending(rules, budget, load, today()),
        "together": rulebook.together(budget, load),
        "spans": queries.spans(today()),
        "base_rate": queries.base_rate(at),
        "form": form,
        "at": at,
        "nav": "settings",
    }
    return render(request, "alerts/rule_list.html", context, status=422 if form.errors else 200)


@requires(Capability.CONFIGURE_HEALTH)
@require_http_methods(["GET", "HEAD", "POST"])
def rule_new(request: WorkspaceRequest) -> HttpResponse:
    """Add a rule: first its kind, `?kind=`, then what that kind is told."""
    kind = request.GET.get("kind", "")
    if kind not in Kind.values:
        kinds = [(key, name, rulebook.about(str(key))) for key, name in Kind.choices]
        return render(request, "alerts/rule_kinds.html", {"kinds": kinds, "nav": "settings"})
    form = RuleForm(request.POST or None, kind=kind)
    if _is_saving(request) and form.is_valid():
        rule = _saved(form, lambda: actions.create_rule(kind=kind, **form.fields_told, at=now(), by=request.user))
        if rule is not None:
            messages.success(
                request, _("“%(name)s” is on. It looks at every account now, in the background.") % {"name": rule.label}
            )
            return redirect("alerts:rule_list")
    return _page(request, form, None)


@requires(Capability.CONFIGURE_HEALTH)
@require_http_methods(["GET", "HEAD", "POST"])
def rule_edit(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Change what a rule says."""
    rule = _find(pk)
    form = RuleForm(request.POST or None, kind=rule.kind, rule=rule)
    if _is_saving(request) and form.is_valid():
        saved = _saved(form, lambda: actions.update_rule(rule=rule, **form.fields_told, at=now(), by=request.user))
        if saved is not None:
            messages.success(request, _("Saved. Alerts that are open stay open until they are over."))
            return redirect("alerts:rule_list")
    return _page(request, form, rule)


def _is_saving(request: WorkspaceRequest) -> bool:
    return request.method == "POST" and request.POST.get("do", "save") == "save"


def _saved(form: RuleForm, act: Any) -> AlertRule | None:
    """What `act` saves; None, and the reason in the form, where it does not."""
    try:
        rule: AlertRule = act()
    except actions.NameTaken:
        form.add_error("name", _("Another rule has this name."))
    except actions.TooManyRules:
        form.add_error(None, _("There are at most %(most)s rules. Retire one first.") % {"most": actions.MOST_RULES})
    else:
        return rule
    return None


def _page(request: WorkspaceRequest, form: RuleForm, rule: AlertRule | None) -> HttpResponse:
    preview = None
    is_asked = request.method == "POST" and not _is_saving(request) and form.is_valid()
    if is_asked:
        preview = queries.would_open(form.draft, now())
    context = {
        "form": form,
        "rule": rule,
        "kind": Kind(form.kind),
        "about": rulebook.about(form.kind),
        "is_asked": is_asked,
        "preview": preview,
        "nav": "settings",
    }
    return render(request, "alerts/rule_edit.html", context, status=422 if form.errors else 200)


@requires(Capability.CONFIGURE_HEALTH)
@require_POST
def rule_switch(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """On, or off with `to=off`: what is open stays open until it is over."""
    rule = _find(pk)
    actions.update_rule(rule=rule, is_on=request.POST.get("to") != "off", at=now(), by=request.user)
    return redirect("alerts:rule_list")


@requires(Capability.CONFIGURE_HEALTH)
@require_POST
def rule_retire(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Put it away; it can be brought back."""
    rule = actions.retire_rule(rule=_find(pk), at=now(), by=request.user)
    messages.success(request, _("“%(name)s” opens no more alerts. It waits below.") % {"name": rule.label})
    return redirect("alerts:rule_list")


@requires(Capability.CONFIGURE_HEALTH)
@require_POST
def rule_restore(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Bring back a rule that was put away."""
    rule = get_object_or_404(AlertRule.objects.all(), pk=pk)
    try:
        actions.restore_rule(rule=rule, at=now(), by=request.user)
    except actions.NameTaken:
        messages.error(request, _("Another rule has this name by now. Rename that one first."))
    except actions.TooManyRules:
        messages.error(request, _("There are at most %(most)s rules.") % {"most": actions.MOST_RULES})
    return redirect("alerts:rule_list")


@requires(Capability.CONFIGURE_HEALTH)
@require_POST
def rule_follow(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Let the budget set the threshold: now, and every month."""
    at = now()
    try:
        rule = actions.update_rule(rule=_find(pk), follows_budget=True, at=at, by=request.user)
    except actions.NotAThreshold:
        messages.error(request, _("This rule has no threshold of a score."))
    else:
        messages.success(request, rulebook.followed(rule, at))
    return redirect("alerts:rule_list")


def _find(pk: int) -> AlertRule:
    return get_object_or_404(queries.alert_rules(), pk=pk)
