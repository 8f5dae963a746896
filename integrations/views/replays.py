"""Process many deliveries again."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext

from integrations.actions import replays as replay_actions
from integrations.forms.replays import ReplayForm
from integrations.models import Connection
from integrations.queries import replays as replay_queries
from lib.time import now
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability


@requires(Capability.ADMINISTER)
def connection_replay(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """A GET that says which counts them; a POST does it."""
    connection = get_object_or_404(Connection, pk=pk)
    asked = request.POST if request.method == "POST" else request.GET
    form = ReplayForm(asked if asked else None)
    count = None
    if form.is_bound and form.is_valid():
        choice = form.choice(pk, now())
        if request.method == "POST":
            done = replay_actions.replay_range(connection=connection, choice=choice, at=now(), by=request.user)
            messages.success(request, _told(done))
            return redirect("integrations:connection", pk)
        count = replay_queries.chosen(pk, choice).count()
    context = {"connection": connection, "form": form, "count": count}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "integrations/connection_replay.html", context, status=status)


def _told(count: int) -> str:
    text = ngettext(
        "%(count)d delivery is being processed again.", "%(count)d deliveries are being processed again.", count
    )
    return text % {"count": count}
