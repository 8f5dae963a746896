"""What other rooms show of complaints and follow-ups: flat, in a fixed number of statements."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.models import Account, Ticket
from complaints import rows
from complaints.models import FollowUp
from complaints.queries import case as queries
from complaints.queries import follow_up as follow_up_queries
from journeys.models import Touchpoint
from surveys.models import Answer
from surveys.registry import Note

MOST = 5


def account_panel(account: Account, at: datetime) -> dict[str, Any]:
    """An account's complaints, those that are open first."""
    found = queries.lines(list(queries.complaints_of(account)[:MOST]), at)
    return {"complaints": [rows.line(one, at) for one in found]}


def waiting(at: datetime, member_id: int | None, most: int) -> list[dict[str, Any]]:
    """What is open, the first promised first, of everybody or in a member's care."""
    found = queries.lines(list(queries.open_or_overdue(at, member_id=member_id)[:most]), at)
    return [rows.line(one, at) for one in found]


def of_sources(source: str, ids: Collection[int]) -> dict[int, int]:
    """Which of these are complaints, with the complaint's id."""
    return queries.ids_of_sources(source, ids) if ids else {}


def mark(source: str, found: Sequence[Ticket] | Sequence[Touchpoint]) -> None:
    """Give each the `complaint_id` that it has become, or None."""
    known = of_sources(source, [one.pk for one in found])
    for one in found:
        one.complaint_id = known.get(one.pk)  # type: ignore[union-attr]  # for the template alone


class Row(Protocol):
    """Anything that shows an answer."""

    @property
    def answer(self) -> Answer: ...


@dataclass(frozen=True)
class Loop:
    """An answer's row, the complaint that it is, and who spoke with the customer, when, and what came of it."""

    row: Any
    complaint_id: int | None
    follow_up: FollowUp | None
    chip: SafeString | str
    words: str

    @property
    def answer(self) -> Answer:
        found: Answer = self.row.answer
        return found


def with_loops(found: Sequence[Row], at: datetime) -> list[Loop]:
    """Each answer with what became of it, in two statements."""
    ids = [row.answer.pk for row in found]
    follow_ups, complaints = follow_up_queries.of_answers(ids) if ids else {}, of_sources("answer", ids)
    return [_loop(row, complaints.get(row.answer.pk), follow_ups.get(row.answer.pk), at) for row in found]


def _loop(row: Row, complaint_id: int | None, follow_up: FollowUp | None, at: datetime) -> Loop:
    if follow_up is None:
        return Loop(row, complaint_id, None, "", "")
    return Loop(row, complaint_id, follow_up, rows.follow_up_state(follow_up, at), told(follow_up))


def notes(answer_ids: Collection[int]) -> dict[int, list[Note]]:
    """What became of these answers, for lists of answers in rooms below."""
    if not answer_ids:
        return {}
    found: dict[int, list[Note]] = defaultdict(list)
    for answer_id, one in follow_up_queries.of_answers(answer_ids).items():
        found[answer_id].append(Note(told(one), reverse("complaints:follow_up", args=[one.pk])))
    for answer_id, pk in of_sources("answer", answer_ids).items():
        found[answer_id].append(Note(_("It is a complaint"), reverse("complaints:complaint", args=[pk]), is_case=True))
    return found


def told(one: FollowUp) -> str:
    """Who spoke with them and what came of it; or who is to."""
    who = one.told_by or one.task.done_by
    if one.outcome:
        words = {"name": who or _("Somebody who has left"), "outcome": one.get_outcome_display()}
        is_reached = one.outcome != FollowUp.Outcome.NOT_REACHED
        return (_("%(name)s spoke with them: %(outcome)s") if is_reached else _("%(name)s tried: %(outcome)s")) % words
    if one.task.done_at:
        return _("%(name)s followed it up") % {"name": who or _("Somebody who has left")}
    if one.task.dropped_at:
        return _("The follow-up was dropped")
    return _("%(name)s is to speak with them") % {"name": one.task.assignee or _("Nobody yet")}
