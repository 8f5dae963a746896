"""Today's lines as flat strings: who, why here, why at all, what it is worth, when, and what to do next."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from html import escape
from typing import Any, NamedTuple
from urllib.parse import quote

from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from dashboard import places, reasons
from dashboard.ranking import FirstAlert, Line
from dashboard.rows import chip, pattern
from health import queries as health_queries
from lib import formatting, markup
from workspaces.capabilities import Capability
from workspaces.queries import Membership

# One line: `id`, the address and name of the account, chips, more alerts, why, what next, facts, its place, actions.
WORK = (
    '<li class="work" id="work-{}" data-row><div class="work-main"><div class="work-head">'
    '<a data-row-link data-focus href="{}">{}</a>{}{}</div><p class="work-why">{}</p>'
    '<p class="work-meta"><span><strong class="work-money">{}</strong></span>{}</p>{}</div>{}</li>'
)
PLACE = '<details class="work-place"><summary>{}</summary><dl class="work-factors">{}</dl></details>'
FACTOR = "<div><dt>{}</dt><dd><strong>{}</strong><span>{}</span></dd></div>"
ACKNOWLEDGE = (
    '<form class="form-inline" method="post" action="{0}" hx-post="{0}" hx-target="#work-{1}"'
    ' hx-select="#work-{1}" hx-swap="outerHTML"><input type="hidden" name="csrfmiddlewaretoken" value="{2}">'
    '<input type="hidden" name="next" value="{3}"><button class="btn btn-sm" data-row-ack aria-label="{4}">{5}'
    "</button></form>"
)
CALL = '<a class="btn btn-sm" href="{}{}" aria-label="{}">{}</a>'
MORE = (
    '<details class="menu"><summary class="btn btn-sm btn-icon" aria-label="{}">{}</summary>'
    '<div class="menu-list menu-end">{}</div></details>'
)
ITEM = '<a class="menu-item" href="{}">{}</a>'


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
    acknowledge_button: str
    acknowledge_label: str
    call: str
    call_button: str
    call_label: str
    more: str
    more_label: str
    items: list[tuple[str, str]]
    way_back: str
    alert: str
    acknowledged: str
    escalated: str
    assigned: str
    nobody: str
    missing: str
    here: str


def work_rows(lines: Sequence[Line], desk: Desk) -> SafeString:
    """Today's lines: who, why in words, money, when, why here, and the next action."""
    parts = health_queries.parts_on([line.account_id for line in lines if not line.alert], desk.today)
    phrases = _phrases(desk)
    ago = cache(lambda then: markup.ago(then, desk.now))
    return SafeString("".join(_work_row(line, parts.get(line.account_id, []), phrases, desk, ago) for line in lines))


def _phrases(desk: Desk) -> Phrases:
    return Phrases(
        language=get_language(),
        account=pattern("dashboard:account"),
        acknowledge=pattern("alerts:alert_acknowledge"),
        acknowledge_button=markup.icon("check") + _("Acknowledge"),
        acknowledge_label=_("Acknowledge the alert of %(name)s"),
        call=pattern("dashboard:call"),
        call_button=markup.icon("phone") + _("Call"),
        call_label=_("Call %(name)s: what to know, whom, and how it went"),
        more=markup.icon("dots"),
        more_label=_("More to do about %(name)s"),
        items=[
            (pattern("dashboard:send"), markup.icon("mail") + _("Send a message")),
            (pattern("journeys:playbook_start"), markup.icon("player-play") + _("Start a playbook")),
            (pattern("journeys:touchpoint_new"), markup.icon("message") + _("Log touchpoint")),
            (pattern("dashboard:dismiss"), markup.icon("clock-pause") + _("Dismiss…")),
        ],
        way_back=f"?next={quote(desk.here)}",
        alert=_("alert %(when)s"),
        acknowledged=markup.icon("check", "icon-sm") + _("acknowledged %(when)s"),
        escalated=markup.icon("arrow-up", "icon-sm") + _("with %(names)s %(when)s"),
        assigned=_("assigned to %(name)s"),
        nobody=_("Nobody owns it"),
        missing=f'<a class="work-missing" href="%s#people">{markup.icon("alert-triangle", "icon-sm")}%s</a>',
        here=escape(desk.here),
    )


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
        _place(places.grounds(line, days), line.urgency, phrases.language),
        _actions(line, phrases, desk) if desk.member.can(Capability.WORK) else "",
    )


@lru_cache(maxsize=4096)
def _place(line: places.Grounds, urgency: float, _language: str | None) -> str:
    """Why it stands here, and the three factors on opening."""
    told = [
        FACTOR.format(escape(one.name), formatting.number(one.figure, 2), escape(one.why))
        for one in places.factors(line)
    ]
    product = _("The three multiplied. 1 is a typical customer, certainly lost, today.")
    told.append(FACTOR.format(escape(_("Urgency")), formatting.number(urgency, 2), escape(product)))
    return PLACE.format(escape(_("Why here: %(words)s") % {"words": places.in_words(line)}), "".join(told))


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
        facts += _of_alert(line.alert, phrases, desk, ago)
    return facts


def _of_alert(alert: FirstAlert, phrases: Phrases, desk: Desk, ago: Callable[[datetime], SafeString]) -> list[str]:
    """How old it is, who has seen it, whose it is, and whom it went to: escaped."""
    facts = [phrases.alert % {"when": ago(alert.opened_at)}]
    if alert.acknowledged_at:
        facts.append(phrases.acknowledged % {"when": ago(alert.acknowledged_at)})
    name, is_there = desk.owners.get(alert.assignee_id or 0, ("", False))
    if is_there and alert.assignee_id != desk.member.member_id:
        facts.append(escape(phrases.assigned % {"name": name}))
    if alert.escalated_at:
        names = escape(", ".join(desk.owners[pk][0] for pk in alert.escalated_to if pk in desk.owners))
        facts.append(phrases.escalated % {"names": names, "when": ago(alert.escalated_at)})
    return facts


def _actions(line: Line, phrases: Phrases, desk: Desk) -> str:
    """Acknowledge what nobody has seen; call; and in a menu send, start a playbook, log, or dismiss."""
    name = {"name": line.name}
    said = ""
    if line.alert and not line.alert.acknowledged_at:
        label = escape(phrases.acknowledge_label % name)
        button = phrases.acknowledge_button
        address = phrases.acknowledge % line.alert.pk
        said = ACKNOWLEDGE.format(address, line.account_id, desk.token, phrases.here, label, button)
    about = f"{phrases.way_back}&amp;alert={line.alert.pk}" if line.alert else phrases.way_back
    items = "".join(ITEM.format(f"{address % line.account_id}{about}", words) for address, words in phrases.items)
    call = phrases.call % line.account_id
    said += CALL.format(call, about, escape(phrases.call_label % name), phrases.call_button)
    said += MORE.format(escape(phrases.more_label % name), phrases.more, items)
    return f'<div class="work-side">{said}</div>'
