"""Rows of long lists as flat strings: a filter or a tag per cell is what makes a page of 50 rows slow."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from html import escape
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts import custom
from accounts.models import Account, CustomField
from accounts.stages import Stage
from dashboard import attention, reasons
from dashboard.columns import Beside, Column
from dashboard.ranking import Line
from lib import formatting, markup
from workspaces.capabilities import Capability
from workspaces.queries import Membership

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
    address, alert_address = pattern("dashboard:account"), reverse("health:alert_list")
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
    '<a data-row-link data-focus href="{}">{}</a>{}{}</div><p class="work-why">{}</p>'
    '<p class="work-meta"><span><strong class="work-money">{}</strong></span>{}</p></div>{}</li>'
)
ACKNOWLEDGE = (
    '<div class="work-side"><form class="form-inline" method="post" action="{0}" hx-post="{0}" hx-target="#work-{1}"'
    ' hx-select="#work-{1}" hx-swap="outerHTML"><input type="hidden" name="csrfmiddlewaretoken" value="{2}">'
    '<input type="hidden" name="next" value="{3}"><button class="btn btn-sm" data-row-ack aria-label="{4}">{5}'
    "</button></form></div>"
)
TOUCHPOINT = '<div class="work-side"><a class="btn btn-sm" href="{}" aria-label="{}">{}</a></div>'


@dataclass(frozen=True)
class Desk:
    """Whose page it is: who reads it when, where it is, and the form's token."""

    member: Membership
    owners: Mapping[int, tuple[str, bool]]
    today: date
    now: datetime
    here: str
    token: str


class Phrases(NamedTuple):
    """Addresses with `%s` for an id, and words that come in many lines: looked up once for all."""

    language: str | None
    account: str
    acknowledge: str
    touchpoint: str
    acknowledge_button: str
    acknowledge_label: str
    touchpoint_button: str
    touchpoint_label: str
    alert: str
    acknowledged: str
    nobody: str
    missing: str
    here: str


def work_rows(lines: Sequence[Line], desk: Desk) -> SafeString:
    """Today's lines: who, why in words, money, when, one action."""
    parts = attention.parts_of([line.account_id for line in lines if not line.alert], today=desk.today)
    phrases = Phrases(
        language=get_language(),
        account=pattern("dashboard:account"),
        acknowledge=pattern("health:alert_acknowledge"),
        touchpoint=pattern("journeys:touchpoint_new"),
        acknowledge_button=markup.icon("check") + _("Acknowledge"),
        acknowledge_label=_("Acknowledge the alert of %(name)s"),
        touchpoint_button=markup.icon("message") + _("Log touchpoint"),
        touchpoint_label=_("Log a touchpoint with %(name)s"),
        alert=_("alert %(when)s"),
        acknowledged=markup.icon("check", "icon-sm") + _("acknowledged %(when)s"),
        nobody=_("Nobody owns it"),
        missing=f'<a class="work-missing" href="%s#people">{markup.icon("alert-triangle", "icon-sm")}%s</a>',
        here=escape(desk.here),
    )
    ago = cache(lambda then: markup.ago(then, desk.now))
    return SafeString("".join(_work_row(line, parts.get(line.account_id, []), phrases, desk, ago) for line in lines))


def _work_row(
    line: Line, parts: list[dict[str, Any]], phrases: Phrases, desk: Desk, ago: Callable[[datetime], SafeString]
) -> str:
    url = phrases.account % line.account_id
    days = (line.renews_on - desk.today).days if line.renews_on else None
    return WORK.format(
        line.account_id,
        url,
        escape(line.name),
        chip(line.health_score, line.health_band, phrases.language),
        _more(line.alerts - 1, url),
        _why_of_alert(line.alert.drivers, phrases.language) if line.alert else _why(*reasons.of_parts(parts)),
        _money(line.arr_minor, line.currency, phrases.language),
        "".join(
            f"<span>{fact}</span>"
            for fact in (
                _renewal_words(line.renews_on, days, phrases.language),
                *_facts(line, phrases, desk, ago),
                *(phrases.missing % (url, escape(words)) for words in reasons.of_people(line)),
            )
        ),
        _action(line, phrases, desk) if desk.member.can(Capability.WORK) else "",
    )


def _more(count: int, url: str) -> str:
    if count <= 0:
        return ""
    words = ngettext("and %(n)s more alert", "and %(n)s more alerts", count) % {"n": count}
    return f'<a class="small" href="{url}#alerts">{words}</a>'


@lru_cache(maxsize=4096)
def _why_of_alert(drivers: str, _language: str | None) -> str:
    """What led to an alert and what helps, of its drivers as JSON: told once, as it is shown many times."""
    return _why(*reasons.of_alert(json.loads(drivers)))


def _why(why: str, step: str) -> str:
    why = why or _("Not enough is known about this customer to score them before they renew.")
    return f'{escape(why)} <span class="work-next">{escape(step)}</span>'


@lru_cache(maxsize=4096)
def _money(arr_minor: int | None, currency: str, _language: str | None) -> str:
    if arr_minor is None:
        return _("ARR unknown")
    return escape(_("%(money)s a year") % {"money": formatting.money_short(arr_minor, currency)})


@lru_cache(maxsize=4096)
def _renewal_words(day: date | None, days: int | None, _language: str | None) -> str:
    if days is None:
        return _("no renewal date")
    if days < 0:
        return _("was to renew on %(day)s") % {"day": formatting.exact(day)}
    if days == 0:
        return _("renews today")
    return ngettext("renews in %(days)s day", "renews in %(days)s days", days) % {"days": days}


def _facts(line: Line, phrases: Phrases, desk: Desk, ago: Callable[[datetime], SafeString]) -> list[str]:
    """Who else looks after it, and how old the alert is: escaped."""
    facts = []
    if line.owner_id is None:
        facts.append(phrases.nobody)
    elif line.owner_id != desk.member.member_id:
        facts.append(escape(desk.owners[line.owner_id][0]))
    if line.alert:
        facts.append(phrases.alert % {"when": ago(line.alert.opened_at)})
        if line.alert.acknowledged_at:
            facts.append(phrases.acknowledged % {"when": ago(line.alert.acknowledged_at)})
    return facts


def _action(line: Line, phrases: Phrases, desk: Desk) -> str:
    """The one thing to press: acknowledge what nobody has seen, else log how it went."""
    if line.alert and not line.alert.acknowledged_at:
        return ACKNOWLEDGE.format(
            phrases.acknowledge % line.alert.pk,
            line.account_id,
            desk.token,
            phrases.here,
            escape(phrases.acknowledge_label % {"name": line.name}),
            phrases.acknowledge_button,
        )
    return TOUCHPOINT.format(
        phrases.touchpoint % line.account_id,
        escape(phrases.touchpoint_label % {"name": line.name}),
        phrases.touchpoint_button,
    )
