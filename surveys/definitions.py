"""Surveys as a workspace defines them, in words: whom each asks, when, and what is missing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Contact, Persona
from accounts.stages import Stage
from lib import languages
from surveys import audience, queries, visits
from surveys.audience import Gap
from surveys.models import Question, Survey, SurveyVersion, Trigger, Wave
from surveys.survey_form import scale_words

LATEST, ALL = 10, 100


@dataclass(frozen=True)
class Row:
    """One survey in a list."""

    survey: Survey
    asks: str
    when: str
    whom: str
    state: tuple[str, str]
    gap: str


def in_use() -> QuerySet[Survey]:
    return Survey.objects.in_use().select_related("segment").order_by("pk")


def retired() -> QuerySet[Survey]:
    """The last to be retired first."""
    return Survey.objects.exclude(retired_at=None).order_by("-retired_at", "-pk")


def is_asking() -> bool:
    """Whether the workspace asks its customers anything."""
    return queries.settings().is_on


def rows(found: Iterable[Survey]) -> list[Row]:
    surveys = list(found)
    personas = _personas(surveys)
    return [_row(survey, personas) for survey in surveys]


def row(survey: Survey) -> Row:
    return _row(survey, _personas([survey]))


def _personas(surveys: Iterable[Survey]) -> dict[int, Persona]:
    ids = {pk for survey in surveys for pk in survey.persona_ids}
    return {persona.pk: persona for persona in Persona.objects.filter(pk__in=ids)} if ids else {}


def _row(survey: Survey, personas: Mapping[int, Persona]) -> Row:
    return Row(
        survey, scale_words(survey), when(survey), _whom(survey, personas), _state(survey), _gap(survey, personas)
    )


def _state(survey: Survey) -> tuple[str, str]:
    """(kind of chip, words)"""
    if survey.retired_at:
        return "muted", _("Retired")
    return ("good", _("On")) if survey.is_on else ("muted", _("Off"))


def when(survey: Survey) -> str:
    """When a survey asks: `A stage was entered: Use, 24 hours later`."""
    told = str(Trigger(survey.trigger).label)
    if survey.trigger == Trigger.STAGE_ENTERED:
        told = _("%(when)s: %(stage)s") % {"when": told, "stage": Stage(survey.stage).label}
    if survey.trigger == Trigger.RENEWAL_NEAR:
        told = ngettext("%(days)s day before the renewal", "%(days)s days before the renewal", survey.days) % {
            "days": survey.days
        }
    if survey.trigger == Trigger.RECURRING:
        told = ngettext("A wave every day", "A wave every %(days)s days", survey.days) % {"days": survey.days}
    if not survey.delay_hours:
        return told
    later = ngettext("%(hours)s hour later", "%(hours)s hours later", survey.delay_hours) % {
        "hours": survey.delay_hours
    }
    return _("%(when)s, %(later)s") % {"when": told, "later": later}


def _whom(survey: Survey, personas: Mapping[int, Persona]) -> str:
    """Whom a survey is for: `Segment “Big”; Champion; Buyer`; `Everybody`."""
    parts = [_("Segment “%(name)s”") % {"name": survey.segment}] if survey.segment else []
    if survey.roles:
        parts.append(", ".join(str(Contact.Role(role).label) for role in survey.roles))
    if survey.persona_ids:
        parts.append(", ".join(personas[pk].name for pk in survey.persona_ids if pk in personas))
    return "; ".join(parts) or _("Everybody")


def gap(survey: Survey) -> str:
    """What was put away of whom a survey is for, and what follows; empty where nothing is missing."""
    return _gap(survey, _personas([survey]))


def _gap(survey: Survey, personas: Mapping[int, Persona]) -> str:
    found = audience.gap(survey, [personas[pk] for pk in survey.persona_ids if pk in personas])
    return gap_words(found, is_nobody=bool(found.segment) or len(found.personas) == len(survey.persona_ids))


def gap_words(found: Gap, *, is_nobody: bool) -> str:
    """The gap in a sentence or two."""
    if not found:
        return ""
    parts = [_("The segment “%(name)s” was put away.") % {"name": found.segment}] if found.segment else []
    if found.personas:
        parts.append(_("Retired personas: %(names)s.") % {"names": ", ".join(found.personas)})
    parts.append(_("It asks nobody until you choose anew.") if is_nobody else _("They hold nobody any more."))
    return " ".join(parts)


def facts(survey: Survey) -> list[tuple[str, str]]:
    """(label, words) of how often and how long a survey asks."""
    nature = _("about the relationship") if survey.is_relational else _("about one event")
    reminder = survey.reminder_after_days
    told = [
        (_("Counted"), _("%(nature)s; never added up with the other kind") % {"nature": nature}),
        (_("Asked of"), _sample(survey)),
        (_("One person"), _again(survey)),
        (
            _("Reminder"),
            ngettext("once, after %(days)s day", "once, after %(days)s days", reminder) % {"days": reminder}
            if reminder
            else _("none"),
        ),
        (
            _("Time to answer"),
            ngettext("%(days)s day", "%(days)s days", survey.expiry_days) % {"days": survey.expiry_days},
        ),
        (_("Hours"), _("working hours of the reader") if survey.keeps_hours or survey.spread_days else _("any")),
    ]
    if survey.goes_in_waves and survey.spread_days:
        days = ngettext("over %(days)s working day", "over %(days)s working days", survey.spread_days)
        told.append((_("Spread"), days % {"days": survey.spread_days}))
    return told


def _sample(survey: Survey) -> str:
    if survey.sample_percent == ALL:
        return _("all of them")
    return _("%(percent)s %% of them, drawn by a fixed rule") % {"percent": survey.sample_percent}


def _again(survey: Survey) -> str:
    if not survey.quiet_days:
        return _("as often as there is an occasion, but for the days of peace in the settings")
    days = ngettext("every %(days)s day at most", "every %(days)s days at most", survey.quiet_days)
    return days % {"days": survey.quiet_days}


def questions(survey: Survey) -> list[tuple[Question, str, str]]:
    """What follows the score, in order, each with the scores for which it is asked, and its languages."""
    found = Question.objects.in_use().filter(survey=survey).order_by("place", "pk")
    return [(question, _asked_for(question), _languages_of(question)) for question in found]


def language_of(survey: Survey) -> str:
    """The language in which its questions are written: that of the last one, else the workspace's."""
    written = Question.objects.filter(survey=survey).order_by("-pk").values_list("language", flat=True).first()
    return written or languages.chosen(visits.house().look.language)


def _languages_of(question: Question) -> str:
    """`English, 简体中文`: in what it can be read, its first language first."""
    names = dict(languages.offered())
    return ", ".join(names[code] for code in (question.language, *question.translations) if code in names)


def _asked_for(question: Question) -> str:
    ends = {"low": question.asked_from, "high": question.asked_to}
    if question.asked_from is None and question.asked_to is None:
        return _("always")
    if question.asked_from is None:
        return _("for scores up to %(high)s") % ends
    if question.asked_to is None:
        return _("for scores from %(low)s") % ends
    return _("for scores from %(low)s to %(high)s") % ends


def waves_of(survey: Survey) -> QuerySet[Wave]:
    """The latest waves, with the number of mails `sent` and `answered`."""
    found = queries.waves().filter(survey=survey)
    return found[:LATEST]


def versions(survey: Survey) -> QuerySet[SurveyVersion]:
    """The latest versions of what it asks."""
    found: QuerySet[SurveyVersion] = SurveyVersion.objects.filter(survey=survey).select_related("by")
    return found.order_by("-number")[:LATEST]
