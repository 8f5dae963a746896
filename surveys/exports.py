"""Answers, mails, refusals and figures as tables for a spreadsheet: the header first, keys rather than words."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from surveys import definitions, listing, results
from surveys.estimates import Difference, Score
from surveys.lens import Lens
from surveys.measures import Measure
from surveys.models import Answer, Hold, Invitation, Refusal, Survey, Wave

CHUNK = 2000
Table = Iterator[Sequence[object]]


def rows(lens: Lens, at: datetime) -> Table:
    """The rows that `lens` shows, newest first, in its columns."""
    names = _names()
    columns = ["account_id", *(one for one in listing.COLUMNS[lens.show] if one != "account_id")]
    yield [names[column] for column in columns]
    wordings = listing.wordings_of(lens.survey)
    place = columns.index("replies") if "replies" in columns else None
    sort = listing.newest(lens)
    for row in listing.rows(lens, at).order_by(*sort.order()).values_list(*columns).iterator(chunk_size=CHUNK):
        if place is None:
            yield row
        else:
            yield [*row[:place], dict(listing.said(row[place], wordings)) or None, *row[place + 1 :]]


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
        "replies": _("Replies"),
        "is_late": _("Late"),
        "doubt": _("Doubt"),
        "invitation__ticket__subject": about,
        "ticket__subject": about,
        "sent_at": _("Sent at"),
        "expires_at": _("Open until"),
        "answer": _("Answer"),
        "undelivered_at": _("Came back at"),
        "at": _("When"),
        "reason": _("Why not"),
    }


# ------------------------------------------------------------------ everybody who was asked, or was not

_ASKED = (
    "metric", "account_id", "account__name", "contact__name", "ticket__subject", "send_at", "sent_at", "answers__value",
    "answers__scale_max", "answers__comment", "answers__answered_at", "answers__changed_at",
)  # fmt: skip
_NOT_ASKED = (
    "metric",
    "account_id",
    "account__name",
    "contact__name",
    "ticket__subject",
    "at",
    "reason",
    "is_reminder",
)


def people(asked: QuerySet[Invitation], refused: QuerySet[Refusal]) -> Table:
    """A row for each person asked, with the answer if there is one; then one for each who was not, or was not
    reminded, with the reason.
    """
    yield [
        _("Survey"), _("Account id"), _("Account"), _("Person"), _("About"), _("To be sent at"), _("Sent at"),
        _("Answer"), _("Out of"), _("Comment"), _("Answered at"), _("Changed at"), _("Not asked at"), _("Why not"),
        _("Only the reminder"),
    ]  # fmt: skip
    yield from ([*row, None, "", None] for row in _values(asked, _ASKED))
    for *about, at, reason, is_reminder in _values(refused, _NOT_ASKED):
        yield [*about, *[None] * (len(_ASKED) - len(about)), at, reason, is_reminder]


def _values(found: QuerySet[Any], columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    return found.order_by("pk").values_list(*columns).iterator(chunk_size=CHUNK)


# ------------------------------------------------------------------ figures


def figures(lens: Lens, measure: Measure, at: datetime) -> Table:
    """The period's score with its doubt, response and answers by value; then each month's, week's and wave's."""
    values = measure.scale.values
    yield [
        _("Survey"), _("Roll-up"), _("Span"), _("First day"), *_score_names(), _("Mails sent"), _("Mails answered"),
        _("Mails that reached nobody"),
        _("Not asked"), _("To be confirmed"), _("Late"),
        *(_("Answers of %(value)s") % {"value": one} for one in values),
    ]  # fmt: skip
    found = results.results(lens, measure, at)
    refused = None if lens.key else sum(found.refused.values())
    response = found.response
    beside = [response.sent, response.answered, response.undelivered, refused, found.doubtful, found.late]
    about = [lens.survey, lens.roll]
    counts = [found.counts.get(value, 0) for value in values]
    first = lens.dates(at)[0].date().isoformat()
    yield [*about, "period", first, *_score(found.score, found.change), *beside, *counts]
    for span in ("month", "week", "wave"):
        for one in results.trend(lens.but(span=span), measure, at):
            when = one.name if span == "wave" else one.first
            yield [*about, span, when, *_score(one.score, one.change), *[None] * (len(beside) + len(counts))]


def groups(lens: Lens, measure: Measure, at: datetime) -> Table:
    """The period's figures of every group, against the rest of the answers."""
    label = str(lens.dimension.label)
    yield [_("Survey"), _("Roll-up"), _("Broken down by"), label, _("Name"), *_score_names(), *_response_names()]
    within = results.results(lens, measure, at)
    for one in results.groups(lens, measure, within, at):
        about = [lens.survey, lens.roll, lens.by, one.key, one.name]
        response = one.response
        yield [*about, *_score(one.score, one.beside), response.sent, response.answered, response.undelivered]


def _response_names() -> list[str]:
    return [_("Sent"), _("Answered"), _("Reached nobody")]


def _score_names() -> list[str]:
    return [
        _("Answers"), _("Units"), _("Score"), _("Interval from"), _("Interval to"), _("Difference"),
        _("More than chance"),
    ]  # fmt: skip


def _score(score: Score, difference: Difference | None) -> list[object]:
    edges = [None if edge is None else round(edge, 2) for edge in (score.value, score.low, score.high)]
    moved: list[object] = [None, None] if difference is None else [round(difference.by, 2), difference.is_real]
    return [score.n, score.units, *edges, *moved]


def waves(found: QuerySet[Wave]) -> Table:
    """Every wave, with how many were asked and answered."""
    yield [_("Id"), _("Wave"), _("Started at"), _("By"), _("Accounts"), _("Roles"), _("Sent"), _("Answered")]
    for wave in found.iterator(chunk_size=CHUNK):
        by, roles = str(wave.by or ""), " ".join(wave.roles)
        yield [wave.pk, wave.name, wave.created_at, by, len(wave.account_ids), roles, wave.sent, wave.answered]  # type: ignore[attr-defined]


def surveys(found: Iterable[Survey]) -> Table:
    """What each survey asks, when and whom."""
    yield [_("Id"), _("Survey"), _("Asks"), _("When"), _("Whom"), _("State"), _("Gap")]
    for row in definitions.rows(found):
        yield [row.survey.pk, row.survey.name, row.asks, row.when, row.whom, row.state[1], row.gap]


def holds(found: QuerySet[Hold]) -> Table:
    """Every time in which nobody at an account was asked."""
    yield [_("Id"), _("Account id"), _("Account"), _("Why"), _("Note"), _("Since"), _("By"), _("Until"), _("Ended by")]
    for hold in found.iterator(chunk_size=CHUNK):
        begun, ended = [hold.begun_at, str(hold.begun_by or "")], [hold.ended_at, str(hold.ended_by or "")]
        yield [hold.pk, hold.account_id, hold.account.name, hold.kind, hold.note, *begun, *ended]


def doubtful(found: QuerySet[Answer]) -> Table:
    """Answers that may be a machine's, and why."""
    yield [
        _("Id"),
        _("Account id"),
        _("Person id"),
        _("Metric"),
        _("Answer"),
        _("Of"),
        _("Comment"),
        _("Doubt"),
        _("At"),
    ]
    columns = "pk account_id contact_id metric value scale_max comment doubt answered_at".split()
    yield from found.order_by("-pk").values_list(*columns).iterator(chunk_size=CHUNK)
