"""Rows of long lists as flat strings: a filter or a tag per cell is what makes a page of 50 rows slow."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from html import escape
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts import custom
from accounts.models import Account, CustomField
from accounts.stages import Stage
from dashboard.columns import Beside, Column
from lib import formatting, markup

WEEK = 7
BAND_LEVELS = (50, 70)
TONES = {"healthy": "healthy", "watch": "watch", "at_risk": "risk"}

# The first cell of the portfolio's rows. Django's own template took five times as long as these strings.
FIRST = '<tr data-row><td>{}<a data-row-link href="{}">{}</a></td>'
PICK = '<input class="pick" type="checkbox" name="account" value="{}" form="bulk" aria-label="{}" data-row-pick>'


def pattern(url_name: str) -> str:
    """The address behind a name with `%s` for its id: one look-up for all rows."""
    return reverse(url_name, args=[0]).replace("/0/", "/%s/")


Row = Mapping[str, Any]


def account_rows(
    found: Sequence[Row], columns: Sequence[Column], beside: Beside, *, now: datetime, can_pick: bool = False
) -> SafeString:
    """The portfolio's rows in `columns`, to be picked one by one."""
    address, choose = pattern("dashboard:account"), _("Choose %(name)s")
    paint = _painters(beside, columns, now)
    cells = [(f'<td{_class(column)} data-label="{escape(column.label)}">', paint[column.key]) for column in columns]
    parts: list[str] = []
    for row in found:  # every cell is escaped by now
        pick = PICK.format(row["pk"], escape(choose % {"name": row["name"]})) if can_pick else ""
        parts.append(FIRST.format(pick, address % row["pk"], escape(row["name"])))
        parts.extend(f"{head}{cell(row)}</td>" for head, cell in cells)
        parts.append("</tr>")
    return SafeString("".join(parts))


def _class(column: Column) -> str:
    return f' class="{column.css}"' if column.css else ""


def _painters(beside: Beside, columns: Sequence[Column], now: datetime) -> dict[str, Callable[[Row], str]]:
    """How each column's cell of a row is drawn."""
    address, alert_address = pattern("dashboard:account"), reverse("alerts:alert_list")
    stages, tiers = labels(Stage.choices), labels(Account.Tier.choices)
    names = {None: formatting.MISSING} | {pk: escape(name) for pk, (name, _here) in beside.owners.items()}
    language, trends, alerts = get_language(), beside.trends, beside.alerts
    renewals: dict[date | None, SafeString] = {}

    def renews(row: Row) -> str:
        day = row["renews_on"]
        if day not in renewals:
            renewals[day] = renewal(day, now)
        return renewals[day]

    def above(row: Row) -> str:
        return f'<a href="{address % row["parent_id"]}">{escape(row["parent__name"])}</a>' if row["parent_id"] else ""

    return {
        "health": lambda row: chip(row["health_score"], row["health_band"], language),
        "risk": lambda row: formatting.percent(row["risk"]),
        "trend": lambda row: trend([*trends.get(row["pk"], ()), row["health_score"]], row["health_band"]),
        "stage": lambda row: stages[row["stage"]],
        "arr": lambda row: formatting.money_short(row["arr_minor"], row["currency"]),
        "renewal": renews,
        "owner": lambda row: names[row["owner_id"]],
        "alerts": lambda row: _alerts(alerts.get(row["pk"], 0), f"{alert_address}?account={row['pk']}"),
        "tier": lambda row: tiers[row["tier"]],
        "industry": lambda row: escape(row["industry"]),
        "tags": lambda row: escape(", ".join(beside.tags.get(row["pk"], ()))),
        "parent": above,
        "added": lambda row: markup.ago(row["created_at"], now),
        **{column.key: _own_cell(column.own) for column in columns if column.own},
    }


def _own_cell(field: CustomField) -> Callable[[Row], str]:
    return lambda row: escape(custom.shown(field, row["custom"].get(field.key)))


def labels(choices: Sequence[tuple[str, Any]]) -> dict[str, str]:
    """The words of a choice in the reader's language, escaped."""
    return {key: escape(str(label)) for key, label in choices}


@lru_cache(maxsize=4096)
def chip(score: float | None, band: str, language: str | None) -> SafeString:
    """A score chip; `language` keeps one reader's words from another's."""
    return markup.score_chip(None if score is None else float(score), band)


def renewal(day: date | None, now: datetime) -> SafeString:
    return markup.ago(day, now) if day else format_html('<span class="muted">{}</span>', formatting.MISSING)


def trend(scores: Sequence[float | Decimal | None], band: str) -> SafeString:
    """A line through scores, the newest last; nothing where there is nothing to see.

    `lib.svg.sparkline` with its title, description and ids took most of the page's time.
    """
    known = [(place, float(score)) for place, score in enumerate(scores) if score is not None]
    if len(known) < 2:
        return SafeString("")
    step = 90 / (len(scores) - 1)
    points = [(round(3 + place * step, 1), round(25 - score * 0.22, 1)) for place, score in known]
    told = _("From %(first)s to %(last)s") % {
        "first": formatting.score(known[0][1]),
        "last": formatting.score(known[-1][1]),
    }
    tone, (x, y) = TONES.get(band, "none"), points[-1]
    line = " ".join(f"{x},{y}" for x, y in points)
    return SafeString(  # numbers and our own words; the one text is escaped
        f'<svg class="plot spark" width="96" height="28" viewBox="0 0 96 28" role="img" aria-label="{escape(told)}">'
        f'<path class="rule" d="M0 9.6H96"/><path class="rule" d="M0 14H96"/>'
        f'<polyline class="line-{tone}" points="{line}"/><circle class="dot-{tone}" cx="{x}" cy="{y}" r="2.2"/></svg>'
    )


def _alerts(count: int, address: str) -> str:
    return f'<a href="{address}">{count}</a>' if count else ""
