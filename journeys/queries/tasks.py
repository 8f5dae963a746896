"""Reading tasks: whose, which, and with whom to speak."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from accounts.models import Account, Contact
from journeys.models import Task, TaskQuerySet


def tasks() -> TaskQuerySet:
    """Every task with what a line shows."""
    return Task.objects.select_related("account", "play__playbook", "assignee__user", "done_by", "dropped_by")


def tasks_of(account: Account) -> TaskQuerySet:
    """What is open for an account, the first due first."""
    return tasks().open().filter(account=account).order_by("due_on", "pk")


def due_tasks(day: date, *, member_id: int | None = None) -> TaskQuerySet:
    """What is overdue or due on `day`, of everybody or in a member's care, the first due first."""
    found = tasks().due_by(day)
    return (found.in_care_of(member_id) if member_id else found).order_by("due_on", "pk")


def in_order(pks: list[int]) -> list[Task]:
    """These tasks with what a line shows, as they are named."""
    found = tasks().in_bulk(pks)
    return [found[pk] for pk in pks if pk in found]


def partners(found: Iterable[Task]) -> dict[int, list[Contact]]:
    """With whom to speak in each open task that names a role: those who are there, by name; in one statement."""
    wanted = [task for task in found if task.role and task.is_open]
    people: dict[tuple[int, str], list[Contact]] = defaultdict(list)
    if wanted:
        there = Contact.objects.present().filter(
            account__in={task.account_id for task in wanted}, role__in={task.role for task in wanted}
        )
        for person in there.order_by("name", "pk"):
            people[person.account_id, person.role].append(person)
    return {task.pk: people[task.account_id, task.role] for task in wanted}


@dataclass(frozen=True)
class Line:
    """A task, and with whom to speak."""

    task: Task
    people: list[Contact]


def lines(found: Iterable[Task]) -> list[Line]:
    """What a list of tasks shows; in two statements."""
    told = list(found)
    people = partners(told)
    return [Line(task, people.get(task.pk, [])) for task in told]
