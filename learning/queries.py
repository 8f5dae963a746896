"""What pages and API ask about content and who learned from it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Count, F, QuerySet
from django.db.models.functions import Lower

from accounts import queries as account_queries
from accounts.models import Account, Contact, Metric
from learning.models import Completion, CompletionQuerySet, ContentItem, ContentItemQuerySet

# Numbers that others write: nothing that a customer could learn to use.
NO_FEATURES = ("csat", "nps", "tickets_opened", "touchpoints_two_way", "touchpoints_one_way")
MOST_PEOPLE, MOST_COMPLETIONS, MOST_NEXT, MOST_NAMED = 100, 300, 3, 3


def items() -> ContentItemQuerySet:
    """Every item with `people` who started it and how many of them `completed`; those in use first, by title."""
    counted = ContentItem.objects.annotate(people=Count("completions"), completed=Count("completions__completed_at"))
    return counted.select_related("metric").order_by(F("retired_at").desc(nulls_first=True), Lower("title"), "pk")


def items_offered() -> ContentItemQuerySet:
    """What can be sent now, by title."""
    return ContentItem.objects.in_use().order_by(Lower("title"), "pk")


def features() -> QuerySet[Metric]:
    """The metrics that content can teach, by name."""
    found: QuerySet[Metric] = Metric.objects.exclude(key__in=NO_FEATURES)
    return found.order_by(Lower("name"), "pk")


def completions() -> CompletionQuerySet:
    """Who started what, with whom and what it is, the newest first."""
    return Completion.objects.select_related("item", "account", "contact").order_by("-pk")


@dataclass(frozen=True)
class Learner:
    """One person of an account, and what they completed and began, the newest first."""

    contact: Contact
    completed: list[ContentItem] = field(default_factory=list)
    begun: list[ContentItem] = field(default_factory=list)


@dataclass(frozen=True)
class Suggestion:
    """An item that nobody of the account has started: for how many of its people it is, and some of their names."""

    item: ContentItem
    people: int
    names: list[str]

    @property
    def more(self) -> int:
        return self.people - len(self.names)


@dataclass(frozen=True)
class Learning:
    """What an account's people learned, and what to send next."""

    learners: list[Learner]
    suggestions: list[Suggestion]
    items: list[ContentItem]
    people: list[Contact]
    completed: int
    begun: int

    @property
    def most_wanted(self) -> list[Suggestion]:
        return self.suggestions[:MOST_NEXT]


def learning_of(account: Account) -> Learning:
    """In four queries; of very many completions the newest."""
    there = completions().filter(account=account).select_related(None).select_related("item", "contact")
    told = list(there[:MOST_COMPLETIONS])
    people = list(account_queries.contacts_of(account).present()[:MOST_PEOPLE])
    offered = list(items_offered().select_related("metric"))
    started = set(Completion.objects.filter(account=account).values_list("item_id", flat=True).distinct())
    return Learning(
        learners=_learners(told),
        suggestions=_suggestions((item for item in offered if item.pk not in started), people),
        items=offered,
        people=people,
        completed=sum(one.completed_at is not None for one in told),
        begun=sum(one.completed_at is None for one in told),
    )


def _learners(told: Iterable[Completion]) -> list[Learner]:
    learners: dict[int, Learner] = {}
    for one in told:
        learner = learners.setdefault(one.contact_id, Learner(one.contact))
        (learner.begun if one.completed_at is None else learner.completed).append(one.item)
    return list(learners.values())


def _suggestions(items: Iterable[ContentItem], people: Sequence[Contact]) -> list[Suggestion]:
    """What most of them could use comes first, then what takes less time."""
    found = []
    for item in items:
        names = [str(person) for person in people if item.is_for(person.role)]
        if names:
            found.append(Suggestion(item, len(names), names[:MOST_NAMED]))
    return sorted(found, key=lambda one: (-one.people, one.item.minutes or 10**6, one.item.pk))
