"""What the page of customers that do not answer shows: prepared values only."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from lib.formatting import major_units, money_short, number, percent
from lib.markup import score_chip
from lib.paging import Sort, page_of
from surveys import queries
from surveys.actions.silence import RARE
from surveys.models import Silence

SHOWS = ("stopped", "never")
CHUNK = 2000
LONGEST_FIRST = Sort("unanswered", falls=True)
FIELDS = [
    "account_id", "account__name", "account__owner__user__name", "account__health_score", "account__health_band",
    "account__arr_minor", "account__currency", "unanswered", "people", "chance", "answered_at", "asked_at",
]  # fmt: skip


def chosen(text: str) -> str:
    """The list an address names, or the first."""
    return text if text in SHOWS else SHOWS[0]


def _found(show: str) -> QuerySet[Silence]:
    return queries.silences(has_answered=show == "stopped")


def page(show: str, after: str, before: str) -> dict[str, Any]:
    """The accounts of one list, the longest silence first, a page at a time."""
    found = page_of(_found(show), LONGEST_FIRST, FIELDS, after=after, before=before)
    return {
        "show": show,
        "tabs": [_tab(one, show) for one in SHOWS],
        "rows": [_row(row) for row in found.rows],
        "page": found,
        "rare": percent(RARE),
        "nav": "surveys",
    }


def _tab(one: str, show: str) -> dict[str, Any]:
    label = _("Stopped answering") if one == "stopped" else _("Never answered")
    return {"label": label, "url": f"?show={one}", "active": one == show, "count": _found(one).count()}


def _row(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": row["account__name"],
        "url": reverse("surveys:account_panel", args=[row["account_id"]]),
        "owner": row["account__owner__user__name"] or "",
        "unanswered": number(row["unanswered"]),
        "people": number(row["people"]),
        "chance": percent(row["chance"], 0 if row["chance"] >= 0.01 else 1),
        "is_rare": row["chance"] < RARE,
        "answered_at": row["answered_at"],
        "asked_at": row["asked_at"],
        "health": score_chip(row["account__health_score"], row["account__health_band"]),
        "money": money_short(row["account__arr_minor"], row["account__currency"]),
    }


def table(show: str) -> Iterator[Sequence[object]]:
    """The same accounts as a table, however many."""
    yield [
        _("Account id"), _("Account"), _("Owner"), _("Mails in a row without an answer"), _("People asked"),
        _("Chance of that"), _("Last answer"), _("Last asked"), _("Health"), _("ARR"), _("Currency"),
    ]  # fmt: skip
    found = _found(show).order_by(*LONGEST_FIRST.order()).values(*FIELDS)
    for row in found.iterator(chunk_size=CHUNK):
        minor, currency = row["account__arr_minor"], row["account__currency"]
        yield [
            row["account_id"], row["account__name"], row["account__owner__user__name"], row["unanswered"],
            row["people"], round(row["chance"], 4), row["answered_at"], row["asked_at"], row["account__health_score"],
            None if minor is None else major_units(minor, currency), currency,
        ]  # fmt: skip
