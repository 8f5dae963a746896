"""What the pages about loyalty and satisfaction of everybody show: prepared values only."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from health import queries
from health.attitude_words import ADVICE, quadrant_name
from health.models import Attitude
from lib.formatting import major_units, money_short, number, percent
from lib.markup import score_chip
from lib.paging import Sort, page_of

CHUNK = 2000
FIELDS = ["name", "health_score", "health_band", "arr_minor", "currency"]


def chosen(text: str) -> str:
    """The quadrant an address names, or the first."""
    return text if text in queries.QUADRANTS else queries.QUADRANTS[0]


def name_of(quadrant: str) -> str:
    return quadrant_name("" if quadrant == "unknown" else quadrant)


def overview() -> list[dict[str, Any]]:
    """The quadrants with how many accounts and how much money stand in each."""
    found = queries.by_quadrant()
    total = sum(one.accounts for one in found)
    return [
        {
            "key": one.quadrant,
            "label": name_of(one.quadrant),
            "count": number(one.accounts),
            "share": percent(one.accounts / total) if total else "",
            "money": ", ".join(money_short(minor, currency) for currency, minor in sorted(one.arr.items())),
            "url": f"{reverse('health:quadrant_list')}?quadrant={one.quadrant}",
        }
        for one in found
    ]


def rows(quadrant: str, after: str, before: str) -> dict[str, Any]:
    """The accounts of one quadrant by name, a page at a time."""
    page = page_of(queries.accounts_in(quadrant), Sort("name"), FIELDS, after=after, before=before)
    measured = queries.attitudes_of([row["pk"] for row in page.rows])
    return {
        "quadrant": quadrant,
        "name": name_of(quadrant),
        "advice": ADVICE["" if quadrant == "unknown" else quadrant],
        "rows": [_row(row, measured.get(row["pk"])) for row in page.rows],
        "page": page,
        "tabs": [{**one, "active": one["key"] == quadrant} for one in overview()],
        "nav": "insights",
    }


def _row(row: dict[str, Any], attitude: Attitude | None) -> dict[str, Any]:
    return {
        "name": row["name"],
        "url": f"{reverse('health:account_panel', args=[row['pk']])}#health-axes",
        "health": score_chip(row["health_score"], row["health_band"]),
        "loyalty": _figure(attitude, "loyalty"),
        "satisfaction": _figure(attitude, "satisfaction"),
        "money": money_short(row["arr_minor"], row["currency"]),
    }


def _figure(attitude: Attitude | None, axis: str) -> str:
    value = getattr(attitude, axis, None)
    if value is None:
        return _("No data")
    return f"{number(value)} · {percent(getattr(attitude, f'{axis}_coverage'))}"


def table(quadrant: str) -> Iterator[Sequence[object]]:
    """The same accounts as a table, however many."""
    yield [
        _("Account id"), _("Account"), _("Quadrant"), _("Loyalty"), _("Loyalty: coverage"), _("Loyalty: rows"),
        _("Satisfaction"), _("Satisfaction: coverage"), _("Satisfaction: rows"), _("Measured at"), _("ARR"),
        _("Currency"),
    ]  # fmt: skip
    found = queries.accounts_in(quadrant).order_by(*Sort("name").order()).values("pk", *FIELDS)
    chunk: list[dict[str, Any]] = []
    for row in found.iterator(chunk_size=CHUNK):
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield from _cells(chunk, quadrant)
            chunk = []
    yield from _cells(chunk, quadrant)


def _cells(chunk: list[dict[str, Any]], quadrant: str) -> Iterator[Sequence[object]]:
    measured = queries.attitudes_of([row["pk"] for row in chunk]) if chunk else {}
    for row in chunk:
        one = measured.get(row["pk"])
        about = [_told(one, axis) for axis in ("loyalty", "satisfaction")]
        money = None if row["arr_minor"] is None else major_units(row["arr_minor"], row["currency"])
        at = one.measured_at if one else None
        yield [row["pk"], row["name"], name_of(quadrant), *about[0], *about[1], at, money, row["currency"]]


def _told(one: Attitude | None, axis: str) -> list[object]:
    if one is None:
        return [None, None, None]
    return [getattr(one, axis), round(getattr(one, f"{axis}_coverage"), 2), getattr(one, f"{axis}_n")]
