"""What is asked of survey rows: who may be asked, what was answered, what it adds up to."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, TruncMonth, TruncWeek

from accounts import queries as account_queries
from accounts.models import Account, Contact, Ticket
from accounts.stages import CUSTOMER, Stage
from lib.addresses import domain_of
from segments import queries as segment_queries
from surveys import gate, scores
from surveys.gate import Candidate, House
from surveys.models import Answer, Invitation, Kind, Refusal, Survey, SurveyInvitationQuerySet, SurveySettings, Wave
from workspaces.queries import members

Judged = tuple[Contact, "gate.Reason | None"]


@dataclass(frozen=True)
class Results:
    """What one survey's answers of a period add up to; the response is that of the mails sent in it."""

    score: scores.Score
    counts: dict[int, int]
    sent: int
    answered: int

    @property
    def response_rate(self) -> float | None:
        return self.answered / self.sent if self.sent else None


@dataclass(frozen=True)
class Month:
    """One month, or week, of a trend, by its first day."""

    first: date
    score: scores.Score
    counts: dict[int, int]


@dataclass(frozen=True)
class Progress:
    """How far a wave has come."""

    planned: int
    sent: int
    answered: int
    refused: dict[str, int]

    @property
    def waiting(self) -> int:
        return self.planned - self.sent

    @property
    def not_asked(self) -> int:
        return sum(self.refused.values())


# ------------------------------------------------------------------ who may be asked


def settings() -> SurveySettings:
    """The workspace's settings: the defaults, unsaved, until somebody changes one."""
    return SurveySettings.objects.order_by("pk").first() or SurveySettings()


def first_survey(kind: str) -> Survey:
    """The oldest survey of a kind that is in use."""
    found: Survey = Survey.objects.in_use().filter(kind=kind).order_by("pk")[0]
    return found


def house() -> House:
    """What the gate needs to know about the entered workspace."""
    ours = settings()
    addresses = frozenset(email.lower() for email in members().values_list("user__email", flat=True))
    return House(
        is_on=ours.is_on,
        quiet=timedelta(days=ours.quiet_days),
        nps_quiet=timedelta(days=first_survey(Kind.NPS).quiet_days),
        staff_addresses=addresses,
        staff_domains=frozenset(map(domain_of, addresses)),
    )


def candidates(contacts: Iterable[Contact], asked: Collection[int] = ()) -> dict[int, Candidate]:
    """The contacts as the gate sees them, by id; `asked` are the ids of those asked about this before."""
    people = {contact.pk: contact for contact in contacts}
    went_out = Coalesce("sent_at", "send_at")
    rows = (
        Invitation.objects.standing()
        .filter(contact_id__in=people)
        .values("contact_id")
        .annotate(last=Max(went_out), last_nps=Max(went_out, filter=Q(metric=Kind.NPS)))
        .order_by("contact_id")
    )
    last = {row["contact_id"]: (row["last"], row["last_nps"]) for row in rows}
    return {
        pk: Candidate(
            email=contact.email,
            is_opted_out=contact.opted_out,
            has_left=contact.left_at is not None,
            is_asked_about_this=pk in asked,
            last_asked_at=last.get(pk, (None, None))[0],
            last_nps_at=last.get(pk, (None, None))[1],
        )
        for pk, contact in people.items()
    }


def is_asked_about(ticket: Ticket, episode: int) -> bool:
    """Whether anybody was asked about this closing of the ticket."""
    return Invitation.objects.filter(ticket=ticket, episode=episode).exists()


def audience(account_ids: Collection[int], roles: Collection[str]) -> QuerySet[Contact]:
    """The people a wave is for: in these roles, still with these accounts."""
    return (
        Contact.objects.present()
        .filter(account_id__in=account_ids, role__in=roles)
        .select_related("account")
        .order_by("account__name", "pk")
    )


def judge(contacts: Iterable[Contact], at: datetime) -> list[Judged]:
    """Each person with the reason not to ask them now about the relationship, or None."""
    people, ours = list(contacts), house()
    seen = candidates(people)
    return [(person, gate.refusal(seen[person.pk], ours, Kind.NPS, at)) for person in people]


def choosable_accounts(
    stage: str = "", owner_id: int | None = None, words: str = "", segment_id: int | None = None
) -> QuerySet[Account]:
    """Accounts a wave can be sent to, by name: present customers, unless a stage is named (`any`: all)."""
    stages = CUSTOMER if not stage else Stage.values if stage == "any" else [stage]
    ids = segment_queries.member_ids(segment_id) if segment_id else None
    found = account_queries.matching(account_queries.Filter(words=words, owner=owner_id or "", ids=ids))
    return found.filter(stage__in=stages).select_related("owner__user").order_by("name", "pk")


# ------------------------------------------------------------------ what was answered


def invitation(pk: int) -> Invitation:
    """An invitation with all that its page shows."""
    return Invitation.objects.select_related("account", "contact", "ticket").get(pk=pk)


def answer_to(invitation: Invitation) -> Answer | None:
    return Answer.objects.filter(invitation=invitation).first()


def answers() -> QuerySet[Answer]:
    """Answers as they stand, newest first."""
    return Answer.objects.select_related("account", "contact").order_by("-answered_at", "-pk")


def answers_of(account: Account) -> QuerySet[Answer]:
    """One account's answers, newest first, with what was asked about."""
    return answers().filter(account=account).select_related("invitation__ticket")


