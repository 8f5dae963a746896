"""Write reviews, hold them, keep their promises, share them."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse

from accounts.actions.facts import record_fact
from accounts.models import Account
from lib.time import day_of, quarter_of, quarter_span
from reviews import numbers, queries
from reviews.models import ActionItem, Review, Section, ShareLink
from workspaces import actions as workspace_actions
from workspaces.models import Member, User
from workspaces.registry import News, spread
from workspaces.secrets import digest, new_token

TAKE_BACK = timedelta(minutes=10)
SHARE_DAYS = 30
REMIND = timedelta(days=30)


class ReviewHeld(Exception):
    """A report that was held does not change."""


class TooLate(Exception):
    """The review was not held within the last ten minutes."""


class TwoOwners(Exception):
    """A promise has one owner: one of us or somebody at the customer."""


class QuarterUnknown(Exception):
    """A quarter is 1 to 4."""


@transaction.atomic
def tell_due(*, at: datetime) -> None:
    """In the last month of a quarter, who has reviews to prepare is told how many: once for each quarter."""
    today = day_of(at)
    year, quarter = quarter_of(today)
    last = quarter_span(year, quarter)[1] - timedelta(days=1)
    if last - today > REMIND:
        return
    name = f"{year}-Q{quarter}"
    spread([_reminder(name, last, owner_id, count) for owner_id, count in queries.due_by_owner(year, quarter)], at)


def _reminder(quarter: str, last: date, owner_id: int | None, count: int) -> News:
    link = f"{reverse('reviews:review_list')}?quarter={quarter}&state=due{'&owner=me' if owner_id else ''}"
    data = {"quarter": quarter, "count": count, "until": last.isoformat()}
    return News("reviews_due", f"reviews:{quarter}:{owner_id or ''}", link, members=(owner_id,), data=data)


@transaction.atomic
def open_review(*, account: Account, year: int, quarter: int, at: datetime, by: User | None) -> Review:
    """The account's review of a quarter, begun now if there was none. Raises QuarterUnknown.

    Nothing is copied: promises of earlier quarters that are still open stand in it by themselves.
    """
    if quarter not in (1, 2, 3, 4):
        raise QuarterUnknown
    review: Review
    review, _ = Review.objects.get_or_create(
        account=account, year=year, quarter=quarter, defaults={"created_at": at, "created_by": by}
    )
    return review


@transaction.atomic
def save_commentary(*, review: Review, section: str, text: str, at: datetime, by: User | None) -> Review:
    """Put `text` under a section of a report that was not held yet. Raises ReviewHeld."""
    held = _not_held(review)
    commentary = {**held.commentary, Section(section).value: text.strip()}
    return _change(review, commentary=commentary)


@transaction.atomic
def mark_prepared(*, review: Review, at: datetime, by: User | None) -> Review:
    """The report can be shown. A second call keeps the first time. Raises ReviewHeld."""
    if _not_held(review).prepared_at:
        review.refresh_from_db()
        return review
    return _change(review, prepared_at=at, prepared_by=by)


@transaction.atomic
def mark_held(*, review: Review, attendees: str, at: datetime, by: User | None) -> Review:
    """The meeting took place: the report keeps the numbers of this moment. Raises ReviewHeld."""
    held = _not_held(review)
    prepared = {"prepared_at": held.prepared_at or at, "prepared_by": held.prepared_by or by}
    snapshot = numbers.gather(held, at)
    _change(review, held_at=at, held_by=by, attendees=attendees.strip(), snapshot=snapshot, **prepared)
    record_fact(account=review.account, kind="review.held", at=at, by=by, **_about(review))
    return review


@transaction.atomic
def take_back_held(*, review: Review, at: datetime, by: User | None) -> Review:
    """Undo `mark_held`, for ten minutes. Raises TooLate."""
    locked = _locked(review)
    if locked.held_at is None or at - locked.held_at > TAKE_BACK:
        raise TooLate
    _change(review, held_at=None, held_by=None, attendees="", snapshot=None)
    record_fact(account=review.account, kind="review.taken_back", at=at, by=by, **_about(review))
    return review


def _locked(review: Review) -> Review:
    locked: Review = Review.objects.select_for_update(of=("self",)).get(pk=review.pk)
    return locked


def _not_held(review: Review) -> Review:
    locked = _locked(review)
    if locked.held_at:
        raise ReviewHeld
    return locked


def _change(review: Review, **values: Any) -> Review:
    for name, value in values.items():
        setattr(review, name, value)
    review.save(update_fields=list(values))
    return review


def _about(review: Review) -> dict[str, Any]:
    return {"review_id": review.pk, "year": review.year, "quarter": review.quarter}


# ------------------------------------------------------------------------------------------------- promises
@transaction.atomic
def add_action(
    *,
    review: Review,
    text: str,
    at: datetime,
    by: User | None,
    owner: Member | None = None,
    customer_owner: str = "",
    due_on: date | None = None,
) -> ActionItem:
    """Promise something in a review, before or after it was held. Raises TwoOwners."""
    if owner is not None and customer_owner:
        raise TwoOwners
    item: ActionItem = ActionItem.objects.create(
        account=review.account,
        review=review,
        text=text,
        owner=owner,
        customer_owner=customer_owner,
        due_on=due_on,
        created_at=at,
        created_by=by,
    )
    return item


@transaction.atomic
def complete_action(*, item: ActionItem, at: datetime, by: User | None) -> ActionItem:
    """A promise was kept. A second call changes nothing."""
    kept = ActionItem.objects.open().filter(pk=item.pk).update(done_at=at, done_by=by)
    item.refresh_from_db()
    if kept:
        record_fact(account=item.account, kind="action.done", at=at, by=by, action_id=item.pk, text=item.text)
    return item


@transaction.atomic
def reopen_action(*, item: ActionItem, at: datetime, by: User | None) -> ActionItem:
    """A promise was not kept after all. A second call changes nothing."""
    reopened = ActionItem.objects.filter(pk=item.pk).exclude(done_at=None).update(done_at=None, done_by=None)
    item.refresh_from_db()
    if reopened:
        record_fact(account=item.account, kind="action.reopened", at=at, by=by, action_id=item.pk, text=item.text)
    return item


# -------------------------------------------------------------------------------------------------- sharing
@transaction.atomic
def share(
    *, review: Review, at: datetime, by: User | None, days: int = SHARE_DAYS, with_internals: bool = False
) -> tuple[ShareLink, str]:
    """A link for people without a login, for `days`; its token is returned this once and never again."""
    token = new_token()
    link: ShareLink = ShareLink.objects.create(
        review=review,
        token_hash=digest(token),
        with_internals=with_internals,
        created_by=by,
        created_at=at,
        expires_at=at + timedelta(days=days),
    )
    detail = {"days": days, "with_internals": with_internals}
    workspace_actions.record(kind="review.shared", subject=_named(review), at=at, by=by, detail=detail)
    return link, token


@transaction.atomic
def revoke_share(*, link: ShareLink, at: datetime, by: User | None) -> ShareLink:
    """Make a link useless at once. A second call changes nothing."""
    if ShareLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=at):
        workspace_actions.record(kind="review.unshared", subject=_named(link.review), at=at, by=by)
    link.refresh_from_db()
    return link


def _named(review: Review) -> str:
    return f"{review.account} {review}"
