"""Ask customers like one who complained whether they have the same trouble."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Account
from complaints import worktime
from complaints.actions import case
from complaints.models import Complaint, Peer
from complaints.queries import peer as queries
from complaints.queries import setting
from journeys.actions import tasks
from journeys.models import Task
from journeys.queries import playbooks as playbook_queries
from surveys.actions import waves
from surveys.models import Answer, Wave
from workspaces.models import User

MOST_ASKED = 200  # at once
DUE_HOURS = 40  # of work
LONGEST = 200  # of a task's text


class NobodyChosen(Exception):
    """None of the chosen accounts is among the look-alikes."""


@transaction.atomic
def ask_by_tasks(
    *, complaint: Complaint, account_ids: Collection[int], traits: Collection[str], at: datetime, by: User | None
) -> list[Peer]:
    """A task for the owner of each chosen look-alike: ask them. Raises NobodyChosen."""
    chosen = _choose(complaint, account_ids, traits)
    hours = setting.hours(setting.settings())
    due_on = worktime.due_at(at, DUE_HOURS, hours).astimezone(hours.zone).date()
    text = (_("Ask whether they have the same trouble: %(text)s") % {"text": complaint.text})[:LONGEST]
    made: dict[int, Task] = {}
    for account in chosen:
        owner = playbook_queries.default_assignee(account, by)
        made[account.pk] = tasks.add_task(account=account, text=text, due_on=due_on, at=at, by=by, assignee=owner)
    return _keep(complaint, chosen, at, by, made=made)


@transaction.atomic
def ask_by_wave(
    *,
    complaint: Complaint,
    account_ids: Collection[int],
    traits: Collection[str],
    roles: Collection[str],
    at: datetime,
    by: User | None,
) -> Wave:
    """The relationship survey to people of the chosen look-alikes, through the gate as ever. Raises NobodyChosen."""
    chosen = _choose(complaint, account_ids, traits)
    name = _("Others like %(account)s") % {"account": complaint.account.name}
    ids = [account.pk for account in chosen]
    wave = waves.start_wave(name=name[:120], account_ids=ids, roles=roles, at=at, by=by)
    _keep(complaint, chosen, at, by, wave=wave)
    return wave


def _choose(complaint: Complaint, account_ids: Collection[int], traits: Collection[str]) -> list[Account]:
    """The chosen ones that are look-alikes; how many there are in all is kept, for the estimate of silent others."""
    held = case.hold(complaint)
    pool = queries.look_alikes(held, queries.likeness(held), traits)
    chosen = list(pool.filter(pk__in=list(account_ids)[:MOST_ASKED]))
    if not chosen:
        raise NobodyChosen
    asked = Peer.objects.filter(complaint=held).count()
    held.peer_pool = max(held.peer_pool or 0, asked + pool.order_by().count())
    held.save(update_fields=["peer_pool"])
    return chosen


def _keep(
    complaint: Complaint,
    chosen: list[Account],
    at: datetime,
    by: User | None,
    *,
    made: dict[int, Task] | None = None,
    wave: Wave | None = None,
) -> list[Peer]:
    return Peer.objects.bulk_create(
        Peer(
            complaint=complaint,
            account=account,
            task=(made or {}).get(account.pk),
            wave=wave,
            asked_at=at,
            asked_by=by,
        )
        for account in chosen
    )


@transaction.atomic
def note_reply(*, peer: Peer, reply: str, at: datetime, by: User | None) -> Peer:
    """What they said, or that they said nothing; a later word replaces an earlier one. Their task is done with it."""
    held = Peer.objects.select_for_update(of=("self",)).select_related("task").get(pk=peer.pk)
    held.reply, held.replied_at = Peer.Reply(reply).value, at
    held.save(update_fields=["reply", "replied_at"])
    if held.task is not None and held.task.is_open:
        tasks.finish_task(task=held.task, at=at, by=by)
    return held


@transaction.atomic
def note_wave_answer(*, answer: Answer, is_bad: bool, at: datetime) -> None:
    """An answer to a wave that asked look-alikes: one bad answer of an account says "the same here"."""
    asked = Peer.objects.filter(wave=answer.invitation.wave_id, account=answer.account_id)
    if answer.invitation.wave_id is None:
        return
    reply = Peer.Reply.ME_TOO if is_bad else Peer.Reply.FINE
    asked.exclude(reply=Peer.Reply.ME_TOO).update(reply=reply, replied_at=at)
