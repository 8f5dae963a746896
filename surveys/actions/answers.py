"""Answers: what a customer said, and says after thinking again."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models.functions import Coalesce

from accounts.actions import metrics
from accounts.actions.facts import record_fact
from accounts.actions.metrics import Reading
from accounts.models import Account, Metric
from lib.time import DAY, day_of
from surveys import queries
from surveys.models import RELATIONAL, Answer, AnswerRevision, Invitation, Kind, Question, Survey
from surveys.scales import Scale, scale, scale_of
from workspaces import actions as workspace_actions
from workspaces.models import User

LATE = timedelta(days=30)  # so long after the time to answer is over a first answer is still taken, and marked
Replies = Mapping[str, Any]


class SurveyClosed(Exception):
    """The time to answer, or to change an answer, is over."""


class OffScale(Exception):
    """The value is none of those asked for."""

    def __init__(self, value: int, scale: Scale) -> None:
        super().__init__(f"{value} is not on the scale from {scale.low} to {scale.high}")
        self.scale = scale


class NotDoubtful(Exception):
    """Nothing suggests that a machine gave the answer, or it was cleared before."""


@transaction.atomic
def answer(
    *,
    invitation: Invitation,
    value: int,
    comment: str,
    at: datetime,
    replies: Replies | None = None,
    doubt: str = "",
) -> Answer:
    """Store the answer, or change it and keep the earlier version. Raises SurveyClosed, OffScale.

    Of `replies`, by the questions' ids, those are kept that were asked for this value. The same again changes nothing.
    A first answer that is late is taken and marked; a change is not. With a `doubt` it counts when it is cleared, and
    is no more than noted where an answer without one stands. Answers to one invitation are taken one after the other.
    """
    invitation = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("account", "contact", "survey")
        .get(pk=invitation.pk)
    )
    asked = scale_of(invitation.metric, invitation.survey.points)
    if value not in asked.values:
        raise OffScale(value, asked)
    given = queries.answer_to(invitation)
    _refuse_if_closed(invitation, given, at)
    said = {"value": value, "comment": comment, "replies": _fitting(invitation.survey, value, replies or {})}
    if given is None:
        given = _create(invitation, said, asked, doubt, at)
    elif _says(given) == said and (given.is_counted or doubt):
        return given
    elif doubt and given.is_counted:
        AnswerRevision.objects.create(answer=given, **said, doubt=doubt, at=at)
        return given
    else:
        _change(given, said, doubt, at)
    if given.is_counted:
        _count(invitation, given, at)
    return given


def _refuse_if_closed(invitation: Invitation, given: Answer | None, at: datetime) -> None:
    until = invitation.expires_at if given else invitation.expires_at + LATE
    if at >= until:
        raise SurveyClosed


def _fitting(survey: Survey, value: int, replies: Replies) -> dict[str, Any]:
    """The replies to questions that are asked for this value, as far as they fit; an empty one is none."""
    questions = Question.objects.in_use().filter(survey=survey).order_by("place", "pk")
    found = {str(one.pk): _reply(one, replies.get(str(one.pk))) for one in questions if one.is_for(value)}
    return {pk: said for pk, said in found.items() if said}


def _reply(question: Question, said: Any) -> str | list[str]:
    if question.kind == Question.Kind.TEXT:
        return said if isinstance(said, str) else ""
    if question.kind == Question.Kind.SINGLE:
        return said if said in question.choices else ""
    return [choice for choice in question.choices if isinstance(said, list) and choice in said]


def _says(given: Answer) -> dict[str, Any]:
    return {"value": given.value, "comment": given.comment, "replies": given.replies}


def _create(invitation: Invitation, said: dict[str, Any], asked: Scale, doubt: str, at: datetime) -> Answer:
    created: Answer = Answer.objects.create(
        survey=invitation.survey,
        invitation=invitation,
        account=invitation.account,
        contact=invitation.contact,
        metric=invitation.metric,
        scale_max=asked.high,
        answered_at=at,
        is_late=not invitation.is_open(at),
        doubt=doubt,
        **said,
    )
    return created


def _change(given: Answer, said: dict[str, Any], doubt: str, at: datetime) -> None:
    AnswerRevision.objects.create(answer=given, **_says(given), at=given.changed_at or given.answered_at)
    for name, part in said.items():
        setattr(given, name, part)
    given.changed_at, given.doubt = at, doubt
    given.save(update_fields=[*said, "changed_at", "doubt"])


@transaction.atomic
def clear_doubt(*, answer: Answer, at: datetime, by: User | None) -> Answer:
    """A person says that a person gave it: it counts from now on, on the day it was given. Raises NotDoubtful."""
    found = Answer.objects.doubtful().select_for_update(of=("self",)).select_related("account").filter(pk=answer.pk)
    given = found.first()
    if given is None:
        raise NotDoubtful
    given.cleared_at, given.cleared_by = at, by
    given.save(update_fields=["cleared_at", "cleared_by"])
    workspace_actions.record(kind="answer.cleared", subject=f"#{given.pk}", at=at, by=by, detail={"doubt": given.doubt})
    _count(Invitation.objects.select_related("account", "contact", "survey").get(pk=given.invitation_id), given, at)
    return given


# ------------------------------------------------------------------ what follows
def _count(invitation: Invitation, given: Answer, at: datetime) -> None:
    count_day(account=invitation.account, survey=invitation.survey, day=day_of(given.answered_at), at=at)
    _record(invitation, given, at)


def metric_key(kind: str, *, is_relational: bool) -> str:
    """The metric that answers are counted under. What is asked after an event, and what about the relationship as a
    whole, are two: NPS is usually the latter, CSAT and CES the former, and the other is named.
    """
    usual = kind == Kind.NPS
    if is_relational == usual:
        return kind
    return f"{kind}_relational" if is_relational else f"{kind}_transactional"


def metric_of(kind: str, *, is_relational: bool | None = None) -> Metric:
    """The metric of 0 to 100 that a kind's answers are counted under; by default the usual one of the kind."""
    key = metric_key(kind, is_relational=kind == Kind.NPS if is_relational is None else is_relational)
    return metrics.define_metric(key=key, name=str(Kind(kind).label), kind=Metric.Kind.RATING)


@transaction.atomic
def count_day(*, account: Account, survey: Survey, day: date, at: datetime) -> None:
    """Write the metric row of one account and day anew from its answers, so that a changed one counts once.

    The account's row is locked: answers of two of its people on one day are counted one after the other.
    """
    Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    start = datetime.combine(day, time.min, tzinfo=UTC)
    given = Answer.objects.counted().filter(
        account=account, metric=survey.kind, answered_at__gte=start, answered_at__lt=start + DAY
    )
    of_nature = Survey.objects.filter(trigger__in=RELATIONAL)
    same = given.filter(survey__in=of_nature) if survey.is_relational else given.exclude(survey__in=of_nature)
    latest = same.order_by(Coalesce("changed_at", "answered_at"), "pk").values_list("value", "scale_max")
    ratings = [scale(survey.kind, high).rating(value) for value, high in latest]
    metric = metric_of(survey.kind, is_relational=survey.is_relational)
    reading = Reading(account.pk, metric.pk, day, len(ratings), sum(ratings), ratings[-1])
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
        is_bad=scale(given.metric, given.scale_max).is_bad(given.value),
        is_change=given.changed_at is not None,
        comment=given.comment,
        survey_id=given.survey_id,
        is_relational=invitation.survey.is_relational,
        language=invitation.language,
    )
