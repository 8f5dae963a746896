"""Reading reviews: which are due, what was promised, who may see a shared one."""

from datetime import date, datetime

from django.db.models import Count, Exists, F, FilteredRelation, OuterRef, Q, QuerySet

from accounts.models import Account
from accounts.stages import CUSTOMER
from reviews.models import ActionItem, ActionItemQuerySet, Review, ShareLink, ShareLinkQuerySet

DUE, PREPARED, HELD, FOLLOWED_UP = "due", "prepared", "held", "followed_up"
STATES = (DUE, PREPARED, HELD, FOLLOWED_UP)

# Every account is in exactly one.
_IN_STATE = {
    DUE: Q(prepared_at=None),
    PREPARED: Q(prepared_at__isnull=False, held_at=None),
    HELD: Q(held_at__isnull=False, is_promised=True),
    FOLLOWED_UP: Q(held_at__isnull=False, is_promised=False),
}


def state_of(prepared_at: datetime | None, held_at: datetime | None, *, is_promised: bool) -> str:
    """One of STATES, as the database tells it."""
    if held_at:
        return HELD if is_promised else FOLLOWED_UP
    return PREPARED if prepared_at else DUE


def reviews() -> QuerySet[Review]:
    """Every review of the workspace with its account."""
    return Review.objects.select_related("account__owner__user", "created_by", "prepared_by", "held_by").order_by("pk")


def reviews_of(account: Account) -> QuerySet[Review]:
    """An account's reviews, newest first."""
    return Review.objects.filter(account=account).order_by("-year", "-quarter", "-pk")


def due_by_owner(year: int, quarter: int) -> list[tuple[int | None, int]]:
    """Who has how many reviews of a quarter to prepare; nobody's under no id."""
    due = accounts_in(year, quarter, DUE).order_by().values_list("owner_id").annotate(n=Count("pk"))
    return sorted(due, key=lambda one: (one[0] is None, one[0]))


def accounts_in(year: int, quarter: int, state: str = "", owner_id: int | None = None) -> QuerySet[Account]:
    """The accounts a quarter's reviews are about, in one of STATES or all: customers, and whoever has one already.

    `review_pk`, `prepared_at` and `held_at` are those of the quarter's review; `is_promised`: something told in it
    is still open, were it promised earlier.
    """
    promised = ActionItem.objects.open().told_in(year, quarter).filter(account=OuterRef("pk"))
    accounts = Account.objects.annotate(
        review=FilteredRelation("reviews", condition=Q(reviews__year=year, reviews__quarter=quarter))
    ).annotate(
        review_pk=F("review__pk"),
        prepared_at=F("review__prepared_at"),
        held_at=F("review__held_at"),
        is_promised=Exists(promised),
    )
    accounts = accounts.filter(Q(stage__in=CUSTOMER) | Q(review_pk__isnull=False))
    if owner_id is not None:
        accounts = accounts.filter(owner_id=owner_id)
    return accounts.filter(_IN_STATE[state]) if state in STATES else accounts


def state_counts(year: int, quarter: int, owner_id: int | None = None) -> dict[str, int]:
    """How many accounts are in each of STATES, in one statement."""
    counted = {state: Count("pk", filter=_IN_STATE[state]) for state in STATES}
    return accounts_in(year, quarter, owner_id=owner_id).aggregate(**counted)


def actions() -> ActionItemQuerySet:
    """Every promise of the workspace with what its line shows."""
    return ActionItem.objects.select_related("owner__user", "account", "review").order_by("pk")


def actions_of(account: Account, year: int, quarter: int) -> QuerySet[ActionItem]:
    """What a quarter's report shows: open ones first, by due day, then those done."""
    told = actions().filter(account=account).told_in(year, quarter)
    return told.order_by(F("done_at").asc(nulls_first=True), F("due_on").asc(nulls_last=True), "pk")


def open_actions_of(account: Account) -> QuerySet[ActionItem]:
    """An account's open promises, the most pressing first."""
    return actions().filter(account=account).open().order_by(F("due_on").asc(nulls_last=True), "pk")


def open_actions(owner_id: int | None = None) -> QuerySet[ActionItem]:
    """What is promised, the first due first; `owner_id`: those a member owns, or whose account they own."""
    promised = actions().open()
    if owner_id is not None:
        promised = promised.filter(Q(owner_id=owner_id) | Q(owner=None, account__owner_id=owner_id))
    return promised.order_by(F("due_on").asc(nulls_last=True), "pk")


def overdue_actions(day: date, owner_id: int | None = None) -> QuerySet[ActionItem]:
    """Those of `open_actions` whose day has passed, the oldest first."""
    return open_actions(owner_id).filter(due_on__lt=day)


def share_links(review: Review) -> ShareLinkQuerySet:
    """A review's links, newest first."""
    return ShareLink.objects.filter(review=review).select_related("created_by").order_by("-pk")


def shared_review(link_id: int, at: datetime) -> tuple[Review, ShareLink] | None:
    """The report behind a link that still works."""
    link = ShareLink.objects.usable(at).select_related("review__account__owner__user").filter(pk=link_id).first()
    return (link.review, link) if link else None
