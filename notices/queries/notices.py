"""A member's own notices: the bell, the list, what a digest holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from notices.kinds import Kind, needed
from notices.models import Notice, NoticeQuerySet, Occasion
from workspaces import tenancy
from workspaces.capabilities import can
from workspaces.queries import Membership

MOST_RUNG = 9  # the bell says "9+" beyond
MOST_IN_SPAN = 500  # a preview shows no more

# What a list shows of each.
COLUMNS = (
    "read_at", "occasion__kind", "occasion__data", "occasion__link", "occasion__created_at", "occasion__account_id",
    "occasion__account__name", "occasion__fact__kind", "occasion__fact__data",
)  # fmt: skip


@dataclass(frozen=True)
class Bell:
    """How many are unread, at most MOST_RUNG + 1; and whether one of those leads to the page that is open."""

    count: int = 0
    is_here: bool = False


# As `notices_for(member).unread()`, which takes longer to compile than to run: every page asks. Both parts begin with
# a handful of rows, whatever the planner knows. Of NEWEST unread ones those that may not be seen any more are left out.
NEWEST = 50
_BELL = """
    with newest as materialized (
        select occasion_id from notices_notice
        where workspace_id = %(workspace)s and member_id = %(member)s and read_at is null and is_shown
        order by id desc limit %(newest)s
    ), here as materialized (
        select id from notices_occasion where workspace_id = %(workspace)s and link = %(path)s
    )
    select (
        select count(*) from (
            select from newest
            join notices_occasion occasion on occasion.workspace_id = %(workspace)s and occasion.id = occasion_id
            where occasion.kind <> all(%(hidden)s)
            limit %(most)s
        ) ringing
    ), exists (
        select from here
        join notices_notice notice on notice.workspace_id = %(workspace)s and notice.occasion_id = here.id
        where notice.member_id = %(member)s and notice.read_at is null and notice.is_shown
    )
"""


def bell(member: Membership, *, path: str) -> Bell:
    """The bell of the page at `path`, in one statement that costs the same however many notices there are."""
    values: dict[str, Any] = {
        "workspace": tenancy.current_id(), "member": member.member_id, "most": MOST_RUNG + 1, "path": path,
        "hidden": _hidden(member), "newest": NEWEST,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_BELL, values)
        return Bell(*cursor.fetchone())


def notices_for(member: Membership) -> NoticeQuerySet:
    """What the member is told in the app, of what they may (still) see."""
    mine = Notice.objects.filter(member=member.member_id, is_shown=True)
    return mine.exclude(occasion__kind__in=_hidden(member))


def _hidden(member: Membership) -> list[str]:
    return [str(kind) for kind in Kind.values if not can(member.role, needed(kind))]


def told(rows: QuerySet[Notice]) -> QuerySet[Notice]:
    """With all that their words need."""
    return rows.select_related("occasion__account", "occasion__fact")


def awaited(member_id: int) -> NoticeQuerySet:
    """What the member's next digest tells."""
    return Notice.objects.filter(member=member_id).awaited()


def of_span(member_id: int, since: datetime, until: datetime) -> QuerySet[Notice]:
    """What came for a member in a span, by whatever way, the newest first; MOST_IN_SPAN at most."""
    came = Notice.objects.filter(member=member_id, occasion__created_at__gte=since, occasion__created_at__lt=until)
    return told(came).order_by("-pk")[:MOST_IN_SPAN]


def members_awaiting() -> list[int]:
    """Members for whom something waits for a digest."""
    waiting = Notice.objects.awaited().filter(member__ended_at=None)
    return list(waiting.order_by("member").values_list("member", flat=True).distinct())


def known_keys(keys: Sequence[str]) -> set[str]:
    """Those of `keys` that have been told."""
    found: set[str] = set(Occasion.objects.filter(key__in=keys).values_list("key", flat=True))
    return found


def is_answer_told(account_id: int, answer_id: Any) -> bool:
    """Whether an alert about this answer was told."""
    told_before = Occasion.objects.filter(account=account_id, data__contains={"answers": [answer_id]})
    return bool(told_before.exists())
