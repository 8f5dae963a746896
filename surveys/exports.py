"""Answers, mails, refusals and figures as tables for a spreadsheet: the header first, keys rather than words."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from surveys import listing, queries, scores
from surveys.lens import Lens
from surveys.models import Invitation, Refusal, Wave

CHUNK = 2000
Table = Iterator[Sequence[object]]


def rows(lens: Lens, at: datetime) -> Table:
    """The rows that `lens` shows, newest first, in its columns."""
    names = _names()
    columns = ["account_id", *(one for one in listing.COLUMNS[lens.show] if one != "account_id")]
    yield [names[column] for column in columns]
    sort = listing.newest(lens)
    yield from listing.rows(lens, at).order_by(*sort.order()).values_list(*columns).iterator(chunk_size=CHUNK)


def _names() -> dict[str, str]:
    about = _("About")
    return {
        "account_id": _("Account id"),
        "account__name": _("Account"),
        "contact__name": _("Person"),
        "answered_at": _("Answered at"),
        "changed_at": _("Changed at"),
        "value": _("Answer"),
        "scale_max": _("Out of"),
        "comment": _("Comment"),
        "invitation__ticket__subject": about,
        "ticket__subject": about,
        "sent_at": _("Sent at"),
        "expires_at": _("Open until"),
        "answer": _("Answer"),
        "at": _("When"),
        "reason": _("Why not"),
    }


# ------------------------------------------------------------------ everybody who was asked, or was not

_ASKED = (
    "metric", "account_id", "account__name", "contact__name", "ticket__subject", "send_at", "sent_at", "answers__value",
    "answers__scale_max", "answers__comment", "answers__answered_at", "answers__changed_at",
)  # fmt: skip
_NOT_ASKED = ("metric", "account_id", "account__name", "contact__name", "ticket__subject", "at", "reason")


def people(asked: QuerySet[Invitation], refused: QuerySet[Refusal]) -> Table:
    """A row for each person asked, with the answer if there is one; then one for each who was not, with the reason."""
    yield [
        _("Survey"), _("Account id"), _("Account"), _("Person"), _("About"), _("To be sent at"), _("Sent at"),
        _("Answer"), _("Out of"), _("Comment"), _("Answered at"), _("Changed at"), _("Not asked at"), _("Why not"),
    ]  # fmt: skip
    yield from ([*row, None, ""] for row in _values(asked, _ASKED))
    for *about, at, reason in _values(refused, _NOT_ASKED):
        yield [*about, *[None] * (len(_ASKED) - len(about)), at, reason]


def _values(found: QuerySet[Any], columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    return found.order_by("pk").values_list(*columns).iterator(chunk_size=CHUNK)


# ------------------------------------------------------------------ figures


def figures(lens: Lens, at: datetime, first: datetime) -> Table:
    """The period's score with interval, response and answers by value; then each month's and week's since `first`."""
    values = scores.values(lens.metric)
    yield [
        _("Survey"), _("Span"), _("First day"), _("Answers"), _("Score"), _("Interval from"), _("Interval to"),
        _("Mails sent"), _("Mails answered"), _("Not asked"),
        *(_("Answers of %(value)s") % {"value": value} for value in values),
    ]  # fmt: skip
    since, until = lens.span(at)
    results, refused = queries.results(lens.metric, since, until), queries.refusals_between(lens.metric, since, until)
    beside = [results.sent, results.answered, refused.count()]
    yield _figure(lens, "period", since.date(), results.score, beside, results.counts, values)
    for span, trend in (("month", queries.trend), ("week", queries.weeks)):
        for one in trend(lens.metric, first, at):
            yield _figure(lens, span, one.first, one.score, [None] * len(beside), one.counts, values)


def _figure(
    lens: Lens,
    span: str,
    day: date,
    score: scores.Score,
    beside: Iterable[object],
    counts: dict[int, int],
    values: Iterable[int],
) -> list[object]:
    interval = [None if edge is None else round(edge, 1) for edge in (score.value, score.low, score.high)]
    return [lens.metric, span, day, score.n, *interval, *beside, *(counts.get(value, 0) for value in values)]


def waves(found: QuerySet[Wave]) -> Table:
    """Every wave, with how many were asked and answered."""
    yield [_("Id"), _("Wave"), _("Started at"), _("By"), _("Accounts"), _("Roles"), _("Sent"), _("Answered")]
    for wave in found.iterator(chunk_size=CHUNK):
        by, roles = str(wave.by or ""), " ".join(wave.roles)
        yield [wave.pk, wave.name, wave.created_at, by, len(wave.account_ids), roles, wave.sent, wave.answered]  # type: ignore[attr-defined]
