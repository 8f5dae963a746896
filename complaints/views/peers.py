"""Silent others: who is like a customer that complained, whom to ask, and what they said."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from complaints.actions import peer as actions
from complaints.forms.peer import TRAITS, AskForm, ReplyForm
from complaints.models import Complaint, Peer
from complaints.queries import case as case_queries
from complaints.queries import peer as queries
from lib.time import now
from surveys.actions import waves
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability


@requires(Capability.VIEW)
def peer_list(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Look-alikes that share every trait of `?same=`, and those who were asked before."""
    one = get_object_or_404(case_queries.complaints(), pk=pk)
    like = queries.likeness(one)
    traits = _traits(request, like)
    pool = queries.look_alikes(one, like, traits)
    offered = list(pool[: actions.MOST_ASKED])
    may_send, may_ask = request.member.can(Capability.SEND_SURVEYS), request.member.can(Capability.WORK)
    data = request.POST if request.method == "POST" and may_ask else None
    form = AskForm(data, offered=offered, may_send=may_send)
    if form.is_valid():
        _ask(request, one, traits, form.cleaned_data)
        return redirect("complaints:peer_list", pk)
    context = {
        "complaint": one,
        "like": like,
        "traits": [{"key": key, "label": TRAITS[key], "is_on": key in traits} for key in like.known()],
        "total": pool.order_by().count(),
        "offered": offered,
        "form": form,
        "asked": queries.peers_of(one)[: actions.MOST_ASKED],
        "replies": Peer.Reply.choices,
        "can_work": may_ask,
        "nav": "surveys",
    }
    return render(request, "complaints/peer_list.html", context, status=422 if form.errors else 200)


def _traits(request: WorkspaceRequest, like: queries.Likeness) -> list[str]:
    known = like.known()
    asked = [trait for trait in request.GET.getlist("same") if trait in known]
    return asked or queries.first_traits(known)


def _ask(request: WorkspaceRequest, one: Complaint, traits: list[str], said: dict[str, Any]) -> None:
    about = {"complaint": one, "account_ids": said["accounts"], "traits": traits, "at": now(), "by": request.user}
    try:
        if said["way"] == "wave":
            actions.ask_by_wave(roles=said["roles"], **about)
            messages.success(request, _("The survey goes out to those who may be asked. Bad answers count here."))
            return
        n = len(actions.ask_by_tasks(**about))
        made = ngettext("%(n)s task was made.", "%(n)s tasks were made.", n) % {"n": n}
        messages.success(request, made)
    except (actions.NobodyChosen, waves.NobodyChosen):
        messages.info(request, _("These have been asked before."))
    except waves.NotInWaves:
        messages.info(request, _("No survey goes out in waves: make one first, or ask by tasks."))


@requires(Capability.WORK)
@require_POST
def peer_reply(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """What one of them said."""
    one = get_object_or_404(queries.peers(), pk=pk)
    form = ReplyForm(request.POST)
    if form.is_valid():
        actions.note_reply(peer=one, reply=form.cleaned_data["reply"], at=now(), by=request.user)
    else:
        messages.error(request, _("Choose what they said."))
    return redirect("complaints:peer_list", one.complaint_id)
