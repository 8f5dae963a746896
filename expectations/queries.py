"""What pages ask about what customers may expect."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, F, Q

from accounts import queries as account_queries
from accounts.models import Account, ContactQuerySet
from expectations.models import Acknowledgement, AcknowledgementQuerySet, Expectation, ExpectationQuerySet

OUTCOME = Expectation.Outcome
MOST_LINKS = 10


@dataclass(frozen=True)
class Record:
    """How words were followed by deeds."""

    kept: int
    broken: int
    changed: int
    open: int
    overdue: int

    @property
    def due(self) -> int:
        """What had to be done by now: kept, broken, or open and overdue. A change that was agreed counts no way."""
        return self.kept + self.broken + self.overdue

    @property
    def say_do(self) -> float | None:
        """The share kept of what was due, 0..1; None while nothing was due."""
        return self.kept / self.due if self.due else None


def expectations() -> ExpectationQuerySet:
    """All of them with what a line shows, the first due first."""
    related = ("account__owner__user", "contract", "made_by", "explained_by", "explained_to", "settled_by")
    return Expectation.objects.select_related(*related).order_by(F("due_on").asc(nulls_last=True), "pk")


def expectations_of(account: Account) -> ExpectationQuerySet:
    """The account's, open ones first, the first due first; then settled ones, newest first."""
    found = expectations().filter(account=account)
    return found.order_by(F("settled_at").desc(nulls_first=True), F("due_on").asc(nulls_last=True), "pk")


def waiting(day: date, *, owner_id: int | None = None) -> ExpectationQuerySet:
    """Open ones with a date, of one owner's accounts if told, the most overdue first."""
    found = expectations().filter(settled_at=None, due_on__isnull=False)
    return found.filter(account__owner=owner_id) if owner_id else found


def record(day: date, account: Account | None = None) -> Record:
    """Counts of one account's, or of the whole workspace's."""
    found = Expectation.objects.filter(account=account) if account else Expectation.objects.all()
    is_open = Q(settled_at=None)
    counted = found.aggregate(
        kept=Count("pk", filter=Q(outcome=OUTCOME.KEPT)),
        broken=Count("pk", filter=Q(outcome=OUTCOME.BROKEN)),
        changed=Count("pk", filter=Q(outcome=OUTCOME.CHANGED)),
        open=Count("pk", filter=is_open),
        overdue=Count("pk", filter=is_open & Q(due_on__lt=day)),
    )
    return Record(**counted)


def links_of(account: Account) -> AcknowledgementQuerySet:
    """The newest links of an account."""
    found = Acknowledgement.objects.filter(account=account).select_related("contact", "created_by")
    return found.order_by("-pk")[:MOST_LINKS]


def links() -> AcknowledgementQuerySet:
    """Every link that asks a customer to acknowledge something."""
    return Acknowledgement.objects.select_related("account", "created_by")


def opened_link(link_id: int, at: datetime) -> Acknowledgement | None:
    """A link that still works, with whose it is."""
    return Acknowledgement.objects.usable(at).select_related("account", "contact").filter(pk=link_id).first()


def asked(link: Acknowledgement) -> ExpectationQuerySet:
    """What the link asks about, in the order it was written down."""
    return Expectation.objects.filter(account=link.account, pk__in=link.expectation_ids).order_by("pk")


def askable(account: Account) -> ContactQuerySet:
    """Who of the account's can get a mail with a link."""
    return account_queries.contacts_of(account).present().exclude(email="")


def open_ids(account: Account, ids: Iterable[int]) -> list[int]:
    """Which of `ids` are open expectations of the account."""
    return list(
        Expectation.objects.open().filter(account=account, pk__in=ids).order_by("pk").values_list("pk", flat=True)
    )
