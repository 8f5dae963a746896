"""What the page about the whole workspace shows: prepared values only."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from health import breaks, charts, quadrants, queries
from health.parts import PARTS
from health.sentences import label
from lib.formatting import money_short, number, percent
from lib.markup import band_label, score_chip
from lib.paging import Sort, page_of
from lib.svg import Bar, bar_list

TREND_DAYS = 180


def overview(*, today: date, segment_id: int | None = None) -> dict[str, Any]:
    """Everything `health/insights.html` shows: of a segment how it stands now, of everybody the past as well."""
    counts = queries.standing_now(segment_id)
    total = sum(counts.values())
    address = reverse("dashboard:account_list") + (f"?segment={segment_id}&" if segment_id else "?")
    others = _others(*queries.no_customers(segment_id))
    now = {
        "total": total,
        "stats": [_stat(band, counts[band], total, address, "" if band else others) for band in charts.ORDER],
        "owners": [_owner(risk, address) for risk in queries.risk_by_owner(segment_id)],
        "latest": queries.latest_day(today),
    }
    return now if segment_id else now | _of_everybody(today)


def _of_everybody(today: date) -> dict[str, Any]:
    days = queries.trend(days=TREND_DAYS, today=today)
    told = breaks.of_workspace(days=TREND_DAYS, today=today)
    return {
        "mean_chart": charts.mean_over_time(days, told, days=TREND_DAYS, today=today),
        "risk_chart": charts.at_risk_over_time(days, told, days=TREND_DAYS, today=today) if days else "",
        "breaks": told,
        "days": TREND_DAYS,
        "gaps": gaps(today),
        "quadrants": quadrants.overview(),
    }


def _others(early: int, lost: int) -> str:
    """Who has no score for being no customer."""
    told = [
        ngettext("%(n)s is no customer yet", "%(n)s are no customers yet", early) % {"n": number(early)}
        if early
        else "",
        ngettext("%(n)s has left", "%(n)s have left", lost) % {"n": number(lost)} if lost else "",
    ]
    return ", ".join(filter(None, told))


def _stat(band: str, count: int, total: int, address: str, others: str) -> dict[str, str]:
    return {
        "label": band_label(band),
        "value": number(count),
        "sub": " · ".join(filter(None, [percent(count / total) if total else "", others])),
        "href": f"{address}band={band or 'none'}",
    }


def _owner(risk: queries.OwnerRisk, address: str) -> dict[str, Any]:
    accounts = f"{address}owner={risk.owner_id or 'none'}"
    return {
        "name": risk.name,
        "accounts": number(risk.accounts),
        "accounts_url": accounts,
        "at_risk": number(risk.at_risk),
        "at_risk_url": f"{accounts}&band=at_risk" if risk.at_risk else "",
        "money": ", ".join(money_short(minor, currency) for currency, minor in sorted(risk.arr_at_risk.items())),
        "mean": number(risk.mean),
    }


def gaps(today: date) -> dict[str, Any]:
    """How many accounts lack each part on the last scored day."""
    latest = queries.latest_day(today)
    if latest is None:
        return {}
    scored, lacking = queries.missing_parts(latest)
    bars = [Bar(label(key), lacking[key], _share(lacking[key], scored), "none", _gap_url(key)) for key in PARTS]
    chart = bar_list(bars, _("Accounts without each part of the score"), maximum=scored or 1)
    return {"scored": number(scored), "chart": chart}


def _share(count: int, total: int) -> str:
    return f"{number(count)} ({percent(count / total if total else 0)})"


def _gap_url(key: str) -> str:
    return f"{reverse('health:gap_list')}?part={key}"


def gap_rows(part: str, *, today: date, after: str, before: str) -> dict[str, Any]:
    """The accounts that lack a part, by name, a page at a time."""
    latest = queries.latest_day(today)
    if latest is None:
        return {"rows": [], "latest": None}
    fields = ["name", "health_score", "health_band", "health_coverage", "arr_minor", "currency"]
    page = page_of(queries.accounts_without(part, latest), Sort("name"), fields, after=after, before=before)
    return {"rows": [_gap_row(row) for row in page.rows], "page": page, "latest": latest}


def _gap_row(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": row["name"],
        "url": reverse("health:account_panel", args=[row["pk"]]),
        "health": score_chip(row["health_score"], row["health_band"]),
        "coverage": percent(row["health_coverage"]),
        "money": money_short(row["arr_minor"], row["currency"]),
    }
