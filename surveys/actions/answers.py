"""Answers: what a customer said, and says after thinking again."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Coalesce

from accounts.actions import metrics
from accounts.actions.facts import NewFact, record_facts
from accounts.actions.metrics import Reading
from accounts.models import Account, Metric
from lib.inserting import insert
from lib.time import DAY, day_of
from outbox import actions as outbox_actions
from outbox.registry import handlers
from surveys.models import RELATIONAL, Answer, AnswerRevision, Invitation, Kind, Question, Survey
from surveys.scales import Scale, around, scale, scale_of
from workspaces import actions as workspace_actions
from workspaces.models import User
from workspaces.secrets import digest

LATE = timedelta(days=30)  # so long after the time to answer is over a first answer is still taken, and marked
TELL = "surveys.tell_answer"
Replies = Mapping[str, Any]
Said = dict[str, Any]


class SurveyClosed(Exception):
    """The time to answer, or to change an answer, is over."""


class OffScale(Exception):
    """The value is none of those asked for."""

    def __init__(self, value: int, scale: Scale) -> None:
        super().__init__(f"{value} is not on the scale from {scale.low} to {scale.high}")
        self.scale = scale


class NotDoubtful(Exception):
    """Nothing suggests that a machine gave the answer, or it was cleared before."""


def take(*, token: str, value: int, comment: str, at: datetime) -> bool:
    """Store the usual answer in one statement, as `answer` does: the first, in time, without doubt, by a link's secret.

    False: it is none, for whatever reason, and nothing was stored. No workspace need be entered.
    """
    queue = handlers[TELL].queue
    with connection.cursor() as cursor:
        cursor.execute(
            "select surveys_take_answer(%s, %s, %s, %s, %s::text[], %s::int[], %s::int[], %s, %s)",
            [digest(token), value, comment, at, *around(value), TELL, queue],
        )
        is_taken = cursor.fetchone()[0] is not None
    if is_taken:
        outbox_actions.ring_on_commit(queue)
    return is_taken


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
    is no more than noted where an answer without one stands. One of several first answers is the first, by the
    constraint; the others are changes, one after the other. What follows from an answer is a work of its own. Nothing
    is written before anything is raised, so no savepoint is needed in the transaction of the entered workspace.
    """
    asked = scale_of(invitation.metric, invitation.survey.points)
    if value not in asked.values:
        raise OffScale(value, asked)
    said = {"value": value, "comment": comment, "replies": _fitting(invitation.survey, value, replies or {})}
    return _first(invitation, said, asked, doubt, at) or _again(invitation, said, doubt, at)


def _first(invitation: Invitation, said: Said, asked: Scale, doubt: str, at: datetime) -> Answer | None:
    """None: there is an answer already."""
    if at >= invitation.expires_at + LATE:
        raise SurveyClosed
    row = {
        "survey_id": invitation.survey_id,
        "invitation_id": invitation.pk,
        "account_id": invitation.account_id,
        "contact_id": invitation.contact_id,
        "metric": invitation.metric,
        "scale_max": asked.high,
        "answered_at": at,
        "is_late": not invitation.is_open(at),
        "doubt": doubt,
        "version": 0 if doubt else 1,
        **said,
    }
    ids = insert(Answer, [row], ignore_conflicts=True)
    if not ids:
        return None
    given = Answer(pk=ids[0], **row)
    if given.is_counted:
        _have_told(given, at)
    return given


def _again(invitation: Invitation, said: Said, doubt: str, at: datetime) -> Answer:
    given: Answer = Answer.objects.select_for_update(of=("self",)).get(invitation=invitation.pk)
    if not invitation.is_open(at):
        raise SurveyClosed
    if _says(given) == said and (given.is_counted or doubt):
        return given
    if doubt and given.is_counted:
        AnswerRevision.objects.create(answer=given, **said, doubt=doubt, at=at)
        return given
    _change(given, said, doubt, at)
    if given.is_counted:
        _have_told(given, at)
    return given


