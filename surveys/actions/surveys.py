"""Surveys: made, changed, switched on and off, retired; and the questions that follow the score."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from lib import changing
from surveys.first_surveys import FIRST
from surveys.models import POINTS, Invitation, Kind, Question, Survey, SurveyVersion
from surveys.scales import scale_of
from workspaces import actions as workspace_actions
from workspaces.models import User

ASKED = ("kind", "points")  # what answers are measured by: no answer may be given on another scale
EDITABLE = (
    "name", *ASKED, "trigger", "stage", "days", "delay_hours", "spread_days", "keeps_hours", "segment_id",
    "persona_ids", "roles", "sample_percent", "quiet_days", "reminder_after_days", "expiry_days",
)  # fmt: skip
LIMITS = {
    "delay_hours": (0, 720),
    "spread_days": (0, 60),
    "sample_percent": (1, 100),
    "quiet_days": (0, 730),
    "reminder_after_days": (1, 60),
    "expiry_days": (1, 90),
}
MOST_QUESTIONS = 10


class NameTaken(Exception):
    """Another survey in use has this name."""


class NoSuchScale(Exception):
    """This question is not asked on a scale of so many points."""


class AlreadyAsked(Exception):
    """Somebody was asked: what is asked, and whether it is about one event, stays. Another survey can ask else."""


class Retired(Exception):
    """The survey is out of use."""


class TooManyQuestions(Exception):
    """There are MOST_QUESTIONS already: nobody answers more."""


class NoChoices(Exception):
    """A question with choices has two at least, no two of them the same; a text has none."""


class HalfTold(Exception):
    """In this language the question has no wording, or not a choice for each of its own, all different."""


class AskedNoMore(Exception):
    """The question was replaced or retired before."""


class OffScale(Exception):
    """The question is for scores that the survey's scale has not, or for none."""


def give_first_surveys(*, at: datetime) -> None:
    """What every workspace starts with; those that are there stay as they are."""
    rows = [Survey(**{**first, "name": str(first["name"])}, created_at=at) for first in FIRST]
    Survey.objects.bulk_create(rows, ignore_conflicts=True)


# ------------------------------------------------------------------ surveys
@transaction.atomic
def create_survey(*, said: Mapping[str, Any], at: datetime, by: User | None, is_on: bool = False) -> Survey:
    """Make a survey of EDITABLE; it asks nobody until it is switched on. Raises NameTaken, NoSuchScale."""
    survey = Survey(
        **{name: said[name] for name in EDITABLE if name in said}, is_on=is_on, created_at=at, created_by=by
    )
    _check_scale(survey)
    _save(survey)
    _keep_version(survey, at, by)
    workspace_actions.record(kind="survey.created", subject=survey.name, at=at, by=by, detail=_words(said))
    return survey


@transaction.atomic
def change_survey(*, survey: Survey, said: Mapping[str, Any], at: datetime, by: User | None) -> Survey:
    """Change any of EDITABLE, for what is planned from now on. Raises NameTaken, NoSuchScale, AlreadyAsked, Retired."""
    one = _held(survey)
    was_relational = one.is_relational
    before = changing.take(one, said, EDITABLE)
    if not before:
        return one
    _check_scale(one)
    is_other = any(name in before for name in ASKED)
    if (is_other or one.is_relational != was_relational) and Invitation.objects.filter(survey=one).exists():
        raise AlreadyAsked
    if is_other:
        _let_go_of_ranges(one, at)
        one.version += 1
    _save(one)
    if is_other:
        _keep_version(one, at, by)
    detail = changing.told(one, before)
    workspace_actions.record(kind="survey.changed", subject=one.name, at=at, by=by, detail=detail)
    return one


@transaction.atomic
def switch_survey(*, survey: Survey, is_on: bool, at: datetime, by: User | None) -> Survey:
    """Let it ask from now on, or ask nobody; mails that were planned are not sent while it is off. Raises Retired."""
    one = _held(survey)
    if one.is_on != is_on:
        one.is_on = is_on
        one.save(update_fields=["is_on"])
        kind = "survey.switched_on" if is_on else "survey.switched_off"
        workspace_actions.record(kind=kind, subject=one.name, at=at, by=by)
    return one


@transaction.atomic
def retire_survey(*, survey: Survey, at: datetime, by: User | None) -> Survey:
    """Take it out of use for good; what was asked and answered stays. Raises Retired."""
    one = _held(survey)
    one.is_on, one.retired_at = False, at
    one.save(update_fields=["is_on", "retired_at"])
    workspace_actions.record(kind="survey.retired", subject=one.name, at=at, by=by)
    return one


def _held(survey: Survey) -> Survey:
    one: Survey = Survey.objects.select_for_update(of=("self",)).get(pk=survey.pk)
    if one.retired_at:
        raise Retired
    return one


def _check_scale(survey: Survey) -> None:
    if survey.points not in POINTS[Kind(survey.kind)]:
        raise NoSuchScale


