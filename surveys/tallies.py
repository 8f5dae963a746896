"""Answers and mails counted in the database, in sets: one statement at any number of rows."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, Count, ExpressionWrapper, F, Q, QuerySet, TextChoices, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import TruncMonth, TruncWeek
from django.utils.translation import gettext_lazy as _

from accounts.models import Contact
from surveys.estimates import Tally
from surveys.measures import Measure
from surveys.models import Answer, Invitation


class Roll(TextChoices):
    """Whose mean a score is: the B2B question of whether forty people of one customer are forty voices."""

    ANSWERS = "answers", _("All answers")
    ACCOUNTS = "accounts", _("Mean per account")
    DECIDERS = "deciders", _("Decision maker first")


ROLL_WORDS = {
    Roll.ANSWERS: _("every answer counts once"),
    Roll.ACCOUNTS: _("every account counts once, with the mean of its people's answers"),
    Roll.DECIDERS: _(
        "every account counts once: with its decision makers' answers, or, where none answered, with its other people's"
    ),
}

# What is counted, of rows (key, account_id, mark, is_decider): how many answers, how many units, and their sums.
_ROLLED = {
    Roll.ANSWERS: "select key, 1 as n, mark as m from marked",
    Roll.ACCOUNTS: "select key, count(*) as n, avg(mark) as m from marked group by key, account_id",
    Roll.DECIDERS: """
        select key, coalesce(nullif(count(*) filter (where is_decider), 0), count(*)) as n,
            coalesce(avg(mark) filter (where is_decider), avg(mark)) as m
        from marked group by key, account_id""",
}
_SUMMED = """
    with marked as ({marked}), units as ({units})
    select key, sum(n)::bigint, count(*), sum(m)::float8, sum(m * m)::float8 from units group by key"""
_DECIDES = ExpressionWrapper(Q(contact__role=Contact.Role.DECISION_MAKER), BooleanField())
NOBODY = Value(None, BooleanField())


@dataclass(frozen=True)
class Response:
    """Mails sent, those of them that were answered, and those that reached nobody, who could not answer."""

    sent: int = 0
    answered: int = 0
    undelivered: int = 0

    def __add__(self, other: "Response") -> "Response":
        return Response(self.sent + other.sent, self.answered + other.answered, self.undelivered + other.undelivered)

    @property
    def reached(self) -> int:
        return self.sent - self.undelivered

    @property
    def rate(self) -> float | None:
        """Of the mails that reached somebody."""
        return self.answered / self.reached if self.reached else None


def tallies(answers: QuerySet[Answer], measure: Measure, roll: str, by: Combinable) -> dict[Any, Tally]:
    """What the answers add up to, by the value of an expression; an expression of several counts under each."""
    rows = answers.order_by().annotate(
        key=by, mark=measure.mark(), is_decider=_DECIDES if roll == Roll.DECIDERS else NOBODY
    )
    try:
        marked, told = rows.values_list("key", "account_id", "mark", "is_decider").query.sql_with_params()
    except EmptyResultSet:  # what was asked for can hold nothing
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_SUMMED.format(marked=marked, units=_ROLLED[Roll(roll)]), told)
        return {key: Tally(n, units, total, squares) for key, n, units, total, squares in cursor.fetchall()}


def response(sent: QuerySet[Invitation], by: Combinable) -> dict[Any, Response]:
    """What became of mails, by the value of an expression."""
    undelivered = Count("undelivered_at", filter=Q(answers=None))  # a report may be wrong: who answered was reached
    keys = sent.order_by().annotate(key=by).values_list("key")
    found = keys.annotate(Count("pk"), Count("answers"), undelivered=undelivered)
    return {key: Response(*counts) for key, *counts in found}


def values(answers: QuerySet[Answer]) -> dict[int, int]:
    """How often each value was chosen."""
    return {value: times for value, (times, _late) in values_and_late(answers).items()}


def values_and_late(answers: QuerySet[Answer]) -> dict[int, tuple[int, int]]:
    """How often each value was chosen, and how often late."""
    found = (
        answers.values_list("value").annotate(n=Count("pk"), late=Count("pk", filter=Q(is_late=True))).order_by("value")
    )
    return {value: (times, late) for value, times, late in found}


# ------------------------------------------------------------------------------------------------- spans of time


def begins(span: str) -> Combinable:
    """The moment at which the week (from Monday) or month (both UTC) of an answer began; or the wave it answers."""
    if span == "wave":
        return F("invitation__wave_id")
    return (TruncWeek if span == "week" else TruncMonth)("answered_at", tzinfo=UTC)


def firsts(span: str, since: datetime, until: datetime) -> list[date]:
    """The first days of all weeks or months from that of `since` to that of `until`."""
    days = [day_begun(span, since.astimezone(UTC).date())]
    last = day_begun(span, until.astimezone(UTC).date())
    while days[-1] < last:
        days.append(day_after(span, days[-1]))
    return days


def day_begun(span: str, day: date) -> date:
    """The first day of its week or month."""
    return day - timedelta(days=day.weekday()) if span == "week" else day.replace(day=1)


def day_after(span: str, first: date) -> date:
    """The first day of the week or month that follows."""
    return first + timedelta(days=7) if span == "week" else (first + timedelta(days=31)).replace(day=1)
