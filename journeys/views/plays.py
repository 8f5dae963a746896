"""Starting a playbook on an account, stopping it, and taking a start back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts import queries as account_queries
from accounts.models import Account
from journeys.actions import TooLate
from journeys.actions import plays as actions
from journeys.forms import ReasonForm, StartForm
from journeys.models import Play
from journeys.queries import open_alert_ids
from journeys.queries import playbooks as queries
from journeys.views.pages import back, edit_page, tasks_of
from lib.time import now
from lib.ways import way_back
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability


@requires(Capability.WORK)
def playbook_start(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Start `playbook`, which may answer an `alert` of the account; a GET offers what can be started."""
    account = get_object_or_404(account_queries.accounts(), pk=pk)
    form = StartForm(request.POST if request.method == "POST" else None, account=account, initial=request.GET.dict())
    if form.is_valid():
        playbook = form.cleaned_data["playbook"]
        try:
            play = actions.start_playbook(
                playbook=playbook, account=account, alert_id=form.cleaned_data["alert"], at=now(), by=request.user
            )
        except actions.AlreadyRunning:
            words = _("“%(name)s” runs on this account already: finish or stop it before you start it again.")
            form.add_error("playbook", words % {"name": playbook})
        else:
            messages.success(request, _started(play))
            return back(request, pk)
    return _offer(request, form, account)


def _started(play: Play) -> str:
    tasks = len(play.playbook.steps)
    told = {"name": play.playbook, "tasks": tasks}
    said = ngettext("“%(name)s” has begun: %(tasks)s task.", "“%(name)s” has begun: %(tasks)s tasks.", tasks) % told
    is_answer = play.alert_id in open_alert_ids(play.account_id)
    return f"{said} {_('The alert it answers is acknowledged.')}" if is_answer else said


def _offer(request: WorkspaceRequest, form: StartForm, account: Account) -> HttpResponse:
    context = {
        "form": form,
        "account": account,
        "playbooks": queries.startable(account),
        "chosen": str(form["playbook"].value() or ""),
        "assignee": queries.default_assignee(account, request.user),
        "next": way_back(request, ""),
        "cancel": way_back(request, tasks_of(account.pk)),
        "nav": "accounts",
    }
    return render(request, "journeys/playbook_start.html", context, status=422 if form.is_bound else 200)


@requires(Capability.WORK)
def play_stop(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """End it before its time, with a reason."""
    play = _play(pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.stop_play(play=play, at=now(), by=request.user, **form.cleaned_data)
        except actions.PlayOver:
            messages.info(request, _("This playbook has come to its end before."))
        return back(request, play.account_id)
    heading = _("Stop “%(name)s”") % {"name": play.playbook}
    about = _("What is still open of it is dropped for the same reason.")
    return edit_page(request, form, play.account, heading=heading, submit=_("Stop the playbook"), subject=about)


@requires(Capability.WORK)
@require_POST
def play_undo(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Take a start back, within ten minutes."""
    play = _play(pk)
    try:
        actions.take_back_play(play=play, at=now(), by=request.user)
    except TooLate:
        messages.error(request, _("This start can no longer be taken back. Stop the playbook instead."))
    else:
        messages.success(request, _("“%(name)s” was not started, as if nothing had been.") % {"name": play.playbook})
    return back(request, play.account_id)


def _play(pk: int) -> Play:
    return get_object_or_404(Play.objects.select_related("account", "playbook"), pk=pk)