def waiting_for(account: Account, at: datetime) -> SurveyInvitationQuerySet:
    """Questions to this account that are planned, or sent and can still be answered; newest first."""
    return (
        Invitation.objects.standing()
        .filter(Q(sent_at=None) | Q(expires_at__gt=at), ~Exists(Answer.objects.filter(invitation=OuterRef("pk"))))
        .filter(account=account)
        .select_related("contact", "ticket")
        .order_by("-pk")
    )


def asked_at(account: Account) -> SurveyInvitationQuerySet:
    """Everybody at an account who was or will be asked."""
    return Invitation.objects.standing().filter(account=account)


def refusals_of(account: Account) -> QuerySet[Refusal]:
    """When nobody at this account was asked, and why; newest first."""
    return Refusal.objects.filter(account=account).select_related("contact", "ticket").order_by("-pk")


# ------------------------------------------------------------------ what it adds up to


def answers_between(
    metric: str, since: datetime, until: datetime, account: Account | None = None
) -> "QuerySet[Answer]":
    """One survey's answers first given in `since` <= time < `until`."""
    found = Answer.objects.filter(metric=metric, answered_at__gte=since, answered_at__lt=until)
    return found.filter(account=account) if account else found


def sent_between(
    metric: str, since: datetime, until: datetime, account: Account | None = None
) -> SurveyInvitationQuerySet:
    """One survey's mails sent in `since` <= time < `until`."""
    found = Invitation.objects.sent().filter(metric=metric, sent_at__gte=since, sent_at__lt=until)
    return found.filter(account=account) if account else found


def refusals_between(metric: str, since: datetime, until: datetime) -> QuerySet[Refusal]:
    """When one survey was not sent, in `since` <= time < `until`."""
    return Refusal.objects.filter(metric=metric, at__gte=since, at__lt=until)


def results(metric: str, since: datetime, until: datetime, account: Account | None = None) -> Results:
    """The score, the answers by value and the response of one survey, of all accounts or of one."""
    rows = answers_between(metric, since, until, account).values_list("value").annotate(Count("pk")).order_by("value")
    counts = dict.fromkeys(scores.values(metric), 0) | dict(rows)
    sent = sent_between(metric, since, until, account).aggregate(sent=Count("pk"), answered=Count("answers"))
    return Results(scores.score(metric, counts), counts, sent["sent"], sent["answered"])


def trend(metric: str, since: datetime, until: datetime) -> list[Month]:
    """The score of each month (UTC) from that of `since` to that of `until`; a month without answers has none."""
    return _trend(metric, since, until, TruncMonth, _months(since, until))


def weeks(metric: str, since: datetime, until: datetime) -> list[Month]:
    """`trend` by weeks, which begin on Monday."""
    return _trend(metric, since, until, TruncWeek, _weeks(since, until))


def _trend(
    metric: str, since: datetime, until: datetime, begin: type[TruncMonth | TruncWeek], firsts: Iterable[date]
) -> list[Month]:
    rows = (
        answers_between(metric, since, until)
        .annotate(first=begin("answered_at", tzinfo=UTC))
        .values_list("first", "value")
        .annotate(Count("pk"))
        .order_by("first", "value")
    )
    found: dict[date, dict[int, int]] = {}
    for first, value, count in rows:
        found.setdefault(first.date(), {})[value] = count
    counts = [(first, found.get(first, {})) for first in firsts]
    return [Month(first, scores.score(metric, counted), counted) for first, counted in counts]


def _months(since: datetime, until: datetime) -> list[date]:
    first, last = (moment.astimezone(UTC).date().replace(day=1) for moment in (since, until))
    months = [first]
    while months[-1] < last:
        months.append((months[-1] + timedelta(days=31)).replace(day=1))
    return months


def _weeks(since: datetime, until: datetime) -> list[date]:
    first, last = (moment.astimezone(UTC).date() for moment in (since, until))
    monday = first - timedelta(days=first.weekday())
    return [monday + timedelta(weeks=nth) for nth in range((last - monday).days // 7 + 1)]


def refusals_by_reason(refusals: QuerySet[Refusal]) -> dict[str, int]:
    """How often each reason kept us from asking, most frequent first."""
    return dict(refusals.values_list("reason").annotate(times=Count("pk")).order_by("-times", "reason"))


def waves() -> QuerySet[Wave]:
    """Waves, newest first, with the number of mails `sent` and of `answered` ones."""
    found: QuerySet[Wave] = Wave.objects.select_related("by").order_by("-pk")
    return found.annotate(sent=Count("invitations__sent_at"), answered=Count("invitations__answers"))


def wave_progress(wave: Wave) -> Progress:
    """What became of everybody the wave was for."""
    counts = Invitation.objects.standing().filter(wave=wave).aggregate(
        planned=Count("pk"), sent=Count("sent_at"), answered=Count("answers")
    )  # fmt: skip
    return Progress(**counts, refused=refusals_by_reason(Refusal.objects.filter(wave=wave)))


def invitations_of(wave: Wave) -> SurveyInvitationQuerySet:
    """A wave's mails with their answers' values, by person."""
    return (
        Invitation.objects.standing()
        .filter(wave=wave)
        .select_related("account", "contact")
        .annotate(value=F("answers__value"))
        .order_by("pk")
    )


def refusals_in(wave: Wave) -> QuerySet[Refusal]:
    """Whom a wave did not ask, by reason, then by account."""
    found = Refusal.objects.filter(wave=wave).select_related("account", "contact")
    return found.order_by("reason", "account__name", "pk")
