"""Waves: one survey to many, at once or spread over working days; by hand, or again and again."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Account
from outbox import actions as outbox_actions
from surveys import audience, moments, queries
from surveys.actions import planning
from surveys.actions.planning import About
from surveys.gate import Asking
from surveys.models import Survey, Trigger, Wave
from workspaces import actions as workspace_actions
from workspaces.models import User

SEND_WAVE = "surveys.send_wave"
TOO_EARLY = timedelta(hours=12)  # a daily job that ran late yesterday does not put today's wave off


class NobodyChosen(Exception):
    """The wave names no account, or no role."""


class NotInWaves(Exception):
    """The survey is sent when something happens, or not at all any more."""


@transaction.atomic
def start_wave(
    *,
    name: str,
    account_ids: Collection[int],
    roles: Collection[str],
    at: datetime,
    by: User | None,
    survey: Survey | None = None,
    spread_days: int = 0,
) -> Wave:
    """Ask the chosen accounts' people in the chosen roles, in the background, over `spread_days` working days (0: at
    once). Raises NobodyChosen, NotInWaves.

    Without a `survey`, by the oldest that goes in waves.
    """
    survey = survey or queries.wave_surveys().first()
    if survey is None or not survey.goes_in_waves or survey.retired_at:
        raise NotInWaves
    chosen = list(Account.objects.filter(pk__in=account_ids).order_by("pk").values_list("pk", flat=True))
    if not chosen or not roles:
        raise NobodyChosen
    wave = _start(survey, name, chosen, sorted(roles), spread_days, at, by)
    workspace_actions.record(kind="wave.started", subject=name, at=at, by=by, detail={"accounts": len(chosen)})
    return wave


@transaction.atomic
def start_due_waves(*, at: datetime) -> list[Wave]:
    """Start a wave of each recurring survey whose last one is so many days ago; its whole audience is asked."""
    due = [survey for survey in queries.surveys_for(Trigger.RECURRING) if _is_due(survey, at)]
    return [_start(survey, _name(survey, at), [], survey.roles, survey.spread_days, at, None) for survey in due]


def _is_due(survey: Survey, at: datetime) -> bool:
    last = Wave.objects.filter(survey=survey).order_by("-pk").first()
    return last is None or last.created_at + timedelta(days=survey.days) - TOO_EARLY <= at


def _name(survey: Survey, at: datetime) -> str:
    return _("%(survey)s, %(day)s") % {"survey": survey.name, "day": at.date().isoformat()}


def _start(
    survey: Survey,
    name: str,
    account_ids: list[int],
    roles: list[str],
    spread_days: int,
    at: datetime,
    by: User | None,
) -> Wave:
    wave: Wave = Wave.objects.create(
        survey=survey,
        name=name,
        account_ids=account_ids,
        roles=roles,
        spread_days=spread_days,
        created_at=at,
        by=by,
    )
    outbox_actions.enqueue(kind=SEND_WAVE, key=f"wave:{wave.pk}", payload={"wave_id": wave.pk}, at=at)
    return wave


def asked_in(survey: Survey, occasion: str, spread_days: int, at: datetime) -> Asking:
    """What a wave asks. Its mails go out some time after its start, so those of the wave before did, too: a period of
    as many days as lie between two waves may end within it.
    """
    return Asking(survey, occasion, at, spread_days=spread_days, patience=TOO_EARLY + moments.span(spread_days))


@transaction.atomic
def send_wave(*, wave: Wave, at: datetime) -> None:
    """Judge everybody the wave is for and plan the mails; a second call does nothing."""
    wave = Wave.objects.select_for_update(of=("self",)).select_related("survey").get(pk=wave.pk)
    if wave.handled_at:
        return
    people = audience.of_wave(wave.survey, wave.account_ids, wave.roles)
    asking = asked_in(wave.survey, f"wave:{wave.pk}", wave.spread_days, at)
    planning.ask(asking=asking, people=people, at=at, about=About(wave=wave))
    wave.handled_at = at
    wave.save(update_fields=["handled_at"])
