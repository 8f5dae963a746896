"""Asking when something has happened: a ticket closed, a stage entered, an escalation resolved, a renewal near."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef
from django.db.models.functions import Cast

from accounts.models import Account, Contact, Ticket
from accounts.stages import CUSTOMER, Stage
from lib.time import day_of
from segments import queries as segment_queries
from surveys import audience, queries
from surveys.actions import planning
from surveys.actions.planning import About, Plan
from surveys.gate import Asking
from surveys.models import Invitation, Refusal, Survey, Trigger

TOO_LATE = timedelta(days=7)
CATCH_UP = timedelta(days=7)  # a renewal is noticed so many days late, after the daily job did not run
LATER_STAGES = {Stage.USE, Stage.LOYALTY, Stage.ADVOCACY}

Reason = Refusal.Reason


# ------------------------------------------------------------------ tickets
@transaction.atomic
def ask_after_closure(*, ticket: Ticket, episode: int, closed_at: datetime, at: datetime) -> list[Plan]:
    """Plan what is asked about one closing of `ticket`, by each survey for that, or store why nobody is.

    The delay counts from `closed_at`.
    """
    return [_ask_about(survey, ticket, episode, closed_at, at) for survey in queries.surveys_for(Trigger.TICKET_CLOSED)]


def _ask_about(survey: Survey, ticket: Ticket, episode: int, closed_at: datetime, at: datetime) -> Plan:
    about = About(ticket=ticket, episode=episode)
    occasion = f"ticket:{ticket.pk}:{episode}"
    reason = _why_not(ticket, episode, closed_at, at)
    if reason:
        refusal = _refusal(survey, occasion, ticket.account_id, reason, at)
        refusal.contact_id, refusal.ticket, refusal.episode = ticket.contact_id, ticket, episode
        return Plan([], planning.refuse(refusals=[refusal], at=at))
    asking = Asking(survey, occasion, max(closed_at + survey.delay, at), is_for_one=True)
    return planning.ask(asking=asking, people=Contact.objects.filter(pk__in=[ticket.contact_id]), at=at, about=about)


def _why_not(ticket: Ticket, episode: int, closed_at: datetime, at: datetime) -> Reason | None:
    if ticket.is_open or ticket.episode != episode:
        return Reason.REOPENED
    if at - closed_at > TOO_LATE:
        return Reason.TOO_LATE
    return Reason.NO_CONTACT if ticket.contact_id is None else None


@transaction.atomic
def call_off_ticket(*, ticket: Ticket, episode: int, at: datetime, reason: Reason = Reason.REOPENED) -> None:
    """The closing counted as `episode` no longer counts: what has not been sent about it, or earlier, is not sent."""
    waiting = Invitation.objects.waiting().filter(ticket=ticket, episode__lte=episode)
    held = waiting.order_by("pk").select_for_update(of=("self",))
    planning.call_off(reasons=[(invitation, reason) for invitation in held], at=at)


# ------------------------------------------------------------------ accounts
def ask_after_move(*, account: Account, move_id: int, from_stage: str, to_stage: str, at: datetime) -> list[Plan]:
    """Ask an account's people after it has entered a stage: by surveys about the stage, and about on- and offboarding.

    Onboarding is finished when Delivery is left for Use or a stage after it; offboarding when Churn is entered.
    """
    found = list(queries.surveys_for(Trigger.STAGE_ENTERED).filter(stage=to_stage))
    if from_stage == Stage.DELIVERY and to_stage in LATER_STAGES:
        found += queries.surveys_for(Trigger.ONBOARDING_FINISHED)
    if to_stage == Stage.CHURN:
        found += queries.surveys_for(Trigger.OFFBOARDING_FINISHED)
    return [ask_account(survey=survey, account=account, occasion=f"stage:{move_id}", at=at) for survey in found]


@transaction.atomic
def call_off_move(*, account: Account, at: datetime) -> None:
    """The account's last move was taken back: what has not been sent about a stage is not sent."""
    waiting = Invitation.objects.waiting().filter(account=account, occasion__startswith="stage:")
    waiting.update(cancelled_at=at)


def ask_after_escalation(*, account: Account, hold_id: int, at: datetime) -> list[Plan]:
    """Ask an account's people after its last open escalation was resolved."""
    occasion = f"escalation:{hold_id}"
    return [
        ask_account(survey=survey, account=account, occasion=occasion, at=at)
        for survey in queries.surveys_for(Trigger.ESCALATION_RESOLVED)
    ]


@transaction.atomic
def ask_account(*, survey: Survey, account: Account, occasion: str, at: datetime) -> Plan:
    """Plan a mail to each of an account's people whom the survey is for; if there is nobody, store that."""
    people = audience.of_accounts(survey, [account.pk])
    if not people.exists():
        return Plan(
            [], planning.refuse(refusals=[_refusal(survey, occasion, account.pk, Reason.NO_CONTACT, at)], at=at)
        )
    return planning.ask(asking=Asking(survey, occasion, at + survey.delay), people=people, at=at)


@transaction.atomic
def ask_before_renewals(*, at: datetime) -> int:
    """Ask the people of accounts that renew in so many days, once about each renewal; returns how many mails."""
    return sum(_ask_before(survey, at) for survey in queries.surveys_for(Trigger.RENEWAL_NEAR))


def _ask_before(survey: Survey, at: datetime) -> int:
    until = day_of(at) + timedelta(days=survey.days)
    by_day: dict[date, list[int]] = defaultdict(list)
    for pk, renews_on in _renewing(survey, max(until - CATCH_UP, day_of(at)), until):
        by_day[renews_on].append(pk)
    plans = [_ask_renewing(survey, renews_on, ids, at) for renews_on, ids in sorted(by_day.items())]
    return sum(len(plan.invitation_ids) for plan in plans)


def _renewing(survey: Survey, after: date, until: date) -> list[tuple[int, date]]:
    """Accounts whose renewal lies after one day, up to another, and is not decided about."""
    found = Account.objects.filter(stage__in=CUSTOMER, renews_on__gt=after, renews_on__lte=until)
    if survey.segment_id:
        found = found.filter(pk__in=segment_queries.member_ids(survey.segment_id))
    decided = {"survey": survey, "account": OuterRef("pk"), "occasion": Cast(OuterRef("renews_on"), CharField())}
    rows = found.filter(
        ~Exists(Invitation.objects.filter(**decided)), ~Exists(Refusal.objects.filter(**decided))
    ).order_by("pk")
    return [(pk, renews_on) for pk, renews_on in rows.values_list("pk", "renews_on") if renews_on]


def _ask_renewing(survey: Survey, renews_on: date, account_ids: Collection[int], at: datetime) -> Plan:
    people, occasion = audience.of_accounts(survey, account_ids), renews_on.isoformat()
    empty = sorted({*account_ids} - {*people.values_list("account_id", flat=True)})
    planning.refuse(refusals=[_refusal(survey, occasion, pk, Reason.NO_CONTACT, at) for pk in empty], at=at)
    return planning.ask(asking=Asking(survey, occasion, at + survey.delay), people=people, at=at)


def _refusal(survey: Survey, occasion: str, account_id: int, reason: Reason, at: datetime) -> Refusal:
    about = {"survey": survey, "metric": survey.kind, "occasion": occasion}
    return Refusal(**about, account_id=account_id, reason=reason, at=at)
