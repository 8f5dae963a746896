"""Reading playbooks: which there are, where they run, and how they went."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC

from django.db.models import Count, F, Min, Q
from django.db.models.functions import Lower, TruncDate

from accounts.models import Account, Fact
from journeys.models import Play, Playbook, PlaybookQuerySet, PlayQuerySet
from journeys.queries.moves import median
from workspaces.models import Member, User


def playbooks() -> PlaybookQuerySet:
    """Every playbook, those in use first, by name."""
    return Playbook.objects.select_related("segment").order_by(
        F("retired_at").desc(nulls_first=True), Lower("name"), "pk"
    )


def plays() -> PlayQuerySet:
    """Every start of a playbook, with how many of its `tasks` are settled, and the day the `next_on` of them is due."""
    is_open = Q(tasks__done_at=None, tasks__dropped_at=None)
    return Play.objects.select_related("account", "playbook", "started_by", "ended_by").annotate(
        steps=Count("tasks"),
        settled=Count("tasks", filter=~is_open),
        next_on=Min("tasks__due_on", filter=is_open),
    )


def plays_of(account: Account) -> PlayQuerySet:
    """An account's, those that run first, then by when they began, the newest first."""
    found = plays().filter(account=account)
    return found.order_by(F("ended_at").desc(nulls_first=True), "-started_at", "-pk")


def startable(account: Account) -> PlaybookQuerySet:
    """The playbooks in use that do not run on the account."""
    running = Play.objects.running().filter(account=account).values("playbook")
    return playbooks().in_use().exclude(pk__in=running)


def default_assignee(account: Account, by: User | None) -> Member | None:
    """Who does what is to be done for an account: its owner, else whoever asks for it; nobody who has left."""
    people = Member.objects.active().select_related("user")
    owner: Member | None = people.filter(pk=account.owner_id).first() if account.owner_id else None
    return owner or (people.filter(user=by).first() if by else None)


def has_alert(account: Account, alert_id: int) -> bool:
    """Whether the account's timeline knows of this alert."""
    return Fact.objects.filter(account=account, kind="alert.opened", data__alert_id=alert_id).exists()


# ------------------------------------------------------------------------------------------- how they went
@dataclass
class Record:
    """How a playbook went: how often it was started, and what became of it; days of those that were finished."""

    running: int = 0
    finished: int = 0
    dropped: int = 0
    stopped: int = 0
    days: Counter[int] = field(default_factory=Counter)

    @property
    def started(self) -> int:
        return self.running + self.finished + self.dropped + self.stopped

    @property
    def median_days(self) -> float | None:
        return median(self.days)


def records(playbook_ids: Iterable[int]) -> dict[int, Record]:
    """The record of each of these playbooks, in one statement."""
    found: dict[int, Record] = defaultdict(Record)
    began, ended = TruncDate("started_at", tzinfo=UTC), TruncDate("ended_at", tzinfo=UTC)
    of_each = Play.objects.filter(playbook__in=playbook_ids).order_by()
    for row in of_each.values("playbook_id", "ended_how", began=began, ended=ended).annotate(n=Count("pk")):
        record, how = found[row["playbook_id"]], row["ended_how"] or "running"
        setattr(record, how, getattr(record, how) + row["n"])
        if how == Play.Ended.FINISHED:
            record.days[(row["ended"] - row["began"]).days] += row["n"]
    return found
