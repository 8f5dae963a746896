"""Add, change and switch chats."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from notices import chat
from notices.models import ChatHook, ChatMessage
from segments.models import Segment
from workspaces import actions as workspace_actions
from workspaces.models import User
from workspaces.secrets import encrypt

MOST_CHATS = 20


class TooManyChats(Exception):
    """MOST_CHATS are there already."""


@transaction.atomic
def add_chat(
    *,
    name: str,
    flavour: str,
    url: str,
    kinds: Iterable[str],
    at: datetime,
    by: User | None,
    segment: Segment | None = None,
) -> ChatHook:
    """Tell `url` of `kinds` from now on, in the language of whoever adds it. Raises TooManyChats."""
    if ChatHook.objects.count() >= MOST_CHATS:
        raise TooManyChats
    hook: ChatHook = ChatHook.objects.create(
        name=name,
        flavour=flavour,
        secret=encrypt(url),
        place=chat.place(url),
        kinds=sorted(set(kinds)),
        segment=segment,
        language=by.language if by else "en",
        created_at=at,
        created_by=by,
    )
    _record("chat.added", hook, at, by)
    return hook


@transaction.atomic
def change_chat(
    *,
    hook: ChatHook,
    name: str,
    flavour: str,
    url: str,
    kinds: Iterable[str],
    segment: Segment | None,
    at: datetime,
    by: User | None,
) -> ChatHook:
    """What waits goes to the new address too; an empty `url` keeps the one it has."""
    hook.name, hook.flavour, hook.kinds, hook.segment = name, flavour, sorted(set(kinds)), segment
    if url:
        hook.secret, hook.place = encrypt(url), chat.place(url)
    hook.save(update_fields=["name", "flavour", "kinds", "segment", "secret", "place"])
    _record("chat.changed", hook, at, by)
    return hook


@transaction.atomic
def switch_off(*, hook: ChatHook, why: ChatHook.Why, at: datetime, by: User | None) -> bool:
    """Send nothing more, not even what waits. False: it was off already."""
    if not ChatHook.objects.open().filter(pk=hook.pk).update(disabled_at=at, disabled_why=why):
        return False
    waiting = ChatMessage.objects.filter(hook=hook, state=ChatMessage.State.WAITING)
    waiting.update(state=ChatMessage.State.NOT_SENT, settled_at=at)
    _record("chat.disabled", hook, at, by, why=str(why.label))
    return True


@transaction.atomic
def switch_on(*, hook: ChatHook, at: datetime, by: User | None) -> None:
    """Tell it of what happens from now on."""
    hook.disabled_at, hook.disabled_why = None, ""
    hook.save(update_fields=["disabled_at", "disabled_why"])
    _record("chat.enabled", hook, at, by)


def _record(kind: str, hook: ChatHook, at: datetime, by: User | None, **detail: str) -> None:
    workspace_actions.record(kind=kind, subject=hook.name, at=at, by=by, detail={"to": hook.place, **detail})
