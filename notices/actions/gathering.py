"""What is worth telling: among facts, among what a day brings, and in the outbox."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse

from accounts.models import Account, Fact
from accounts.stages import CUSTOMER
from alerts.models import Alert
from alerts.queries import OVERSEERS
from journeys.models import Task
from lib.time import day_of
from notices.actions import reading
from notices.actions.telling import Case, tell
from notices.kinds import Kind
from notices.models import ChatHook
from notices.queries import notices as queries
from notices.queries import people as people_queries
from notices.queries.people import People
from outbox import actions as outbox_actions
from outbox import queries as outbox_queries
from voice.models import Rise
from workspaces.registry import News

TELL, ANSWER, STUCK = "notices.tell", "notices.tell_answer", "notices.tell_stuck"
RENEWALS, TASKS = "notices.tell_renewals", "notices.tell_tasks"
AT_ONCE = 500  # facts, accounts or tasks to one effect
AHEAD = timedelta(days=30)
PATIENCE = timedelta(minutes=2)  # for an alert that an answer may open, and that says more than the answer alone

OVER = ("alert.closed", "alert.acknowledged", "alert.snoozed", "complaint.closed")
HEARD = {
    "alert.opened", "alert.escalated", "alert.assigned", "complaint.opened", "complaint.changed", "complaint.overdue",
    "task.added", "task.changed", *OVER,
}  # fmt: skip


# -------------------------------------------------------------------------------------------------- facts
def hear(facts: Sequence[Fact], at: datetime) -> None:
    """Note what somebody may have to be told of; a statement or two however many facts there are, or none."""
    ids = [fact.pk for fact in facts if fact.kind in HEARD]
    outbox_actions.enqueue_chunks(kind=TELL, key="facts", name="fact_ids", ids=ids, size=AT_ONCE, at=at)
    bad = [fact.pk for fact in facts if fact.kind == "survey.answered" and fact.data.get("is_bad")]
    if bad:
        items = [(f"fact:{pk}", {"fact_id": pk}) for pk in bad]
        outbox_actions.enqueue_many(kind=ANSWER, items=items, at=at, available_at=at + PATIENCE)


@transaction.atomic
def tell_facts(*, fact_ids: Sequence[int], at: datetime) -> None:
    """Tell of alerts and tasks; what is over by now is not told, and what was told of it rings no more."""
    facts = list(Fact.objects.filter(pk__in=fact_ids).select_related("account").order_by("pk"))
    alerts = _open_alerts(fact.data["alert_id"] for fact in facts if "alert_id" in fact.data)
    people = people_queries.people()
    cases = [case for fact in facts if (case := _case(fact, alerts, people)) is not None]
    reading.settle(links={_link(fact) for fact in facts if fact.kind in OVER}, at=at)
    tell(cases=cases, people=people, at=at)


def _open_alerts(ids: Iterable[int]) -> dict[int, Alert]:
    return {alert.pk: alert for alert in Alert.objects.told().open().filter(pk__in=set(ids))}


def _case(fact: Fact, alerts: dict[int, Alert], people: People) -> Case | None:
    if fact.kind in {"task.added", "task.changed"}:
        return _task_case(fact, people)
    if fact.kind.startswith("complaint."):
        return _complaint_case(fact, people)
    alert = alerts.get(fact.data["alert_id"])
    make = _OF_ALERTS.get(fact.kind)
    return make(fact, alert, people) if make and alert else None


def _opened(fact: Fact, alert: Alert, people: People) -> Case:
    answers = [driver["answer_id"] for driver in alert.drivers if "answer_id" in driver]
    return Case(
        kind=Kind.URGENT_ALERT if alert.is_urgent else Kind.BAD_ANSWER if answers else Kind.ALERT_OPENED,
        key=f"alert:{alert.pk}",
        link=_alert_link(alert.pk),
        members=people.only([alert.assignee_id]) or people.carers(fact.account),
        account=fact.account,
        fact=fact,
        data={"alert_id": alert.pk, "answers": answers},
    )


def _escalated(fact: Fact, alert: Alert, people: People) -> Case:
    return _of_alert(Kind.ALERT_ESCALATED, fact, alert, people.only(fact.data.get("members", ())))


def _assigned(fact: Fact, alert: Alert, people: People) -> Case:
    return _of_alert(Kind.ALERT_ASSIGNED, fact, alert, _others(fact, fact.data.get("member"), people))


def _of_alert(kind: Kind, fact: Fact, alert: Alert, members: list[int]) -> Case:
    link = _alert_link(alert.pk)
    data = {"alert_id": alert.pk}
    return Case(kind, f"fact:{fact.pk}", link, members, account=fact.account, fact=fact, data=data)


def _task_case(fact: Fact, people: People) -> Case | None:
    """A task that somebody was given: when it was made, or later."""
    if fact.kind == "task.changed" and "assignee" not in fact.data.get("fields", ()):
        return None
    members = _others(fact, fact.data.get("assignee"), people)
    link = _account_link(fact.account_id)
    return Case(Kind.TASK_ASSIGNED, f"fact:{fact.pk}", link, members, account=fact.account, fact=fact)


def _complaint_case(fact: Fact, people: People) -> Case | None:
    """A complaint that was opened or handed over, told to another than who did it; one that is overdue, to its owner.

    What nobody has taken is the account's owner's.
    """
    if fact.kind not in _OF_COMPLAINTS or (fact.kind == "complaint.changed" and "owner" not in fact.data["fields"]):
        return None
    members = people.only([fact.data.get("owner")]) or people.carers(fact.account)
    if fact.kind != "complaint.overdue":
        members = [pk for pk in members if people.by_id[pk].user_id != fact.by_id]
    kind, link = _OF_COMPLAINTS[fact.kind], _complaint_link(fact.data["complaint_id"])
    return Case(kind, f"fact:{fact.pk}", link, members, account=fact.account, fact=fact)


_OF_COMPLAINTS: dict[str, str] = {
    "complaint.opened": Kind.COMPLAINT_OPENED,
    "complaint.changed": Kind.COMPLAINT_OPENED,
    "complaint.overdue": Kind.COMPLAINT_OVERDUE,
}


def _others(fact: Fact, member_id: int | None, people: People) -> list[int]:
    """The member, unless it was they who did it."""
    return [pk for pk in people.only([member_id]) if people.by_id[pk].user_id != fact.by_id]


_OF_ALERTS: dict[str, Callable[[Fact, Alert, People], Case]] = {
    "alert.opened": _opened,
    "alert.escalated": _escalated,
    "alert.assigned": _assigned,
}


@transaction.atomic
def tell_answer(*, fact_id: int, at: datetime) -> None:
    """Tell of a bad answer that no alert has told: it came while one was open, or the rule is switched off.

    What opened an alert that is held out stays as silent as that.
    """
    fact = Fact.objects.select_related("account").get(pk=fact_id)
    answer_id = fact.data["answer_id"]
    silent = Alert.objects.filter(account=fact.account, is_held_out=True, drivers__contains=[{"answer_id": answer_id}])
    if queries.is_answer_told(fact.account_id, answer_id) or silent.exists():
        return
    people = people_queries.people()
    link, members = _account_link(fact.account_id), people.carers(fact.account)
    case = Case(Kind.BAD_ANSWER, f"answer:{answer_id}", link, members, account=fact.account, fact=fact)
    tell(cases=[case], people=people, at=at)


# ---------------------------------------------------------------------------------------- what a day brings
@transaction.atomic
def begin_day(*, at: datetime) -> None:
    """Look for renewals and tasks, in effects of some hundreds each."""
    today = day_of(at)
    renewing = Account.objects.filter(stage__in=CUSTOMER, renews_on__gte=today, renews_on__lte=today + AHEAD)
    overdue = Task.objects.open().filter(due_on__lt=today)
    for kind, name, rows in ((RENEWALS, "account_ids", renewing), (TASKS, "task_ids", overdue)):
        ids = list(rows.order_by("pk").values_list("pk", flat=True))
        outbox_actions.enqueue_chunks(kind=kind, key=today.isoformat(), name=name, ids=ids, size=AT_ONCE, at=at)


@transaction.atomic
def tell_renewals(*, account_ids: Sequence[int], at: datetime) -> None:
    """Once for each account and day of renewal."""
    people, accounts = people_queries.people(), Account.objects.filter(pk__in=account_ids).exclude(renews_on=None)
    tell(cases=_renewals(accounts.order_by("pk"), people), people=people, at=at)


def _renewals(accounts: Iterable[Account], people: People) -> Iterator[Case]:
    for account in accounts:
        day = str(account.renews_on)
        yield Case(
            kind=Kind.RENEWAL_NEAR,
            key=f"renewal:{account.pk}:{day}",
            link=_account_link(account.pk),
            members=people.carers(account),
            account=account,
            data={"renews_on": day},
        )


@transaction.atomic
def tell_tasks(*, task_ids: Sequence[int], at: datetime) -> None:
    """Once for each task and the day it was due."""
    people = people_queries.people()
    tasks = Task.objects.open().filter(pk__in=task_ids).select_related("account").order_by("pk")
    tell(cases=[_overdue(task, people) for task in tasks], people=people, at=at)


def _overdue(task: Task, people: People) -> Case:
    return Case(
        kind=Kind.TASK_OVERDUE,
        key=f"task:{task.pk}:{task.due_on}",
        link=_account_link(task.account_id),
        members=people.only([task.assignee_id]) or people.carers(task.account),
        account=task.account,
        data={"text": task.text, "due_on": str(task.due_on)},
    )


# --------------------------------------------------------------------------------------------- themes
@transaction.atomic
def tell_rises(rises: Sequence[Rise], at: datetime) -> None:
    """Themes that more customers speak of than before: everybody may know, and chooses how."""
    people = people_queries.people()
    tell(cases=[_risen(rise, people) for rise in rises], people=people, at=at)


def _risen(rise: Rise, people: People) -> Case:
    names = ("customers", "of_customers", "before", "of_before", "negative")
    data = {"theme": rise.theme.name, "day": str(rise.day), **{name: getattr(rise, name) for name in names}}
    week = f"first={rise.day - timedelta(days=7)}&last={rise.day - timedelta(days=1)}"
    link = f"{reverse('voice:remark_list')}?theme={rise.theme_id}&{week}&source=all"
    return Case(Kind.THEME_RISEN, f"rise:{rise.pk}", link, [*people.by_id], data=data)


# --------------------------------------------------------------------------------------------- other rooms
@transaction.atomic
def tell_news(news: Sequence[News], at: datetime) -> None:
    """What other rooms want told: to who began it, or to who has to do it."""
    people = people_queries.people()
    tell(cases=[_news(one, people) for one in news], people=people, at=at)


def _news(one: News, people: People) -> Case:
    members = people.of_users(one.users)
    if one.members:
        members += people.only(one.members) or people.of_role(OVERSEERS)
    return Case(one.kind, one.key, one.link, members, data=one.data)


# --------------------------------------------------------------------------------------------- the outbox
def hear_of_stuck(at: datetime) -> None:
    """Something needs a decision; told once a day at most."""
    outbox_actions.enqueue(kind=STUCK, key=day_of(at).isoformat(), payload={}, at=at)


@transaction.atomic
def tell_stuck(*, at: datetime) -> None:
    count = outbox_queries.stuck_effects().count()
    if not count:
        return
    people = people_queries.people()
    key, link = f"stuck:{day_of(at)}", reverse("outbox:stuck_list")
    case = Case(Kind.WORK_STUCK, key, link, people.deciders(), data={"count": count})
    tell(cases=[case], people=people, at=at)


@transaction.atomic
def tell_chat_off(*, hook_id: int, status: int, at: datetime) -> None:
    """A chat answered that its address is no more; told once for each time."""
    hook = ChatHook.objects.exclude(disabled_at=None).filter(pk=hook_id).first()
    if hook is None:
        return
    people = people_queries.people()
    key, link = f"chat-off:{hook.pk}:{hook.disabled_at}", reverse("notices:chat", args=[hook.pk])
    data = {"name": hook.name, "status": status}
    tell(cases=[Case(Kind.CHAT_OFF, key, link, people.deciders(), data=data)], people=people, at=at)


def _alert_link(alert_id: int) -> str:
    return reverse("alerts:alert", args=[alert_id])


def _complaint_link(complaint_id: int) -> str:
    return reverse("complaints:complaint", args=[complaint_id])


def _link(fact: Fact) -> str:
    """Where what is over was told to lead."""
    about = fact.data
    return _complaint_link(about["complaint_id"]) if "complaint_id" in about else _alert_link(about["alert_id"])


def _account_link(account_id: int) -> str:
    return reverse("dashboard:account", args=[account_id])
