"""The demo's complaints in every state, the look-alikes that were asked, and bad answers that were followed up."""

import random
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from accounts.stages import Stage
from complaints import worktime
from complaints.actions import case, peer, step
from complaints.models import Complaint, FollowUp
from complaints.queries import peer as peer_queries
from complaints.queries import setting
from journeys.models import Task
from surveys.models import Answer
from workspaces.models import Member, User

OUTCOME, GOOD_NOW, DONE = Complaint.Outcome, Complaint.GoodNow, FollowUp.Outcome
DAYS = 120  # of bad answers that are followed up
HEARD = "Thank you for telling us. We have read it, and I am looking into what went wrong."
FOUND = "We have found the cause: two requests were in a queue that nobody watched. That is put right now."
NOTED = "Spoke with the service desk: the hand-over of the night shift is to blame."
SOLVED = "Queue watched, requests done, and a call to say so."
SAID = [
    "Listened for ten minutes: they want one person who knows their case.",
    "They had waited two days for a reply. Apologised, and solved it on the phone.",
    "The new starter could not work on the first day. We promised a checklist.",
]
WORDS = [
    "The last three requests each took more than a day, and nobody told us why.",
    "We were promised a call on Monday. It is Thursday.",
    "The invoice is wrong for the second time.",
    "Our people stopped writing tickets because nothing happens.",
]


def complain(at: datetime, seed: int) -> None:
    """Some are solved, and some of these recommend us since; some wait, one for too long."""
    rng = random.Random(seed + 11)  # noqa: S311  invented data
    _follow_up(at, rng)
    for number, answer in enumerate(_later_answers(at)):
        _solved(answer, WORDS[number % len(WORDS)], at - timedelta(days=34 - number), rng)
    unhappy = _bad_answers(at).exclude(comment="").filter(account__stage=Stage.DISAPPOINTMENT)
    for number, answer in enumerate(unhappy[:5]):
        _waiting(answer, number, at)


def _bad_answers(at: datetime) -> "QuerySet[Answer]":
    """Those that are followed up, the last first."""
    is_bad = Q(metric="csat", value__lte=2) | Q(metric="nps", value__lte=6)
    found: QuerySet[Answer] = Answer.objects.filter(
        is_bad, answered_at__gt=at - timedelta(days=DAYS), answered_at__lt=at
    )
    return found.select_related("account__owner__user", "contact", "invitation").order_by("-answered_at", "-pk")


def _later_answers(at: datetime) -> list[Answer]:
    """Of people who have said lately how likely they are to recommend us: six who would, three who may not."""
    lately: QuerySet[Answer] = Answer.objects.filter(metric="nps", answered_at__gt=at - timedelta(days=14))
    found = lately.select_related("account__owner__user", "contact").order_by("pk")
    return [*found.filter(value__gte=9)[:6], *found.filter(value__range=(7, 8))[:3]]


def _by(owner: Member | None) -> User | None:
    return owner.user if owner else None


def _follow_up(at: datetime, rng: random.Random) -> None:
    """Most were spoken about in time; of the last days some wait, and one or two for too long."""
    ours = setting.settings()
    hours, answers = setting.hours(ours), list(_bad_answers(at))
    tasks, rows = [], []
    for number, answer in enumerate(answers):
        owner, opened_at = answer.account.owner, answer.answered_at
        due_at = worktime.due_at(opened_at, ours.follow_up_hours, hours)
        done_at = worktime.due_at(opened_at, rng.choice([2, 5, 9, 13, 15, 20]), hours)
        is_done = number >= 2 and done_at < at
        task = Task(
            account=answer.account,
            text=f"Speak with {answer.contact} about their answer: {answer.value} of {answer.scale_max}",
            due_on=due_at.date(),
            assignee=owner,
            created_at=opened_at,
            done_at=done_at if is_done else None,
            done_by=_by(owner) if is_done else None,
        )
        tasks.append(task)
        rows.append(FollowUp(answer=answer, account=answer.account, task=task, opened_at=opened_at, due_at=due_at))
        if is_done:
            rows[-1].outcome = rng.choice([DONE.SETTLED, DONE.SETTLED, DONE.PROMISED, DONE.NOT_REACHED])
            rows[-1].said = "" if rows[-1].outcome == DONE.NOT_REACHED else rng.choice(SAID)
            rows[-1].told_at, rows[-1].told_by = done_at, _by(owner)
    Task.objects.bulk_create(tasks)
    FollowUp.objects.bulk_create(rows)


def _solved(answer: Answer, text: str, opened_at: datetime, rng: random.Random) -> None:
    """Written down after a call, solved within days, before they were asked again."""
    by = _by(answer.account.owner)
    one = case.open_complaint(account=answer.account, contact=answer.contact, text=text, at=opened_at, by=by)
    told = step.KIND.TOLD
    step.add_step(complaint=one, kind=told, text=HEARD, at=opened_at + timedelta(hours=2), by=by)
    step.add_step(complaint=one, kind=told, text=FOUND, at=opened_at + timedelta(hours=26), by=by)
    is_good = answer.value >= 9
    case.close_complaint(
        complaint=one,
        outcome=OUTCOME.SOLVED if is_good else OUTCOME.PARTLY,
        note=SOLVED,
        is_good_now=rng.choice([GOOD_NOW.GOOD, GOOD_NOW.GOOD, GOOD_NOW.SILENT]) if is_good else GOOD_NOW.NOT_GOOD,
        at=opened_at + timedelta(days=2),
        by=by,
    )


def _waiting(answer: Answer, number: int, at: datetime) -> None:
    """The first has just come in, the next have heard from us, the last wait for too long."""
    opened_at = max(at - timedelta(hours=[3, 20, 44, 120, 170][number]), answer.answered_at)
    by = _by(answer.account.owner)
    one = case.open_complaint(
        account=answer.account,
        contact=answer.contact,
        text=answer.comment,
        source=Complaint.Source.ANSWER,
        source_id=answer.pk,
        agent_name=answer.invitation.agent_name,
        happened_at=answer.answered_at,
        at=opened_at,
        by=by,
    )
    if number >= 1:
        step.add_step(complaint=one, kind=step.KIND.TOLD, text=HEARD, at=opened_at + timedelta(hours=1), by=by)
    if number >= 2:
        step.add_step(complaint=one, kind=step.KIND.NOTE, text=NOTED, at=opened_at + timedelta(hours=3), by=by)
        _ask(one, number, opened_at + timedelta(hours=4), by)
    if number == 2:
        later = worktime.due_at(at, 12, setting.hours(setting.settings()))
        step.add_step(
            complaint=one,
            kind=step.KIND.MAILED,
            text=FOUND,
            promised_at=later,
            at=opened_at + timedelta(hours=5),
            by=by,
        )


def _ask(one: Complaint, number: int, asked_at: datetime, by: User | None) -> None:
    """A few who are like them, most of whom have replied."""
    like = peer_queries.likeness(one)
    traits = [trait for trait in ("service", "week") if trait in like.known()]
    chosen = list(peer_queries.look_alikes(one, like, traits).values_list("pk", flat=True)[: 4 + number])
    if not chosen:
        return
    replies = ["me_too", "fine", "fine", "me_too", "fine", "fine"]
    asked = peer.ask_by_tasks(complaint=one, account_ids=chosen, traits=traits, at=asked_at, by=by)
    for peer_row, reply in zip(asked, replies, strict=False):
        peer.note_reply(peer=peer_row, reply=reply, at=asked_at + timedelta(hours=20), by=by)
