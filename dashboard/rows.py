"""Rows of long lists as flat strings: a filter or a tag per cell is what makes a page of 50 rows slow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from html import escape
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.models import Account
from accounts.stages import Stage
from dashboard import attention, reasons
from dashboard.ranking import Line
from health import queries as health_queries
from health.models import Alert
from lib import formatting, markup
from workspaces.capabilities import Capability
from workspaces.queries import Membership

WEEK = 7
BAND_LEVELS = (50, 70)
TONES = {"healthy": "healthy", "watch": "watch", "at_risk": "risk"}

# One row of the portfolio: `%s` are the columns' labels, `{}` the cells. Django's own template took five times as long.
ROW = (
    '<tr data-row><td><a data-row-link href="{}">{}</a></td><td data-label="%s">{}</td><td data-label="%s">{}</td>'
    '<td data-label="%s">{}</td><td class="num" data-label="%s">{}</td><td data-label="%s">{}</td>'
    '<td data-label="%s">{}</td><td class="num" data-label="%s">{}</td><td data-label="%s">{}</td></tr>'
)


def pattern(url_name: str) -> str:
    """The address behind a name with `%s` for its id: one look-up for all rows."""
    return reverse(url_name, args=[0]).replace("/0/", "/%s/")


def account_rows(
    found: Sequence[Mapping[str, Any]],
    heads: Sequence[str],
    *,
    trends: Mapping[int, Sequence[float | None]],
    alerts: Mapping[int, int],
    owners: Mapping[int, tuple[str, bool]],
    now: datetime,
) -> SafeString:
    """The portfolio's rows under `heads`; `trends` holds the scores of past weeks."""
    address, alert_address = pattern("dashboard:account"), reverse("health:alert_list")
    stages, tiers = labels(Stage.choices), labels(Account.Tier.choices)
    renewals = {day: renewal(day, now) for day in {row["renews_on"] for row in found}}
    template = ROW % tuple(escape(head) for head in heads[1:])
    names = {None: formatting.MISSING} | {pk: escape(name) for pk, (name, _here) in owners.items()}
    language = get_language()
    found_rows = (
        template.format(  # every cell is escaped by now
            address % row["pk"],
            escape(row["name"]),
            chip(row["health_score"], row["health_band"], language),
            trend([*trends.get(row["pk"], ()), row["health_score"]], row["health_band"]),
            stages[row["stage"]],
            formatting.money_short(row["arr_minor"], row["currency"]),
            renewals[row["renews_on"]],
            names[row["owner_id"]],
            _alerts(alerts.get(row["pk"], 0), f"{alert_address}?account={row['pk']}"),
            tiers[row["tier"]],
        )
        for row in found
    )
    return SafeString("".join(found_rows))


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
    """A line through the scores of weeks, the newest last; nothing where there is nothing to see.

    `lib.svg.sparkline` with its title, description and ids took most of the page's time.
    """
    known = [(place, float(score)) for place, score in enumerate(scores) if score is not None]
    if len(known) < 2:
        return SafeString("")
    step = 90 / (len(scores) - 1)
    points = [(round(3 + place * step, 1), round(25 - score * 0.22, 1)) for place, score in known]
    told = _("From %(first)s to %(last)s") % {
        "first": formatting.number(known[0][1]),
        "last": formatting.number(known[-1][1]),
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


# One line of Today: `id`, the address and name of the account, its chip, more alerts, why, what next, facts, action.
WORK = (
    '<li class="work" id="work-{}" data-row><div class="work-main"><div class="work-head">'
    '<a data-row-link data-focus href="{}">{}</a>{}{}</div><p class="work-why">{} <span class="work-next">{}</span></p>'
    '<p class="work-meta">{}</p></div>{}</li>'
)
ACKNOWLEDGE = (
    '<div class="work-side"><form class="form-inline" method="post" action="{0}" hx-post="{0}" hx-target="#work-{1}"'
    ' hx-select="#work-{1}" hx-swap="outerHTML"><input type="hidden" name="csrfmiddlewaretoken" value="{2}">'
    '<input type="hidden" name="next" value="{3}"><button class="btn btn-sm" data-row-ack aria-label="{4}">{5}{6}'
    "</button></form></div>"
)
TOUCHPOINT = '<div class="work-side"><a class="btn btn-sm" href="{}" aria-label="{}">{}{}</a></div>'


@dataclass(frozen=True)
class Desk:
    """Whose page it is: who reads it when, where it is, and the form's token."""

    member: Membership
    owners: Mapping[int, tuple[str, bool]]
    today: date
    now: datetime
    here: str
    token: str


class Places(NamedTuple):
    """Addresses with `%s` for an id, and what the buttons say, looked up once for all lines."""

    account: str
    acknowledge: str
    touchpoint: str
    acknowledge_words: str
    acknowledge_label: str
    touchpoint_words: str
    touchpoint_label: str


def work_rows(lines: Sequence[Line], desk: Desk) -> SafeString:
    """Today's lines: who, why in words, money, when, one action."""
    ids = [line.account_id for line in lines]
    alerts = health_queries.open_alerts_by_account(ids, today=desk.today)
    parts = attention.parts_of([pk for pk in ids if pk not in alerts], today=desk.today)
    places = Places(
        account=pattern("dashboard:account"),
        acknowledge=pattern("health:alert_acknowledge"),
        touchpoint=pattern("journeys:touchpoint_new"),
        acknowledge_words=_("Acknowledge"),
        acknowledge_label=_("Acknowledge the alert of %(name)s"),
        touchpoint_words=_("Log touchpoint"),
        touchpoint_label=_("Log a touchpoint with %(name)s"),
    )
    return SafeString(
        "".join(
            _work_row(line, alerts.get(line.account_id, []), parts.get(line.account_id, []), places, desk)
            for line in lines
        )
    )


def _work_row(line: Line, alerts: Sequence[Alert], parts: list[dict[str, Any]], places: Places, desk: Desk) -> str:
    why, step = (reasons.of_alert(alerts[0]), alerts[0].next_step) if alerts else reasons.of_parts(parts)
    url = places.account % line.account_id
    return WORK.format(
        line.account_id,
        url,
        escape(line.name),
        chip(line.health_score, line.health_band, get_language()),
        _more(len(alerts) - 1, url),
        escape(why or _("Not enough is known about this customer to score them before they renew.")),
        escape(step),
        "".join(f"<span>{fact}</span>" for fact in _facts(line, alerts, desk)),
        _action(line, alerts, places, desk) if desk.member.can(Capability.WORK) else "",
    )


def _more(count: int, url: str) -> str:
    if count <= 0:
        return ""
    words = ngettext("and %(n)s more alert", "and %(n)s more alerts", count) % {"n": count}
    return f'<a class="small" href="{url}#alerts">{words}</a>'


def _facts(line: Line, alerts: Sequence[Alert], desk: Desk) -> list[str]:
    """Money, when, who: escaped."""
    facts = [f'<strong class="work-money">{_money(line)}</strong>', _renewal_words(line, desk.today)]
    if line.owner_id is None:
        facts.append(_("Nobody owns it"))
    elif line.owner_id != desk.member.member_id:
        facts.append(escape(desk.owners[line.owner_id][0]))
    if alerts:
        facts.append(_("alert %(when)s") % {"when": markup.ago(alerts[0].opened_at, desk.now)})
        if alerts[0].acknowledged_at:
            seen = markup.ago(alerts[0].acknowledged_at, desk.now)
            facts.append(markup.icon("check", "icon-sm") + _("acknowledged %(when)s") % {"when": seen})
    return facts


def _money(line: Line) -> str:
    if line.arr_minor is None:
        return _("ARR unknown")
    return _("%(money)s a year") % {"money": formatting.money_short(line.arr_minor, line.currency)}


def _renewal_words(line: Line, today: date) -> str:
    if line.renews_on is None:
        return _("no renewal date")
    days = (line.renews_on - today).days
    if days < 0:
        return _("was to renew on %(day)s") % {"day": formatting.exact(line.renews_on)}
    if days == 0:
        return _("renews today")
    return ngettext("renews in %(days)s day", "renews in %(days)s days", days) % {"days": days}


def _action(line: Line, alerts: Sequence[Alert], places: Places, desk: Desk) -> str:
    """The one thing to press: acknowledge what nobody has seen, else log how it went."""
    if alerts and not alerts[0].acknowledged_at:
        return ACKNOWLEDGE.format(
            places.acknowledge % alerts[0].pk,
            line.account_id,
            desk.token,
            escape(desk.here),
            escape(places.acknowledge_label % {"name": line.name}),
            markup.icon("check"),
            places.acknowledge_words,
        )
    return TOUCHPOINT.format(
        places.touchpoint % line.account_id,
        escape(places.touchpoint_label % {"name": line.name}),
        markup.icon("message"),
        places.touchpoint_words,
    )
