"""Rows of long lists as flat strings: a filter or a tag per cell is what makes a page of 50 rows slow."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.models import Account
from accounts.stages import Stage
from dashboard import queries
from dashboard.queries import Line
from health import queries as health_queries
from health.models import Alert
from lib import formatting, markup
from lib.svg import sparkline
from workspaces.capabilities import Capability
from workspaces.queries import Membership

Row = dict[str, str]
WEEK = 7
BAND_LEVELS = (50, 70)
TONES = {"healthy": "healthy", "watch": "watch", "at_risk": "risk"}


def account_address() -> str:
    """The address of an account with `%s` for its id: one look-up for all rows."""
    return reverse("dashboard:account", args=[0]).replace("/0/", "/%s/")


def account_rows(
    found: Sequence[Mapping[str, Any]],
    *,
    trends: Mapping[int, Sequence[float | None]],
    alerts: Mapping[int, int],
    owners: Mapping[int, tuple[str, bool]],
    now: datetime,
) -> list[Row]:
    """The portfolio's rows; `trends` holds a score a day."""
    address, alert_address = account_address(), reverse("health:alert_list")
    stages, tiers = labels(Stage.choices), labels(Account.Tier.choices)
    days = {row["renews_on"] for row in found}
    renewals = {day: renewal(day, now) for day in days}
    return [
        {
            "url": address % row["pk"],
            "name": row["name"],
            "health": chip(row["health_score"], row["health_band"], get_language()),
            "trend": trend(trends.get(row["pk"], ()), row["health_band"]),
            "stage": stages[row["stage"]],
            "arr": formatting.money_short(row["arr_minor"], row["currency"]),
            "renewal": renewals[row["renews_on"]],
            "owner": owners[row["owner_id"]][0] if row["owner_id"] else formatting.MISSING,
            "alerts": _alerts(alerts.get(row["pk"], 0), f"{alert_address}?account={row['pk']}"),
            "tier": tiers[row["tier"]],
        }
        for row in found
    ]


def labels(choices: Sequence[tuple[str, Any]]) -> dict[str, str]:
    """The words of a choice in the reader's language, as plain strings."""
    return {key: str(label) for key, label in choices}


@lru_cache(maxsize=4096)
def chip(score: float | None, band: str, language: str | None) -> SafeString:
    """A score chip; `language` keeps one reader's words from another's."""
    return markup.score_chip(None if score is None else float(score), band)


def renewal(day: date | None, now: datetime) -> SafeString:
    return markup.ago(day, now) if day else format_html('<span class="muted">{}</span>', formatting.MISSING)


def trend(scores: Sequence[float | None], band: str) -> SafeString:
    """A score a week, the newest last; nothing where there is nothing to see."""
    weekly = list(scores[::-1][::WEEK][::-1])
    known = [score for score in weekly if score is not None]
    if len(known) < 2:
        return SafeString("")
    described = _("From %(first)s to %(last)s in 90 days") % {
        "first": formatting.number(known[0]),
        "last": formatting.number(known[-1]),
    }
    tone = TONES.get(band, "none")
    return sparkline(weekly, _("Health"), described, low=0, high=100, tone=tone, bands=BAND_LEVELS)


def _alerts(count: int, address: str) -> str:
    return format_html('<a href="{}">{}</a>', address, count) if count else ""


def work_rows(
    lines: Sequence[Line], *, member: Membership, owners: Mapping[int, tuple[str, bool]], today: date, now: datetime
) -> list[dict[str, Any]]:
    """Today's lines: who, why in words, money, when, one action."""
    ids = [line.account_id for line in lines]
    alerts = health_queries.open_alerts_by_account(ids, today=today)
    causes = queries.weakest_parts([pk for pk in ids if pk not in alerts], today=today)
    address, can_work = account_address(), member.can(Capability.WORK)
    return [
        {
            "id": line.account_id,
            "url": address % line.account_id,
            "name": line.name,
            "chip": chip(line.health_score, line.health_band, get_language()),
            "money": _money(line),
            "renewal": _renewal_words(line, today),
            "owner": owners[line.owner_id][0] if line.owner_id else _("Nobody owns it"),
            **_reason(alerts.get(line.account_id, []), causes.get(line.account_id, ""), now),
            "can_work": can_work,
        }
        for line in lines
    ]


def _money(line: Line) -> str:
    if line.arr_minor is None:
        return _("ARR unknown")
    return _("%(money)s a year") % {"money": formatting.money_short(line.arr_minor, line.currency)}


def _renewal_words(line: Line, today: date) -> str:
    if line.renews_on is None:
        return _("no renewal date")
    days = (line.renews_on - today).days
    if days < 0:
        return _("was to renew %(when)s") % {"when": formatting.exact(line.renews_on)}
    if days == 0:
        return _("renews today")
    return ngettext("renews in %(days)s day", "renews in %(days)s days", days) % {"days": days}


def _reason(alerts: Sequence[Alert], cause: str, now: datetime) -> dict[str, Any]:
    """Why the account is here: its alert's words, or what costs its health most before the renewal."""
    if not alerts:
        why = cause or _("Not enough is known about this customer to score them before they renew.")
        return {"why": why, "next": "", "alert": None, "more_alerts": 0, "seen": ""}
    first = alerts[0]
    seen = markup.ago(first.acknowledged_at, now) if first.acknowledged_at else ""
    return {
        "why": first.reason,
        "next": first.next_step,
        "alert": first,
        "opened": markup.ago(first.opened_at, now),
        "more_alerts": len(alerts) - 1,
        "seen": seen,
    }
