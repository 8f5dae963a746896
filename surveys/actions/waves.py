"""Waves: the relationship survey to many at once."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from accounts.models import Account, Contact
from outbox import actions as outbox_actions
from surveys import queries
from surveys.actions import planning
from surveys.models import Invitation, Kind, Refusal, Wave
from workspaces import actions as workspace_actions
from workspaces.models import User

SEND_WAVE = "surveys.send_wave"


class NobodyChosen(Exception):
    """The wave names no account, or no role."""


@transaction.atomic
def start_wave(
    *, name: str, account_ids: Collection[int], roles: Collection[str], at: datetime, by: User | None
) -> Wave:
    """Ask the chosen accounts' people in the chosen roles, in the background. Raises NobodyChosen."""
    chosen = list(Account.objects.filter(pk__in=account_ids).order_by("pk").values_list("pk", flat=True))
    if not chosen or not roles:
        raise NobodyChosen
    survey = queries.first_survey(Kind.NPS)
    wave: Wave = Wave.objects.create(
        survey=survey, name=name, account_ids=chosen, roles=sorted(roles), created_at=at, by=by
    )
    outbox_actions.enqueue(kind=SEND_WAVE, key=f"wave:{wave.pk}", payload={"wave_id": wave.pk}, at=at)
    workspace_actions.record(kind="wave.started", subject=name, at=at, by=by, detail={"accounts": len(chosen)})
    return wave


@transaction.atomic
def send_wave(*, wave: Wave, at: datetime) -> None:
    """Judge everybody the wave is for and plan the mails, each kind of row in one statement; a second call does
    nothing. People are locked, so that a ticket closing at this moment sees what was planned."""
    wave = Wave.objects.select_for_update(of=("self",)).select_related("survey").get(pk=wave.pk)
    if wave.handled_at:
        return
    audience = queries.audience(wave.account_ids, wave.roles)
    list(Contact.objects.filter(pk__in=audience.values("pk")).order_by("pk").select_for_update(no_key=True))
    judged = queries.judge(audience, at)
    _plan(wave, [contact for contact, reason in judged if reason is None], at)
    refusals = [
        Refusal(
            survey=wave.survey,
            metric=wave.survey.kind,
            account_id=contact.account_id,
            contact=contact,
            wave=wave,
            reason=reason,
            at=at,
        )
        for contact, reason in judged
        if reason
    ]
    planning.refuse(refusals=refusals, at=at)
    wave.handled_at = at
    wave.save(update_fields=["handled_at"])


def _plan(wave: Wave, contacts: list[Contact], at: datetime) -> None:
    expires_at = at + wave.survey.expiry
    invitations = [
        Invitation(
            survey=wave.survey,
            metric=wave.survey.kind,
            occasion=f"wave:{wave.pk}",
            account_id=contact.account_id,
            contact=contact,
            wave=wave,
            locale=contact.locale,
            created_at=at,
            send_at=at,
            expires_at=expires_at,
        )
        for contact in contacts
    ]
    stored = Invitation.objects.bulk_create(invitations, batch_size=1000)
    planning.schedule(invitations=stored, send_at=at, at=at)
