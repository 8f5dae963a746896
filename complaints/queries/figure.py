"""What complaints add up to: a period, silent others, and how many who complained recommend us later."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, IntegerField, OuterRef, Q, Subquery

from accounts.models import Account
from accounts.stages import CUSTOMER
from complaints.estimate import Asked, Estimate, estimate
from complaints.models import Complaint, ComplaintQuerySet, Peer
from complaints.queries import setting
from lib.intervals import Interval, wilson
from surveys.models import Answer

PROMOTER = 9


@dataclass(frozen=True)
class Period:
    """Complaints opened and closed from one moment to before another; open and overdue at its end."""

    opened: int
    closed: int
    open: int
    overdue: int


def period(since: datetime, until: datetime) -> Period:
    shown = {"opened": "all", "closed": "closed", "open": "open", "overdue": "overdue"}
    counts = {name: Count("pk", filter=within(show, since, until)) for name, show in shown.items()}
    return Period(**Complaint.objects.aggregate(**counts))


def within(show: str, since: datetime, until: datetime) -> Q:
    """What a list shows of a period: those opened in it (`all`) or closed in it, those open or overdue at its end."""
    if show == "all":
        return Q(opened_at__gte=since, opened_at__lt=until)
    if show == "closed":
        return Q(closed_at__gte=since, closed_at__lt=until)
    is_open = Q(opened_at__lt=until) & (Q(closed_at=None) | Q(closed_at__gte=until))
    return is_open & Q(promised_at__lt=until) if show == "overdue" else is_open


# ------------------------------------------------------------------------------------------- silent others
def silent() -> Estimate:
    """How many customers have the trouble of those whose complaints are open, and say nothing.

    What look-alikes said counts whatever has become of the complaint.
    """
    ours = setting.settings()
    present = Complaint.objects.open()
    loud = present.values("account_id")
    replies = (
        Peer.objects.replied()
        .values("complaint_id", "complaint__peer_pool")
        .annotate(replied=Count("pk"), me_too=Count("pk", filter=Q(reply=Peer.Reply.ME_TOO)))
        .order_by("complaint_id")
    )
    asked = [Asked(row["complaint__peer_pool"] or row["replied"], row["replied"], row["me_too"]) for row in replies]
    return estimate(
        prior=ours.silent_prior,
        weight=ours.prior_weight,
        asked=asked,
        complaints=present.aggregate(n=Count("account", distinct=True))["n"],
        others=Account.objects.filter(stage__in=CUSTOMER).exclude(pk__in=loud).count(),
    )


def asked_about() -> ComplaintQuerySet:
    """Complaints of which look-alikes said whether they have the same trouble."""
    return Complaint.objects.filter(pk__in=Peer.objects.replied().values("complaint"))


# ---------------------------------------------------------------------------------------------- conversion
@dataclass(frozen=True)
class Conversion:
    """How many of those who complained, and were asked again after it was closed, would recommend us with 9 or 10."""

    complained: int
    answered: int
    promoters: int

    @property
    def share(self) -> float | None:
        return self.promoters / self.answered if self.answered else None

    @property
    def interval(self) -> Interval:
        return wilson(self.promoters, self.answered)


def complained() -> ComplaintQuerySet:
    """The last closed complaint of each person, with the last NPS they gave after it as `later_nps`, if any."""
    last = Complaint.objects.closed().exclude(contact=None).order_by("contact", "-closed_at", "-pk")
    later = (
        Answer.objects.counted()
        .filter(contact=OuterRef("contact"), metric="nps", answered_at__gt=OuterRef("closed_at"))
        .order_by("-answered_at", "-pk")
        .values("value")[:1]
    )
    found = Complaint.objects.filter(pk__in=last.distinct("contact").values("pk"))
    return found.annotate(later_nps=Subquery(later, output_field=IntegerField()))


def came_round(*, is_promoter: bool) -> ComplaintQuerySet:
    """Those of `complained` who were asked again; of them the promoters alone."""
    return complained().filter(Q(later_nps__gte=PROMOTER) if is_promoter else Q(later_nps__isnull=False))


def conversion() -> Conversion:
    counted = complained().aggregate(
        complained=Count("pk"),
        answered=Count("later_nps"),
        promoters=Count("pk", filter=Q(later_nps__gte=PROMOTER)),
    )
    return Conversion(**counted)
