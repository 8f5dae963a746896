"""Chats and what they were told."""

from collections.abc import Collection, Iterable

from django.db.models import F, OuterRef, QuerySet, Subquery

from notices.models import ChatHook, ChatMessage, Occasion
from segments.models import SegmentMember
from workspaces.secrets import Unreadable, decrypt

# What a list of messages shows of each.
COLUMNS = (
    "created_at", "state", "attempts", "last_status", "last_error", "occasion__kind", "occasion__account_id",
    "occasion__account__name", "occasion__link",
)  # fmt: skip


def chats() -> QuerySet[ChatHook]:
    """With what came of the last message; open ones first, then the oldest."""
    newest = ChatMessage.objects.filter(hook=OuterRef("pk")).order_by("-pk")
    found = ChatHook.objects.select_related("segment", "created_by").annotate(
        last_at=Subquery(newest.values("created_at")[:1]), last_state=Subquery(newest.values("state")[:1])
    )
    return found.order_by(F("disabled_at").desc(nulls_first=True), "pk")


def messages_of(hook_id: int) -> QuerySet[ChatMessage]:
    return ChatMessage.objects.filter(hook=hook_id)


def address(hook: ChatHook) -> str:
    """The secret address; empty if it was encrypted with another SECRET_KEY."""
    try:
        return decrypt(hook.secret)
    except Unreadable:
        return ""


def wanting(occasions: Iterable[Occasion]) -> list[tuple[ChatHook, list[Occasion]]]:
    """What each open chat is to be told of these, in two statements."""
    asked = [one for one in occasions if one.account_id is not None]
    if not asked:
        return []
    hooks = list(ChatHook.objects.open().order_by("pk"))
    held = _held({hook.segment_id for hook in hooks if hook.segment_id}, {one.account_id for one in asked})
    return [(hook, [one for one in asked if _wants(hook, one, held)]) for hook in hooks]


def _wants(hook: ChatHook, occasion: Occasion, held: Collection[tuple[int, int]]) -> bool:
    is_inside = hook.segment_id is None or (hook.segment_id, occasion.account_id) in held
    return occasion.kind in hook.kinds and is_inside


def _held(segment_ids: Collection[int], account_ids: Collection[int | None]) -> set[tuple[int, int]]:
    if not segment_ids:
        return set()
    found = SegmentMember.objects.filter(segment__in=segment_ids, account__in=account_ids)
    return set(found.values_list("segment", "account"))
