"""Reviews, promises and a report's figures as tables for a spreadsheet: the header first, keys rather than words."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lib.formatting import major_units
from lib.paging import Sort
from reviews import queries
from reviews.document import Report
from reviews.models import ActionItem, Review, Section, ShareLink

CHUNK = 2000
LARGEST_FIRST = Sort("arr_minor", falls=True)
Table = Iterator[Sequence[object]]


def reviews(found: QuerySet[Any], year: int, quarter: int) -> Table:
    """The accounts of `queries.accounts_in` with where their review of the quarter stands, the most money first."""
    yield [
        _("Account id"), _("Account"), _("Year"), _("Quarter"), _("State"), _("Prepared at"), _("Held at"),
        _("Health score"), _("Health band"), _("ARR"), _("Currency"), _("Renews on"), _("Owner"),
    ]  # fmt: skip
    rows = found.order_by(*LARGEST_FIRST.order()).values_list(
        "pk", "name", "prepared_at", "held_at", "is_promised", "health_score", "health_band", "arr_minor", "currency",
        "renews_on", "owner__user__name",
    )  # fmt: skip
    for pk, name, prepared, held, is_promised, score, band, arr, currency, renews_on, owner in rows.iterator(CHUNK):
        money = None if arr is None else major_units(arr, currency)
        state = queries.state_of(prepared, held, is_promised=is_promised)
        yield [pk, name, year, quarter, state, prepared, held, score, band, money, currency, renews_on, owner]


def history(found: QuerySet[Review]) -> Table:
    """Reviews as they were begun, prepared and held."""
    yield [_("Id"), _("Year"), _("Quarter"), _("State"), _("Begun at"), _("Prepared at"), _("Held at"), _("Present")]
    for one in found.iterator(chunk_size=CHUNK):
        dates = [one.created_at, one.prepared_at, one.held_at]
        yield [one.pk, one.year, one.quarter, one.state.value, *dates, one.attendees]


def promises(found: QuerySet[ActionItem]) -> Table:
    """What was promised in reviews: to whom, by whom, until when, and whether it was done."""
    yield [
        _("Id"), _("Account id"), _("Account"), _("What was promised"), _("Who"), _("Due"), _("Promised at"),
        _("In the review of"), _("Done at"),
    ]  # fmt: skip
    for item in found.iterator(chunk_size=CHUNK):
        yield [
            item.pk, item.account_id, item.account.name, item.text, item.owner_name, item.due_on, item.created_at,
            str(item.review), item.done_at,
        ]  # fmt: skip


def shares(found: QuerySet[ShareLink]) -> Table:
    """The links to one report, without what opens it."""
    yield [_("Id"), _("Whole report"), _("Made at"), _("Made by"), _("Ends at"), _("Withdrawn at")]
    for link in found.iterator(chunk_size=CHUNK):
        by = str(link.created_by or "")
        yield [link.pk, link.with_internals, link.created_at, by, link.expires_at, link.revoked_at]


def figures(report: Report, known: Mapping[str, Any]) -> Table:
    """A report line by line: its figures as they are told, the values of its charts, what happened, what was said."""
    yield [_("Section"), _("What"), _("Day"), _("Value"), _("Note")]
    for section in report.sections:
        title = section.title
        yield from ([title, figure.label, None, figure.value, figure.sub] for figure in section.figures)
        yield from ([title, what, day, value, ""] for what, day, value in _curve(section.key, report, known))
        yield from ([title, line.text, line.day, "", ""] for line in section.lines)
        yield from ([title, quote.by, None, quote.text, ""] for quote in section.quotes)
        if section.commentary:
            yield [title, _("Commentary"), None, section.commentary, ""]
    for promise in report.promises:
        yield [_("Actions"), promise.text, promise.due_on, promise.done_on, promise.owner]


def _curve(section: str, report: Report, known: Mapping[str, Any]) -> Iterator[tuple[str, str, object]]:
    """The values behind a section's chart."""
    if section == Section.ADOPTION:
        for metric in known["usage"]:
            yield from ((metric["name"], week[:10], value) for week, value in metric["weeks"])
    if section == Section.RISKS and not report.for_customer:
        yield from ((_("Health score"), day, score) for day, score in known["health"]["curve"])
