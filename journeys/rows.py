"""The tasks and the plays that an address asks for, a page at a time."""

from dataclasses import dataclass
from datetime import date, timedelta

from journeys.forms import TaskFilter
from journeys.models import Play, Task, TaskQuerySet
from journeys.queries import playbooks as playbook_queries
from journeys.queries import tasks as queries
from lib.paging import Page, Sort, page_of
from workspaces.capabilities import Role
from workspaces.queries import Membership

SORTS = {
    "open": Sort("due_on"),
    "done": Sort("done_at", falls=True, ids_fall=True),
    "dropped": Sort("dropped_at", falls=True, ids_fall=True),
}
NEWEST_FIRST = Sort("started_at", falls=True, ids_fall=True)
AHEAD = {"late": -1, "today": 0, "week": 7}  # days
DEFAULT_MINE = [Role.CSM]


@dataclass(frozen=True)
class Chosen:
    """Which tasks are asked for; without a word `mine` for a CSM, and `open`."""

    who: str
    show: str
    due: str
    playbook_id: int | None
    account_id: int | None

    @property
    def is_narrowed(self) -> bool:
        return bool(self.due or self.playbook_id or self.account_id)


def chosen(form: TaskFilter, member: Membership) -> Chosen:
    form.is_valid()
    read = form.cleaned_data
    account_id = read.get("account")
    return Chosen(
        who=read.get("who") or ("mine" if member.role in DEFAULT_MINE and not account_id else "all"),
        show=read.get("show") or "open",
        due=read.get("due") or "",
        playbook_id=read.get("playbook"),
        account_id=account_id,
    )


def matching(wanted: Chosen, member: Membership, today: date) -> TaskQuerySet:
    """The tasks that fit, unordered."""
    found: TaskQuerySet = Task.objects.all()
    if wanted.who != "all":
        found = found.in_care_of(member.member_id if wanted.who == "mine" else int(wanted.who))
    if wanted.playbook_id:
        found = found.filter(play__playbook=wanted.playbook_id)
    if wanted.account_id:
        found = found.filter(account=wanted.account_id)
    return _shown(found, wanted, today)


def _shown(found: TaskQuerySet, wanted: Chosen, today: date) -> TaskQuerySet:
    if wanted.show == "done":
        return found.done()
    if wanted.show == "dropped":
        return found.dropped()
    return found.due_by(today + timedelta(days=AHEAD[wanted.due])) if wanted.due else found.open()


def task_page(found: TaskQuerySet, show: str, *, after: str, before: str) -> tuple[list[queries.Line], Page]:
    """One page, in three statements: those that are open by the day they are due, others newest first."""
    place = page_of(found, SORTS[show], [], after=after, before=before)
    return queries.lines(queries.in_order([row["pk"] for row in place.rows])), place


def play_page(playbook_id: int, *, after: str, before: str) -> tuple[list[Play], Page]:
    """One page of the starts of a playbook, the newest first, in two statements."""
    place = page_of(Play.objects.filter(playbook=playbook_id), NEWEST_FIRST, [], after=after, before=before)
    found = playbook_queries.plays().in_bulk([row["pk"] for row in place.rows])
    return [found[row["pk"]] for row in place.rows if row["pk"] in found], place
