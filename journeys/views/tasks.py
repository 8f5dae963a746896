"""Tasks: the list, and what people do with one."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from accounts import queries as account_queries
from accounts.models import Account
from journeys import rows
from journeys.actions import tasks as actions
from journeys.forms import SHOWS, Offered, ReasonForm, TaskFilter, TaskForm
from journeys.models import Task
from journeys.queries import playbooks as playbook_queries
from journeys.queries import tasks as queries
from journeys.refusals import TASKS
from journeys.views.pages import back, edit_page, tasks_of
from lib.time import now, today
from lib.ways import way_back
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability


@requires(Capability.VIEW)
@require_safe
def task_list(request: WorkspaceRequest) -> HttpResponse:
    """What is to be done, the most overdue first: `?who=`, `?show=`, `?due=`, `?playbook=`, `?account=`."""
    day, offered = today(), Offered.read()
    wanted = rows.chosen(TaskFilter(request.GET, offered=offered), request.member)
    lines, place = rows.task_page(
        rows.matching(wanted, request.member, day),
        wanted.show,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    initial = {"who": wanted.who, "due": wanted.due, "playbook": wanted.playbook_id, "account": wanted.account_id}
    context = {
        "lines": lines,
        "before": place.before,
        "after": place.after,
        "wanted": wanted,
        "form": TaskFilter(initial=initial, offered=offered),
        "shows": SHOWS,
        "account": Account.objects.filter(pk=wanted.account_id).first() if wanted.account_id else None,
        "today": day,
        "next": request.get_full_path(),
        "can_work": request.member.can(Capability.WORK),
        "nav": "journey",
    }
    return render(request, "journeys/task_list.html", context)


@requires(Capability.WORK)
def task_new(request: WorkspaceRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(account_queries.accounts(), pk=pk)
    initial = {"due_on": today(), "assignee": playbook_queries.default_assignee(account, request.user)}
    form = TaskForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        actions.add_task(account=account, at=now(), by=request.user, **form.cleaned_data)
        messages.success(request, _("Task added."))
        return back(request, pk)
    return edit_page(request, form, account, heading=_("Add a task"), submit=_("Add task"))


@requires(Capability.WORK)
def task_edit(request: WorkspaceRequest, pk: int) -> HttpResponse:
    task = _task(pk)
    form = TaskForm(request.POST if request.method == "POST" else None, initial=TaskForm.values_of(task))
    if form.is_valid():
        _act(
            request,
            lambda: actions.change_task(task=task, changes=form.cleaned_data, at=now(), by=request.user),
        )
        return back(request, task.account_id)
    drop_url = reverse("journeys:task_drop", args=[pk]) if task.is_open else ""
    return edit_page(request, form, task.account, heading=_("Change the task"), submit=_("Save"), drop_url=drop_url)


@requires(Capability.WORK)
@require_POST
def task_done(request: WorkspaceRequest, pk: int) -> HttpResponse:
    task = _task(pk)
    is_done = _act(request, lambda: actions.finish_task(task=task, at=now(), by=request.user))
    return _line(request, task, is_done)


@requires(Capability.WORK)
@require_POST
def task_reopen(request: WorkspaceRequest, pk: int) -> HttpResponse:
    task = _task(pk)
    is_done = _act(request, lambda: actions.reopen_task(task=task, at=now(), by=request.user))
    return _line(request, task, is_done)


@requires(Capability.WORK)
def task_drop(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """It is not done after all, and why."""
    task = _task(pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        _act(request, lambda: actions.drop_task(task=task, at=now(), by=request.user, **form.cleaned_data))
        return back(request, task.account_id)
    heading = _("Why is it not done?")
    return edit_page(request, form, task.account, heading=heading, submit=_("Drop the task"), subject=task.text)


def _task(pk: int) -> Task:
    return get_object_or_404(queries.tasks(), pk=pk)


def _act(request: WorkspaceRequest, act: Callable[[], object]) -> bool:
    """Whether it could be done; what somebody did before is told on the next page."""
    try:
        act()
    except tuple(TASKS) as error:
        messages.info(request, str(TASKS[type(error)]))
        return False
    return True


def _line(request: WorkspaceRequest, task: Task, is_done: bool) -> HttpResponse:
    """Its line as it is now; without htmx, or where there is something to tell, the page it was found on."""
    if not request.htmx:
        return back(request, task.account_id)
    if not is_done:
        return HttpResponseClientRedirect(way_back(request, tasks_of(task.account_id)))
    (line,) = queries.lines([_task(task.pk)])
    context = {
        "line": line,
        "today": today(),
        "can_work": True,
        "shows_account": request.POST.get("in") != "account",
        "is_brief": bool(request.POST.get("in")),
        "next": request.POST.get("next", ""),
        "is_swapped": True,
    }
    return render(request, "journeys/task.html", context)
