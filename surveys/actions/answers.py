"""Answers: what a customer said, and says after thinking again."""

from datetime import UTC, date, datetime, time

from django.db import transaction
from django.db.models.functions import Coalesce

from accounts.actions import metrics
from accounts.actions.facts import record_fact
from accounts.actions.metrics import Reading
from accounts.models import Account, Metric
from lib.time import DAY, day_of
from surveys import queries, scores
from surveys.models import Answer, AnswerRevision, Invitation, Kind


class SurveyClosed(Exception):
    """The time to answer, or to change an answer, is over."""


class OffScale(Exception):
    """The value is none of those asked for."""


@transaction.atomic
def answer(*, invitation: Invitation, value: int, comment: str, at: datetime) -> Answer:
    """Store the answer, or change it and keep the earlier version. Raises SurveyClosed, OffScale.

    The same value and comment again change nothing. Answers to one invitation are taken one after the other.
    """
    invitation = (
        Invitation.objects.select_for_update(of=("self",)).select_related("account", "contact").get(pk=invitation.pk)
    )
    if not invitation.is_open(at):
        raise SurveyClosed
    if value not in scores.values(invitation.metric):
        raise OffScale(value)
    given = queries.answer_to(invitation)
    if given is None:
        given = _create(invitation, value, comment, at)
    elif (given.value, given.comment) == (value, comment):
        return given
    else:
        _change(given, value, comment, at)
    count_day(account=invitation.account, metric=given.metric, day=day_of(given.answered_at), at=at)
    _record(invitation, given, at)
    return given


def _create(invitation: Invitation, value: int, comment: str, at: datetime) -> Answer:
    created: Answer = Answer.objects.create(
        survey_id=invitation.survey_id,
        invitation=invitation,
        account=invitation.account,
        contact=invitation.contact,
        metric=invitation.metric,
        value=value,
        scale_max=scores.values(invitation.metric)[-1],
        comment=comment,
        answered_at=at,
    )
    return created


def _change(given: Answer, value: int, comment: str, at: datetime) -> None:
    AnswerRevision.objects.create(
        answer=given, value=given.value, comment=given.comment, at=given.changed_at or given.answered_at
    )
    given.value, given.comment, given.changed_at = value, comment, at
    given.save(update_fields=["value", "comment", "changed_at"])


def metric_of(survey: str) -> Metric:
    """The metric of 0 to 100 that a survey's answers are counted under."""
    return metrics.define_metric(key=survey, name=str(Kind(survey).label), kind=Metric.Kind.RATING)


@transaction.atomic
def count_day(*, account: Account, metric: str, day: date, at: datetime) -> None:
    """Write the metric row of one account and day anew from its answers, so that a changed one counts once.

    The account's row is locked: answers of two of its people on one day are counted one after the other.
    """
    Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    start = datetime.combine(day, time.min, tzinfo=UTC)
    given = queries.answers_between(metric, start, start + DAY, account)
    latest = given.order_by(Coalesce("changed_at", "answered_at"), "pk").values_list("value", flat=True)
    ratings = [scores.rating(metric, value) for value in latest]
    reading = Reading(account.pk, metric_of(metric).pk, day, len(ratings), sum(ratings), ratings[-1])
    metrics.upsert_readings(readings=[reading], at=at)


def _record(invitation: Invitation, given: Answer, at: datetime) -> None:
    contact = invitation.contact
    record_fact(
        account=invitation.account,
        kind="survey.answered",
        at=at,
        answer_id=given.pk,
        invitation_id=invitation.pk,
        contact_id=contact.pk,
        contact_name=str(contact),
        contact_role=contact.role,
        metric=given.metric,
        value=given.value,
        scale_max=given.scale_max,
        is_bad=scores.is_bad(given.metric, given.value),
        is_change=given.changed_at is not None,
        comment=given.comment,
    )
