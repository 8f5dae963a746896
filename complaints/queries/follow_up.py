"""Follow-ups of bad answers, and how well they are kept."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, F, Q

from accounts.models import Account
from complaints.models import FollowUp, FollowUpQuerySet
from lib.intervals import Interval, wilson

NOT_REACHED = FollowUp.Outcome.NOT_REACHED


def follow_ups() -> FollowUpQuerySet:
    """Every one with what a line shows."""
    related = ("account", "answer__contact", "task__assignee__user", "task__done_by", "spoke_with", "told_by")
    return FollowUp.objects.select_related(*related)


def in_order(pks: list[int]) -> list[FollowUp]:
    """These, as they are named."""
    found = follow_ups().in_bulk(pks)
    return [found[pk] for pk in pks if pk in found]


def follow_ups_of(account: Account) -> FollowUpQuerySet:
    return follow_ups().filter(account=account).order_by("-pk")


def of_answers(answer_ids: Collection[int]) -> dict[int, FollowUp]:
    """What became of these answers, by the answer's id."""
    found = FollowUp.objects.filter(answer__in=answer_ids)
    related = ("task__assignee__user", "task__done_by", "spoke_with", "told_by")
    return {one.answer_id: one for one in found.select_related(*related)}


@dataclass(frozen=True)
class Kept:
    """How bad answers of a period were followed up. What is not yet due, and not done, says nothing yet."""

    opened: int
    done: int
    in_time: int
    dropped: int
    late: int  # open, and overdue
    hours: float | None  # median, from the answer to the conversation; of those who were reached

    @property
    def due(self) -> int:
        """Those of which it is known whether they were done in time."""
        return self.done + self.dropped + self.late

    @property
    def rate(self) -> float | None:
        return self.in_time / self.due if self.due else None

    @property
    def interval(self) -> Interval:
        return wilson(self.in_time, self.due)


def kept(found: FollowUpQuerySet, at: datetime) -> Kept:
    """What these add up to."""
    is_open = Q(task__done_at=None, task__dropped_at=None)
    reached = Q(task__done_at__isnull=False) & ~Q(outcome=NOT_REACHED)
    row = found.order_by().aggregate(
        opened=Count("pk"),
        done=Count("pk", filter=Q(task__done_at__isnull=False)),
        in_time=Count("pk", filter=Q(task__done_at__lte=F("due_at"))),
        dropped=Count("pk", filter=Q(task__dropped_at__isnull=False)),
        late=Count("pk", filter=is_open & Q(due_at__lt=at)),
        waits=ArrayAgg(F("task__done_at") - F("opened_at"), filter=reached, default=None),
    )
    return Kept(**{name: row[name] for name in ("opened", "done", "in_time", "dropped", "late")}, hours=_median(row))


def _median(row: dict[str, list[timedelta] | None]) -> float | None:
    waits = sorted(row["waits"] or [])
    if not waits:
        return None
    middle = len(waits) // 2
    wait = waits[middle] if len(waits) % 2 else (waits[middle - 1] + waits[middle]) / 2
    return wait.total_seconds() / 3600
