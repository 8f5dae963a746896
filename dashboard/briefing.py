"""Five lines to read before talking to a customer: made from what is stored, nothing guessed.

How they are and why; what changed; what is open; when we last spoke; what stands before the renewal.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Contact
from dashboard import reasons
from dashboard.queries import Portrait
from journeys.models import StageMove, Touchpoint
from lib.formatting import exact, money_short, number, relative, signed

STILL = 1  # points: a smaller change of the score is none
RECENT_MOVE_DAYS = 90


@dataclass(frozen=True)
class Line:
    """One line: its icon, its tone (empty, `good`, `watch`, `bad`), the finding, and what it rests on."""

    icon: str
    tone: str
    text: str
    detail: str = ""


def brief(portrait: Portrait) -> list[Line]:
    """Always five lines, in the reader's language."""
    return [_health(portrait), _changed(portrait), _open_work(portrait), _last_talk(portrait), _ahead(portrait)]


def _health(portrait: Portrait) -> Line:
    health, change = portrait.health, portrait.change
    if health is None or not health.band:
        return Line("heartbeat", "", _("There is no health score yet: too little is known."))
    tone = {"healthy": "good", "watch": "watch", "at_risk": "bad"}.get(health.band, "")
    score = number(health.score)
    if change is None:
        return Line("heartbeat", tone, _("Health is %(score)s.") % {"score": score}, _weakest(portrait))
    if abs(change.delta) < STILL:
        text = _("Health is %(score)s, unchanged since %(since)s.")
        return Line("heartbeat", tone, text % {"score": score, "since": exact(change.since)}, _weakest(portrait))
    points = round(abs(change.delta))
    if change.delta < 0:
        text = ngettext(
            "Health fell %(points)s point to %(score)s since %(since)s.",
            "Health fell %(points)s points to %(score)s since %(since)s.",
            points,
        )
    else:
        text = ngettext(
            "Health rose %(points)s point to %(score)s since %(since)s.",
            "Health rose %(points)s points to %(score)s since %(since)s.",
            points,
        )
    words = {"points": number(points), "score": score, "since": exact(change.since)}
    causes = [f"{label} {signed(points)}" for label, points in change.causes if round(points)]
    return Line("heartbeat", tone, text % words, ", ".join(causes[:3]))


def _weakest(portrait: Portrait) -> str:
    return reasons.of_parts([part.data for part in portrait.health.parts])[0] if portrait.health else ""


def _changed(portrait: Portrait) -> Line:
    move = portrait.moves[0] if portrait.moves else None
    stage = portrait.account.get_stage_display()
    days = (portrait.at - portrait.account.stage_since).days
    since = ngettext("for %(days)s day", "for %(days)s days", days) % {"days": number(days)}
    text = _("In %(stage)s %(since)s.") % {"stage": stage, "since": since}
    if move is None:
        return Line("route", "", text)
    return Line("route", _move_tone(move), text, _move_words(move))


def _move_tone(move: StageMove) -> str:
    return "bad" if move.to_stage in {"disappointment", "churn"} else ""


def _move_words(move: StageMove) -> str:
    return _("Came from %(stage)s: %(why)s") % {"stage": move.get_from_stage_display(), "why": move.words}


def _open_work(portrait: Portrait) -> Line:
    alerts, tickets = len(portrait.open_alerts), portrait.open_tickets
    overdue = sum(action.is_overdue_on(portrait.today) for action in portrait.actions)
    said = [
        words % {"n": number(count)}
        for count, words in (
            (alerts, ngettext("%(n)s open alert", "%(n)s open alerts", alerts)),
            (tickets, ngettext("%(n)s open ticket", "%(n)s open tickets", tickets)),
            (overdue, ngettext("%(n)s promise overdue", "%(n)s promises overdue", overdue)),
        )
        if count
    ]
    if not said:
        return Line("checklist", "good", _("Nothing is open: no alert, no ticket, no overdue promise."))
    text = _("Open now: %(work)s.") % {"work": get_text_list(said, _("and"))}
    return Line("checklist", "bad" if alerts else "watch", text, _worst(portrait))


def _worst(portrait: Portrait) -> str:
    if portrait.open_alerts:
        return reasons.of_alert(portrait.open_alerts[0])
    waiting = [ticket for ticket in portrait.tickets if ticket.is_open]
    if waiting:
        oldest = min(waiting, key=lambda ticket: ticket.opened_at)
        words = {"subject": str(oldest), "when": relative(oldest.opened_at, portrait.at)}
        return _("Waiting longest: “%(subject)s”, opened %(when)s") % words
    return str(portrait.actions[0])


def _last_talk(portrait: Portrait) -> Line:
    last = portrait.last_talk
    if last is None:
        return Line("messages", "watch", _("No two-way conversation with them is known."))
    words = {
        "when": relative(last.at, portrait.at),
        "channel": last.get_channel_display(),
        "who": str(last.contact) if last.contact else "",
    }
    text = (
        _("Last spoke %(when)s: %(channel)s with %(who)s.") if last.contact else _("Last spoke %(when)s: %(channel)s.")
    )
    return Line("messages", _felt(last), text % words, last.summary)


def _felt(touchpoint: Touchpoint) -> str:
    if touchpoint.felt is None:
        return ""
    expected = touchpoint.expected or 0
    return "bad" if touchpoint.felt < min(expected, 0) else "good" if touchpoint.felt > max(expected, 0) else ""


def _ahead(portrait: Portrait) -> Line:
    tone, people = _people(portrait.contacts)
    account = portrait.account
    if account.renews_on is None:
        return Line("calendar-event", "watch", _("No renewal date is known."), people)
    when = _when(account.renews_on, portrait.at)
    if account.arr_minor is None:
        return Line("calendar-event", tone, _("Renews %(when)s.") % {"when": when}, people)
    money = money_short(account.arr_minor, account.currency)
    return Line(
        "calendar-event", tone, _("Renews %(when)s, %(money)s a year.") % {"when": when, "money": money}, people
    )


def _when(day: date, at: datetime) -> str:
    return _("%(relative)s (%(day)s)") % {"relative": relative(day, at), "day": exact(day)}


def _people(contacts: Sequence[Contact]) -> tuple[str, str]:
    """Who decides, and what is missing among them."""
    deciders = [contact for contact in contacts if contact.role == Contact.Role.DECISION_MAKER]
    there = [str(contact) for contact in deciders if contact.left_at is None]
    gone = [str(contact) for contact in deciders if contact.left_at is not None]
    if there:
        words = ngettext("%(names)s decides.", "%(names)s decide.", len(there))
        return "", words % {"names": get_text_list(there[:3], _("and"))}
    if gone:
        return "bad", _("No decision maker is left: %(name)s has gone.") % {"name": gone[0]}
    return "watch", _("No decision maker is known.")