def _save(survey: Survey) -> None:
    try:
        with transaction.atomic():
            survey.save()
    except IntegrityError as error:
        if "surveys_survey_name_once" in str(error):
            raise NameTaken from error
        raise


def _let_go_of_ranges(survey: Survey, at: datetime) -> None:
    """Questions for scores of another scale are retired with it."""
    ranged = Question.objects.in_use().filter(survey=survey).exclude(asked_from=None, asked_to=None)
    ranged.update(retired_at=at)


def _words(said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: said[name] for name in EDITABLE if name in said}


# ------------------------------------------------------------------ questions
@transaction.atomic
def add_question(*, survey: Survey, said: Mapping[str, Any], at: datetime, by: User | None) -> Question:
    """Ask one more thing after the score, as the last.

    `said` holds kind and wording, and any of choices, asked_from, asked_to, language (English unless said) and
    translations. Raises TooManyQuestions, NoChoices, HalfTold, OffScale, Retired.
    """
    one = _held(survey)
    places = list(Question.objects.in_use().filter(survey=one).values_list("place", flat=True))
    if len(places) >= MOST_QUESTIONS:
        raise TooManyQuestions
    question = _made(one, said, max(places, default=0) + 1, at)
    _new_version(one, at, by)
    return question


@transaction.atomic
def change_question(*, question: Question, said: Mapping[str, Any], at: datetime, by: User | None) -> Question:
    """Ask `said` in place of it; what is not said stays. Answers to what it asked keep that.

    Where only languages are added it stays the same question: nobody has read it in them. Raises AskedNoMore,
    NoChoices, HalfTold, OffScale, Retired.
    """
    one = _held(question.survey)
    now_asked: Question | None = Question.objects.in_use().filter(pk=question.pk).first()
    if now_asked is None:
        raise AskedNoMore
    changed = changing.different(now_asked, said, _SAID)
    if not changed:
        return now_asked
    if set(changed) == {"translations"} and now_asked.translations.items() <= said["translations"].items():
        now_asked.translations = said["translations"]
        _check_words(now_asked)
        now_asked.save(update_fields=["translations"])
        made = now_asked
    else:
        Question.objects.filter(pk=now_asked.pk).update(retired_at=at)
        stays = {name: getattr(now_asked, name) for name in _SAID}
        made = _made(one, {**stays, **changed}, now_asked.place, at)
    _new_version(one, at, by)
    return made


@transaction.atomic
def move_question(*, question: Question, is_up: bool, at: datetime, by: User | None) -> None:
    """Ask it before the one before it, or after the one after it; the first and the last stay where they are."""
    one = _held(question.survey)
    order = list(Question.objects.in_use().filter(survey=one).order_by("place", "pk"))
    place = next((nth for nth, other in enumerate(order) if other.pk == question.pk), None)
    goal = None if place is None else place + (-1 if is_up else 1)
    if place is None or goal is None or not 0 <= goal < len(order):
        return
    order[place], order[goal] = order[goal], order[place]
    for nth, other in enumerate(order, start=1):
        other.place = nth
    Question.objects.bulk_update(order, ["place"])
    _new_version(one, at, by)


@transaction.atomic
def retire_question(*, question: Question, at: datetime, by: User | None) -> None:
    """Ask it no more; answers to it stay."""
    one = _held(question.survey)
    if Question.objects.in_use().filter(pk=question.pk).update(retired_at=at):
        _new_version(one, at, by)


_SAID = ("kind", "wording", "choices", "asked_from", "asked_to", "language", "translations")


def _made(survey: Survey, said: Mapping[str, Any], place: int, at: datetime) -> Question:
    told = {name: said[name] for name in _SAID if name in said}
    question = Question(survey=survey, place=place, created_at=at, **told)
    _check_words(question)
    if not any(question.is_for(value) for value in scale_of(survey.kind, survey.points).values):
        raise OffScale
    question.save()
    return question


def _check_words(question: Question) -> None:
    choices, is_text = question.choices, question.kind == Question.Kind.TEXT
    if choices if is_text else len(choices) < 2 or len(set(choices)) < len(choices):
        raise NoChoices
    for code, told in question.translations.items():
        is_whole = len(set(told["choices"])) == len(told["choices"]) == len(choices)
        if code == question.language or not told["wording"] or not is_whole:
            raise HalfTold(code)


def _new_version(survey: Survey, at: datetime, by: User | None) -> None:
    survey.version += 1
    survey.save(update_fields=["version"])
    _keep_version(survey, at, by)
    workspace_actions.record(kind="survey.questions_changed", subject=survey.name, at=at, by=by)


def _keep_version(survey: Survey, at: datetime, by: User | None) -> None:
    questions = Question.objects.in_use().filter(survey=survey).order_by("place", "pk")
    content = {"kind": survey.kind, "points": survey.points, "questions": list(questions.values("id", "place", *_SAID))}
    SurveyVersion.objects.create(survey=survey, number=survey.version, content=content, at=at, by=by)