def _fitting(survey: Survey, value: int, replies: Replies) -> dict[str, Any]:
    """The replies to questions that are asked for this value, as far as they fit; an empty one is none."""
    questions = Question.objects.in_use().filter(survey=survey).order_by("place", "pk") if replies else ()
    found = {str(one.pk): _reply(one, replies.get(str(one.pk))) for one in questions if one.is_for(value)}
    return {pk: said for pk, said in found.items() if said}


def _reply(question: Question, said: Any) -> str | list[str]:
    if question.kind == Question.Kind.TEXT:
        return said if isinstance(said, str) else ""
    if question.kind == Question.Kind.SINGLE:
        return said if said in question.choices else ""
    return [choice for choice in question.choices if isinstance(said, list) and choice in said]


def _says(given: Answer) -> Said:
    return {"value": given.value, "comment": given.comment, "replies": given.replies}


def _change(given: Answer, said: Said, doubt: str, at: datetime) -> None:
    version = given.version if given.is_counted else 0
    AnswerRevision.objects.create(
        answer=given, **_says(given), at=given.changed_at or given.answered_at, version=version
    )
    for name, part in said.items():
        setattr(given, name, part)
    given.changed_at, given.doubt = at, doubt
    given.version += given.is_counted
    given.save(update_fields=[*said, "changed_at", "doubt", "version"])


@transaction.atomic
def clear_doubt(*, answer: Answer, at: datetime, by: User | None) -> Answer:
    """A person says that a person gave it: it counts from now on, on the day it was given. Raises NotDoubtful."""
    given = Answer.objects.doubtful().select_for_update(of=("self",)).filter(pk=answer.pk).first()
    if given is None:
        raise NotDoubtful
    given.cleared_at, given.cleared_by = at, by
    given.version += 1
    given.save(update_fields=["cleared_at", "cleared_by", "version"])
    workspace_actions.record(kind="answer.cleared", subject=f"#{given.pk}", at=at, by=by, detail={"doubt": given.doubt})
    _have_told(given, at)
    return given


# ------------------------------------------------------------------ what follows
def _have_told(given: Answer, at: datetime) -> None:
    outbox_actions.enqueue(kind=TELL, key=f"{given.pk}:{given.version}", payload={"answer_id": given.pk}, at=at)


@transaction.atomic
def tell(*, answer_id: int, at: datetime) -> None:
    """Count an answer on its day, and tell the timeline of those of its versions that it does not know, in order."""
    found = Answer.objects.select_for_update(of=("self",)).filter(pk=answer_id, version__gt=F("told"))
    given = found.select_related("account", "contact", "survey", "invitation").first()
    if given is None:
        return  # a later version was faster and told of this one, too; or nothing is kept of it any more
    count_day(account=given.account, survey=given.survey, day=day_of(given.answered_at), at=at)
    earlier = AnswerRevision.objects.filter(answer=given, version__gt=given.told).order_by("version")
    record_facts(facts=[_fact(given, version) for version in [*earlier, given]], at=at)
    given.told = given.version
    given.save(update_fields=["told"])


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


def _fact(given: Answer, version: Answer | AnswerRevision) -> NewFact:
    contact = given.contact
    since, is_change = _since(given, version)
    data = {
        "answer_id": given.pk,
        "invitation_id": given.invitation_id,
        "contact_id": contact.pk,
        "contact_name": str(contact),
        "contact_role": contact.role,
        "metric": given.metric,
        "value": version.value,
        "scale_max": given.scale_max,
        "is_bad": scale(given.metric, given.scale_max).is_bad(version.value),
        "is_change": is_change,
        "comment": version.comment,
        "survey_id": given.survey_id,
        "is_relational": given.survey.is_relational,
        "language": given.invitation.language,
    }
    return NewFact(given.account_id, "survey.answered", since, data)


def _since(given: Answer, version: Answer | AnswerRevision) -> tuple[datetime, bool]:
    """Since when a version counts, and whether it is a change of what was said before."""
    if isinstance(version, AnswerRevision):
        return version.at, version.version > 1 or version.at > given.answered_at
    moments = (version.answered_at, version.changed_at, version.cleared_at)
    return max(one for one in moments if one), version.changed_at is not None
