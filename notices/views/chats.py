"""Chats that are told along: list, add, change, switch, test."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lib import downloads
from lib.paging import Sort, page_of
from lib.time import now
from notices import exports, rows
from notices.actions import chats as actions
from notices.actions import messages as message_actions
from notices.forms import ChatForm
from notices.models import ChatHook, ChatMessage
from notices.queries import chats as queries
from workspaces.access import WorkspaceRequest, requires
from workspaces.capabilities import Capability

MOVING = {ChatMessage.State.WAITING, ChatMessage.State.IN_DOUBT}
NEWEST_FIRST = Sort("id", falls=True, ids_fall=True)


@requires(Capability.ADMINISTER)
@require_safe
def chat_list(request: WorkspaceRequest) -> HttpResponse:
    return render(request, "notices/chat_list.html", {"rows": rows.chats(queries.chats())})


@requires(Capability.ADMINISTER)
@require_safe
def chat_list_export(request: WorkspaceRequest) -> HttpResponse:
    """Every chat, without its address."""
    return downloads.export("chats", exports.chats(queries.chats()))


@requires(Capability.ADMINISTER)
def chat_new(request: WorkspaceRequest) -> HttpResponse:
    form = ChatForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            hook = actions.add_chat(**form.cleaned_data, at=now(), by=request.user)
        except actions.TooManyChats:
            form.add_error(None, _("%(most)d chats are there already.") % {"most": actions.MOST_CHATS})
        else:
            return redirect("notices:chat", hook.pk)
    return render(request, "notices/chat_form.html", {"form": form}, status=422 if form.is_bound else 200)


@requires(Capability.ADMINISTER)
@require_safe
def chat(request: WorkspaceRequest, pk: int) -> HttpResponse:
    hook = get_object_or_404(queries.chats(), pk=pk)
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    page = page_of(queries.messages_of(pk), NEWEST_FIRST, queries.COLUMNS, after=after, before=before)
    context: dict[str, Any] = {
        "hook": hook,
        "chip": rows.chat_state(hook),
        "kinds": rows.told_of(hook),
        "is_readable": bool(queries.address(hook)),
        "rows": rows.messages(page),
        "before": page.before,
        "after": page.after,
        "is_moving": any(row["attempts"] == 0 and row["state"] in MOVING for row in page.rows),
    }
    part = "#sent" if request.htmx else ""
    return render(request, f"notices/chat.html{part}", context)


@requires(Capability.ADMINISTER)
@require_safe
def chat_export(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """One chat's messages."""
    hook = get_object_or_404(ChatHook, pk=pk)
    return downloads.export(f"chat-{pk}", exports.messages(queries.messages_of(hook.pk)))


@requires(Capability.ADMINISTER)
def chat_edit(request: WorkspaceRequest, pk: int) -> HttpResponse:
    hook = get_object_or_404(ChatHook, pk=pk)
    form = ChatForm(request.POST if request.method == "POST" else None, hook=hook)
    if request.method == "POST" and form.is_valid():
        actions.change_chat(hook=hook, **form.cleaned_data, at=now(), by=request.user)
        return redirect("notices:chat", pk)
    context = {"form": form, "hook": hook}
    return render(request, "notices/chat_form.html", context, status=422 if form.is_bound else 200)


@requires(Capability.ADMINISTER)
@require_POST
def chat_off(request: WorkspaceRequest, pk: int) -> HttpResponse:
    hook = get_object_or_404(ChatHook, pk=pk)
    actions.switch_off(hook=hook, why=ChatHook.Why.PERSON, at=now(), by=request.user)
    messages.success(request, _("Nothing is sent there until you switch it on again."))
    return redirect("notices:chat", pk)


@requires(Capability.ADMINISTER)
@require_POST
def chat_on(request: WorkspaceRequest, pk: int) -> HttpResponse:
    actions.switch_on(hook=get_object_or_404(ChatHook, pk=pk), at=now(), by=request.user)
    messages.success(request, _("It is told of what happens from now on."))
    return redirect("notices:chat", pk)


@requires(Capability.ADMINISTER)
@require_POST
def chat_test(request: WorkspaceRequest, pk: int) -> HttpResponse:
    try:
        message_actions.send_test(hook=get_object_or_404(ChatHook, pk=pk), at=now(), by=request.user)
    except message_actions.ChatOff:
        messages.error(request, _("Switch it on first."))
    return redirect("notices:chat", pk)
