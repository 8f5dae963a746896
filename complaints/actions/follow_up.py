"""Follow up bad answers: somebody is to speak with the customer, and says how it went."""

from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.actions.facts import record_fact
from accounts.models import Contact
from complaints import worktime
from complaints.actions import case
from complaints.models import FollowUp
from complaints.queries import case as case_queries
from complaints.queries import setting
from journeys.actions import tasks
from journeys.queries import playbooks as playbook_queries
from surveys.models import Answer
from workspaces.models import Member, User

OUTCOME = FollowUp.Outcome
LONGEST = 200  # of a task's text


class AlreadyTold(Exception):
    """Somebody has said how it went; that stands."""


@transaction.atomic
def begin_follow_up(*, answer: Answer, at: datetime) -> FollowUp:
    """A task for the account's owner, due so many working hours after the answer; an answer has one at most."""
    held = Answer.objects.select_for_update(of=("self",)).select_related("account", "contact").get(pk=answer.pk)
    known: FollowUp | None = FollowUp.objects.filter(answer=held).first()
    if known is not None:
        return known
    ours = setting.settings()
    hours = setting.hours(ours)
    opened_at = min(held.changed_at or held.answered_at, at)
    due_at = worktime.due_at(opened_at, ours.follow_up_hours, hours)
    owner = playbook_queries.default_assignee(held.account, None)
    task = tasks.add_task(
        account=held.account,
        text=_words(held, owner),
        due_on=due_at.astimezone(hours.zone).date(),
        at=at,
        by=None,
        assignee=owner,
    )
    begun: FollowUp = FollowUp.objects.create(
        answer=held, account=held.account, task=task, opened_at=opened_at, due_at=due_at
    )
    return begun


def _words(answer: Answer, owner: Member | None) -> str:
    """What to do, in the language of whoever does it."""
    told = {"name": str(answer.contact), "value": answer.value, "most": answer.scale_max}
    with translation.override(owner.user.language if owner else translation.get_language()):
        return (_("Speak with %(name)s about their answer: %(value)s of %(most)s") % told)[:LONGEST]


@transaction.atomic
def settle_follow_up(
    *,
    follow_up: FollowUp,
    outcome: str,
    said: str,
    at: datetime,
    by: User | None,
    spoke_with: Contact | None = None,
) -> FollowUp:
    """Say with whom somebody spoke, what was said and what came of it; its task is done with that.

    Who could not be reached may be reached later. What became a complaint opens one. Raises AlreadyTold,
    ContactElsewhere.
    """
    held = FollowUp.objects.select_for_update(of=("self",)).select_related("task", "account", "answer__contact").get(
        pk=follow_up.pk
    )  # fmt: skip
    if held.outcome not in {"", OUTCOME.NOT_REACHED}:
        raise AlreadyTold
    if spoke_with is not None and spoke_with.account_id != held.account_id:
        raise case.ContactElsewhere
    held.outcome, held.said, held.spoke_with = OUTCOME(outcome).value, said.strip(), spoke_with
    held.told_at, held.told_by = at, by
    held.save(update_fields=["outcome", "said", "spoke_with", "told_at", "told_by"])
    if held.task.is_open:
        tasks.finish_task(task=held.task, at=at, by=by)
    _tell(held, at, by)
    if held.outcome == OUTCOME.COMPLAINT:
        _complain(held, at, by)
    return held


def _tell(held: FollowUp, at: datetime, by: User | None) -> None:
    person = held.spoke_with or held.answer.contact
    record_fact(
        account=held.account,
        kind="follow_up.told",
        at=at,
        by=by,
        follow_up_id=held.pk,
        answer_id=held.answer_id,
        contact_id=person.pk,
        contact_name=str(person),
        outcome=held.outcome,
        comment=held.said,
    )


def _complain(held: FollowUp, at: datetime, by: User | None) -> None:
    """Unless it is one already."""
    found = case_queries.origin("answer", held.answer_id)
    if found is None or case_queries.of_source("answer", held.answer_id):
        return
    case.open_complaint(
        account=held.account,
        text=found.text or held.said,
        contact=found.contact,
        source=found.source,
        source_id=found.source_id,
        agent_name=found.agent_name,
        happened_at=found.happened_at,
        at=at,
        by=by,
    )
