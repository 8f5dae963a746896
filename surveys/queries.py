"""What is asked of survey rows: who may be asked, what was answered, what it adds up to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Value

from accounts.models import Account
from surveys import measures, tallies
from surveys.estimates import Score, Tally
from surveys.measures import Measure
from surveys.models import (
    RELATIONAL,
    WAVES,
    Answer,
    Hold,
    Invitation,
    Kind,
    Refusal,
    Silence,
    Survey,
    SurveyInvitationQuerySet,
    SurveyQuerySet,
    SurveySettings,
    Wave,
)
from surveys.tallies import Response, Roll


@dataclass(frozen=True)
class Results:
    """What answers of a period add up to; the response is that of the mails sent in it."""

    score: Score
    counts: dict[int, int]
    response: Response


@dataclass(frozen=True)
class Progress:
    """How far a wave has come."""

    planned: int
    sent: int
    answered: int
    due: int
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


def surveys() -> QuerySet[Survey]:
    """Every survey there was: those in use first, the oldest first."""
    found: QuerySet[Survey] = Survey.objects.order_by(F("retired_at").asc(nulls_first=True), "pk")
    return found


def measure_of(survey: Survey) -> Measure:
    """How its answers are counted; effort as the settings say."""
    is_mean = settings().effort_score == SurveySettings.EffortScore.MEAN
    return measures.measure(survey.kind, survey.points, effort_as_mean=is_mean)


def surveys_for(trigger: str) -> SurveyQuerySet:
    """Surveys that ask when this happens, the oldest first."""
    return Survey.objects.asking().filter(trigger=trigger).order_by("pk")


def holds() -> QuerySet[Hold]:
    """Escalations and disputed renewals: those that are open first, the latest first."""
    found: QuerySet[Hold] = Hold.objects.select_related("account", "begun_by", "ended_by")
    return found.order_by(F("ended_at").desc(nulls_first=True), "-begun_at", "-pk")


def wave_surveys() -> SurveyQuerySet:
    """Surveys of which a wave can be sent, the oldest first."""
    return Survey.objects.asking().filter(trigger__in=WAVES).order_by("pk")


# ------------------------------------------------------------------ what was answered


def answers() -> QuerySet[Answer]:
    """Answers as they stand, newest first."""
    return Answer.objects.select_related("account", "contact").order_by("-answered_at", "-pk")


def answers_of(account: Account) -> QuerySet[Answer]:
    """One account's answers, newest first, with what was asked about."""
    return answers().filter(account=account).select_related("invitation__ticket", "survey")


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
    """When nobody at this account was asked, or reminded, and why; newest first."""
    return Refusal.objects.filter(account=account).select_related("contact", "ticket").order_by("-pk")


# ------------------------------------------------------------------ what it adds up to


def answers_between(
    metric: str, since: datetime, until: datetime, account: Account | None = None
) -> "QuerySet[Answer]":
    """One kind's answers that count, first given in `since` <= time < `until`."""
    found = Answer.objects.counted().filter(metric=metric, answered_at__gte=since, answered_at__lt=until)
    return found.filter(account=account) if account else found


def sent_between(
    metric: str, since: datetime, until: datetime, account: Account | None = None
) -> SurveyInvitationQuerySet:
    """One kind's mails sent in `since` <= time < `until`."""
    found = Invitation.objects.sent().filter(metric=metric, sent_at__gte=since, sent_at__lt=until)
    return found.filter(account=account) if account else found


def silences(*, has_answered: bool | None = None) -> QuerySet[Silence]:
    """Accounts that are asked and do not answer; those that did before, or those that never have."""
    found: QuerySet[Silence] = Silence.objects.select_related("account")
    return found if has_answered is None else found.filter(answered_at__isnull=not has_answered)


def results(metric: str, since: datetime, until: datetime, account: Account | None = None) -> Results:
    """What answers of one kind come to, of all accounts or of one: NPS about the relationship, the others about events.

    The two are never added up. Effort is told as a share.
    """
    given = _kept_apart(metric, answers_between(metric, since, until, account))
    counts = dict.fromkeys(measures.usual(metric).scale.values, 0) | tallies.values(given)
    sent = tallies.response(_kept_apart(metric, sent_between(metric, since, until, account)), Value(1))
    return Results(_score(metric, given), counts, sent.get(1, Response()))


def score(metric: str, since: datetime, until: datetime) -> Score:
    """The score of `results` alone."""
    return _score(metric, _kept_apart(metric, answers_between(metric, since, until)))


def _score(metric: str, given: QuerySet[Answer]) -> Score:
    measure = measures.usual(metric)
    return measure.score(tallies.tallies(given, measure, Roll.ANSWERS, Value(1)).get(1, Tally()))


def _kept_apart(metric: str, rows: QuerySet[Any]) -> QuerySet[Any]:
    of = {"survey__trigger__in": RELATIONAL}
    return rows.filter(**of) if metric == Kind.NPS else rows.exclude(**of)


def refusals_by_reason(refusals: QuerySet[Refusal]) -> dict[str, int]:
    """How often each reason kept us from asking, most frequent first."""
    return dict(refusals.values_list("reason").annotate(times=Count("pk")).order_by("-times", "reason"))


def waves() -> QuerySet[Wave]:
    """Waves, newest first, with the number of mails `sent` and of `answered` ones."""
    found: QuerySet[Wave] = Wave.objects.select_related("by").order_by("-pk")
    return found.annotate(sent=Count("invitations__sent_at"), answered=Count("invitations__answers"))


def wave_progress(wave: Wave, at: datetime) -> Progress:
    """What became of everybody the wave was for; mails that are `due` are on their way."""
    counts = (
        Invitation.objects.standing()
        .filter(wave=wave)
        .aggregate(
            planned=Count("pk"),
            sent=Count("sent_at"),
            answered=Count("answers"),
            due=Count("pk", filter=Q(sent_at=None, send_at__lte=at)),
        )
    )
    return Progress(**counts, refused=refusals_by_reason(refusals_in(wave)))


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
    found = Refusal.objects.filter(wave=wave, is_reminder=False).select_related("account", "contact")
    return found.order_by("reason", "account__name", "pk")
