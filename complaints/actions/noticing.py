"""What comes in: bad answers are followed up, and what the rules take for a complaint opens one."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from django.db import transaction

from accounts.models import Fact, Ticket
from complaints import rules
from complaints.actions import case, follow_up, peer
from complaints.models import ComplaintRule
from complaints.queries import case as queries
from complaints.queries import setting
from complaints.rules import Candidate
from journeys import queries as journey_queries
from outbox import actions as outbox_actions
from surveys.models import Answer

TAKE_UP = "complaints.take_up"
SOURCE = ComplaintRule.Source
OF_KIND = {
    "survey.answered": SOURCE.ANSWER,
    "ticket.opened": SOURCE.TICKET,
    "ticket.reopened": SOURCE.TICKET,
    "ticket.changed": SOURCE.TICKET,
    "touchpoint.logged": SOURCE.TOUCHPOINT,
}


def hear(facts: Sequence[Fact], at: datetime) -> None:
    """Note what has to be looked at: every answer; a ticket or touchpoint only if a rule may take it."""
    found = [fact for fact in facts if fact.kind in OF_KIND]
    if not found:
        return
    others = any(fact.kind != "survey.answered" for fact in found)
    known = list(setting.rules().filter(is_on=True)) if others else []
    wanted = [fact for fact in found if _may_fit(fact, known)]
    items = [(f"fact:{fact.pk}", {"fact_id": fact.pk}) for fact in wanted]
    if items:
        outbox_actions.enqueue_many(kind=TAKE_UP, items=items, at=at)


def _may_fit(fact: Fact, known: Sequence[ComplaintRule]) -> bool:
    """By what the fact says alone: of a ticket that is its subject."""
    source = OF_KIND[fact.kind]
    if source == SOURCE.ANSWER:
        return True
    if source == SOURCE.TOUCHPOINT:
        return rules.deciding(known, _of_touchpoint(fact)) is not None
    return any(rule.source == source and rules.says(rule.words, fact.data.get("subject", "")) for rule in known)


@transaction.atomic
def take_up(*, fact: Fact, at: datetime) -> None:
    """Follow up a bad answer, and open a complaint if a rule says so; what was one before stays that one."""
    source = OF_KIND[fact.kind]
    if source == SOURCE.ANSWER:
        _take_up_answer(fact, at)
    elif source == SOURCE.TICKET:
        ticket = Ticket.objects.filter(pk=fact.data["ticket_id"]).first()
        if ticket is not None:
            _open(_of_ticket(ticket), ticket.pk, at)
    else:
        _open(_of_touchpoint(fact), fact.data["touchpoint_id"], at)


def _take_up_answer(fact: Fact, at: datetime) -> None:
    """What has been changed since is looked at as it is now, by a fact of its own."""
    answer = Answer.objects.select_related("invitation").filter(pk=fact.data["answer_id"]).first()
    if answer is None or not journey_queries.is_newest_answer(fact):
        return
    is_bad = bool(fact.data["is_bad"])
    if is_bad:
        follow_up.begin_follow_up(answer=answer, at=at)
    peer.note_wave_answer(answer=answer, is_bad=is_bad, at=at)
    _open(Candidate(SOURCE.ANSWER, answer.comment, is_bad=is_bad), answer.pk, at)


def _of_ticket(ticket: Ticket) -> Candidate:
    return Candidate(SOURCE.TICKET, ticket.subject, priority=ticket.priority, topic=ticket.topic, tags=ticket.tags)


def _of_touchpoint(fact: Fact) -> Candidate:
    return Candidate(SOURCE.TOUCHPOINT, fact.data.get("summary", ""), felt=fact.data.get("felt"))


def _open(candidate: Candidate, source_id: int, at: datetime) -> None:
    rule = rules.deciding(setting.rules_for(candidate.source), candidate)
    found = queries.origin(candidate.source, source_id) if rule else None
    if found is None:
        return
    with suppress(case.AlreadyComplaint):
        case.open_complaint(
            account=found.account,
            text=found.text,
            contact=found.contact,
            source=found.source,
            source_id=found.source_id,
            rule=rule,
            agent_name=found.agent_name,
            happened_at=found.happened_at,
            at=at,
            by=None,
        )
