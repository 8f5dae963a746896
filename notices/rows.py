"""Notices and chats, ready for flat templates."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from lib.markup import state_chip
from lib.paging import Page
from notices import words
from notices.actions.mails import digest
from notices.kinds import ByMail, Kind
from notices.models import ChatHook, ChatMessage, Notice, Preference

State = ChatMessage.State

LOOKS = {
    State.WAITING: "info",
    State.DELIVERED: "good",
    State.FAILED: "bad",
    State.IN_DOUBT: "watch",
    State.NOT_SENT: "muted",
}


def groups(page: Page) -> list[dict[str, Any]]:
    """A page's notices by account, accounts and notices as they come: the newest first."""
    found: dict[int, dict[str, Any]] = {}
    for row in page.rows:
        pk = row["occasion__account_id"] or 0
        group = found.setdefault(pk, {"pk": pk, "name": row["occasion__account__name"], "notices": []})
        group["notices"].append(_notice(row))
    return list(found.values())


def _notice(row: dict[str, Any]) -> dict[str, Any]:
    said = words.said(
        row["occasion__kind"], row["occasion__data"], row["occasion__fact__kind"], row["occasion__fact__data"]
    )
    return {"pk": row["pk"], "said": said, "at": row["occasion__created_at"], "read_at": row["read_at"]}


def preview(notices: Iterable[Notice], preference: Preference) -> dict[str, Any]:
    """What these would have led to by a preference: mails at once, one digest, and how many in the app."""
    by_mail: dict[str, list[Notice]] = {ByMail.AT_ONCE: [], ByMail.DIGEST: [], ByMail.NEVER: []}
    shown = 0
    for notice in notices:
        way = preference.way(notice.occasion.kind)
        by_mail[way.mail].append(notice)
        shown += way.in_app
    at_once = [
        {"said": words.say(one.occasion), "account": one.occasion.account, "at": one.occasion.created_at}
        for one in by_mail[ByMail.AT_ONCE]
    ]
    return {"at_once": at_once, "digest": digest(by_mail[ByMail.DIGEST]), "shown": shown}


def chat_state(hook: ChatHook) -> SafeString:
    """A chat's state as a chip."""
    if hook.is_open:
        return state_chip("good", _("On"))
    is_chosen = hook.disabled_why == ChatHook.Why.PERSON
    return state_chip("muted", _("Off")) if is_chosen else state_chip("bad", _("Switched off"))


def told_of(hook: ChatHook) -> list[str]:
    """The kinds it is told of, in words."""
    return [str(kind.label) for kind in Kind if kind in hook.kinds]


def last(hook: ChatHook) -> tuple[datetime | None, str]:
    """When the last message was written, and its state, as `queries.chats` found them."""
    return getattr(hook, "last_at", None), getattr(hook, "last_state", None) or ""


def chats(hooks: Iterable[ChatHook]) -> list[dict[str, Any]]:
    return [
        {
            "hook": hook,
            "chip": chat_state(hook),
            "kinds": told_of(hook),
            "last": state(last(hook)[1]) if last(hook)[1] else "",
            "last_at": last(hook)[0],
        }
        for hook in hooks
    ]


def state(value: str) -> SafeString:
    """A message's state as a chip."""
    return state_chip(LOOKS[State(value)], str(State(value).label))


def messages(page: Page) -> list[dict[str, Any]]:
    return [
        {**row, "chip": state(row["state"]), "what": _what(row["occasion__kind"]), "answer": row["last_status"] or ""}
        for row in page.rows
    ]


def _what(kind: str | None) -> str:
    return str(Kind(kind).label) if kind else _("Test")
