"""Keep the list of content, and note who learned from it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.actions.facts import record_fact
from accounts.actions.watching import tell_watchers
from accounts.models import Contact, Metric
from learning.models import Completion, ContentItem
from lib import changing
from workspaces import actions as workspace_actions
from workspaces.models import User

EDITABLE = ("title", "url", "kind", "roles", "metric", "minutes")


class AddressTaken(Exception):
    """Another item, maybe a retired one, has this address."""


class NotYetHappened(Exception):
    """What was started or completed lies in the past."""


class CompletedBeforeStart(Exception):
    """Nobody is through before they begin."""


# ------------------------------------------------------------------ content
@transaction.atomic
def add_item(
    *,
    title: str,
    url: str,
    kind: str,
    at: datetime,
    by: User | None,
    roles: Sequence[str] = (),
    metric: Metric | None = None,
    minutes: int | None = None,
) -> ContentItem:
    """Add one thing to learn from. Raises AddressTaken."""
    item = ContentItem(created_at=at)
    fields = {"title": title, "url": url, "kind": kind, "roles": roles, "metric": metric, "minutes": minutes}
    _write(item, fields)
    workspace_actions.record(kind="content.added", subject=item.title, at=at, by=by)
    return item


@transaction.atomic
def update_item(*, item: ContentItem, changes: Mapping[str, Any], at: datetime, by: User | None) -> ContentItem:
    """Change any of EDITABLE. Raises AddressTaken."""
    changed = _write(item, changes)
    if changed:
        detail = {"fields": sorted(changed)}
        workspace_actions.record(kind="content.changed", subject=item.title, at=at, by=by, detail=detail)
    return item


def _write(item: ContentItem, given: Mapping[str, Any]) -> list[str]:
    wanted = dict(given)
    if "roles" in wanted:
        wanted["roles"] = [role for role in Contact.Role.values if role in wanted["roles"]]
    changed = list(changing.take(item, wanted, EDITABLE))
    try:
        with transaction.atomic():
            item.save()
    except IntegrityError as error:
        raise AddressTaken(item.url) from error
    return changed


@transaction.atomic
def set_retired(*, item: ContentItem, is_retired: bool, at: datetime, by: User | None) -> ContentItem:
    """Offer it no more, or again; who learned from it is still known."""
    if (item.retired_at is not None) != is_retired:
        item.retired_at = at if is_retired else None
        item.save(update_fields=["retired_at"])
        kind = "content.retired" if is_retired else "content.restored"
        workspace_actions.record(kind=kind, subject=item.title, at=at, by=by)
    return item


# ------------------------------------------------------------------ completions
@transaction.atomic
def note(
    *,
    item: ContentItem,
    contact: Contact,
    at: datetime,
    by: User | None,
    started_at: datetime | None = None,
    completed_at: datetime | None = None,
) -> Completion:
    """Note that somebody started an item, or completed it; without a time they started `at`.

    Said again, nothing that is known is taken away: the earliest start counts, and the first completion stands. Two
    who say it at once are one row. Raises NotYetHappened, CompletedBeforeStart.
    """
    begun_at = started_at or completed_at or at
    _check(begun_at, completed_at, at)
    held, is_new = Completion.objects.select_for_update(of=("self",)).get_or_create(
        item=item,
        contact=contact,
        defaults={"account_id": contact.account_id, "started_at": begun_at, "recorded_at": at},
    )
    held.started_at = min(held.started_at, begun_at)
    is_through = held.completed_at is None and completed_at is not None
    if is_through:
        held.completed_at = completed_at
    held.save(update_fields=["started_at", "completed_at"])
    if is_through:
        _tell("content.completed", held, completed_at, at, by)
    elif is_new:
        _tell("content.started", held, begun_at, at, by)
    return held


@transaction.atomic
def correct(*, completion: Completion, changes: Mapping[str, Any], at: datetime, by: User | None) -> Completion:
    """Set `started_at` or `completed_at` right; None: they are not through after all.

    Raises NotYetHappened, CompletedBeforeStart.
    """
    held = Completion.objects.select_for_update(of=("self",)).get(pk=completion.pk)
    was = held.started_at, held.completed_at
    held.started_at = changes.get("started_at") or held.started_at
    held.completed_at = changes.get("completed_at", held.completed_at)
    _check(held.started_at, held.completed_at, at)
    held.save(update_fields=["started_at", "completed_at"])
    if was[1] is None and held.completed_at is not None:
        _tell("content.completed", held, held.completed_at, at, by)
    elif was != (held.started_at, held.completed_at):
        tell_watchers(account_ids=[held.account_id], at=at)
    return held


def _check(started_at: datetime, completed_at: datetime | None, at: datetime) -> None:
    if max(started_at, completed_at or started_at) > at:
        raise NotYetHappened
    if completed_at is not None and completed_at < started_at:
        raise CompletedBeforeStart


def _tell(kind: str, completion: Completion, happened_at: datetime | None, at: datetime, by: User | None) -> None:
    record_fact(
        account=completion.account,
        kind=kind,
        at=at,
        by=by,
        happened_at=happened_at,
        item_id=completion.item_id,
        title=completion.item.title,
        contact_id=completion.contact_id,
        contact_name=str(completion.contact),
    )
