"""What waits beside Today's list."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q

from accounts import queries as account_queries
from complaints import portraits as complaint_portraits
from integrations.queries import events as integration_queries
from journeys.queries import tasks as task_queries
from lib.time import quarter_of
from outbox import queries as outbox_queries
from reviews import queries as review_queries
from reviews.models import ActionItem
from workspaces.capabilities import Capability
from workspaces.queries import Membership

PROMISES_AHEAD = timedelta(days=7)
MOST_PROMISES = 6
MOST_TASKS = 6
MOST_COMPLAINTS = 4


@dataclass(frozen=True)
class Beside:
    """What else waits: None where the member may not see it."""

    complaints: list[dict[str, Any]]
    has_more_complaints: bool
    tasks: list[task_queries.Line]
    has_more_tasks: bool
    promises: list[ActionItem]
    has_more_promises: bool
    reviews_due: int
    quarter: str
    is_mine: bool
    unmatched: int | None
    stuck: int | None


def beside(member: Membership, *, today: date, at: datetime, owner: int | str = "") -> Beside:
    """Complaints, tasks, promises, reviews, tickets and work that wait; `owner` narrows complaints, tasks and promises
    to a member's, reviews to `member`'s.
    """
    owner_id = owner if isinstance(owner, int) else None
    is_mine = owner_id == member.member_id
    year, quarter = quarter_of(today)
    due = review_queries.accounts_in(year, quarter, review_queries.DUE, owner_id if is_mine else None)
    promised = promises(today=today, owner_id=owner_id)
    sees_unmatched, sees_stuck = member.can(Capability.EDIT_ACCOUNTS), member.can(Capability.ADMINISTER)
    complaints = complaint_portraits.waiting(at, owner_id, MOST_COMPLAINTS + 1)
    tasks = list(task_queries.due_tasks(today, member_id=owner_id)[: MOST_TASKS + 1])
    return Beside(
        complaints=complaints[:MOST_COMPLAINTS],
        has_more_complaints=len(complaints) > MOST_COMPLAINTS,
        tasks=task_queries.lines(tasks[:MOST_TASKS]),
        has_more_tasks=len(tasks) > MOST_TASKS,
        promises=promised[:MOST_PROMISES],
        has_more_promises=len(promised) > MOST_PROMISES,
        reviews_due=account_queries.capped_count(due),
        quarter=f"{year}-Q{quarter}",
        is_mine=is_mine,
        unmatched=account_queries.capped_count(integration_queries.unmatched()) if sees_unmatched else None,
        stuck=account_queries.capped_count(outbox_queries.stuck_effects()) if sees_stuck else None,
    )


def promises(*, today: date, owner_id: int | None = None) -> list[ActionItem]:
    """Open QBR actions that are overdue or due within a week, soonest first: at most MOST_PROMISES and one."""
    rows = review_queries.actions().select_related(None).select_related("owner__user", "account")
    due = rows.open().filter(due_on__lte=today + PROMISES_AHEAD)
    if owner_id:
        due = due.filter(Q(owner=owner_id) | Q(owner=None, account__owner=owner_id))
    return list(due.order_by("due_on", "pk")[: MOST_PROMISES + 1])
