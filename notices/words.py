"""What notices say, in the reader's language, from facts and numbers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import registry
from alerts import sentences as alert_sentences
from alerts import words as alert_words
from lib.formatting import exact, number
from notices.kinds import Kind
from notices.models import Occasion
from risk import verdicts
from voice import words as voice_words

Data = dict[str, Any]


@dataclass(frozen=True)
class Said:
    """One occasion in words: what it is, and what happened."""

    title: str
    text: str
    is_urgent: bool = False


def say(occasion: Occasion) -> Said:
    fact = occasion.fact
    return said(occasion.kind, occasion.data, fact.kind if fact else "", fact.data if fact else {})


def said(kind: str, data: Data, fact_kind: str | None, fact_data: Data | None) -> Said:
    """As `say`, of an occasion that was read as plain values."""
    about = fact_data or {}
    return Said(_title(kind, about), _text(kind, data, fact_kind or "", about), kind == Kind.URGENT_ALERT)


def _title(kind: str, about: Data) -> str:
    """The rule that opened an alert, by its name; else the kind."""
    if kind in _OPENED and about.get("rule"):
        return str(about.get("rule_name") or alert_words.rule_label(about["rule"]))
    return str(Kind(kind).label)


def _text(kind: str, data: Data, fact_kind: str, about: Data) -> str:
    if fact_kind == "alert.opened" and about.get("driver"):
        return alert_sentences.happening(about["driver"])
    if fact_kind in registry.words:
        return registry.words[fact_kind](about)
    return _OWN[kind](data) if kind in _OWN else str(Kind(kind).label)


def why(kind: str) -> str:
    """Why somebody is told, below a mail."""
    if kind in {Kind.WORK_STUCK, Kind.CHAT_OFF}:
        return _("You get this mail because you administer the workspace.")
    if kind == Kind.THEME_RISEN:
        return _("You get this mail because you chose to hear of themes that rise.")
    if kind == Kind.ALERT_ESCALATED:
        return _("You get this mail because you manage the workspace.")
    if kind == Kind.WORK_DONE:
        return _("You get this mail because you started it.")
    if kind in {Kind.ALERT_ASSIGNED, Kind.TASK_ASSIGNED}:
        return _("You get this mail because it was handed to you.")
    return _("You get this mail because you own the account, or because nobody does and you manage the workspace.")


def _renewal(data: Data) -> str:
    return _("Renews on %(day)s.") % {"day": exact(date.fromisoformat(data["renews_on"]))}


def _task(data: Data) -> str:
    return _("%(task)s, due on %(day)s.") % {"task": data["text"], "day": exact(date.fromisoformat(data["due_on"]))}


def _stuck(data: Data) -> str:
    count = ngettext("%(n)s thing waits for a decision.", "%(n)s things wait for a decision.", data["count"])
    return count % {"n": number(data["count"])}


def _chat_off(data: Data) -> str:
    return (
        _("“%(name)s” answered %(status)s: the address is no more. Nothing is sent there until it has another.") % data
    )


def _reviews(data: Data) -> str:
    said = {"n": number(data["count"]), "quarter": data["quarter"], "day": exact(date.fromisoformat(data["until"]))}
    words = ngettext(
        "%(n)s review of %(quarter)s is not prepared yet; the quarter ends on %(day)s.",
        "%(n)s reviews of %(quarter)s are not prepared yet; the quarter ends on %(day)s.",
        data["count"],
    )
    return words % said


def _done(data: Data) -> str:
    return _WORK[data["work"]](data)


def _imported(data: Data) -> str:
    rows = ngettext("%(n)s row was written.", "%(n)s rows were written.", data["written"])
    return f"{_('“%(name)s” is imported.') % data} {rows % {'n': number(data['written'])}}"


def _not_imported(data: Data) -> str:
    return _("“%(name)s” cannot be read; nothing was written.") % data


def _reweighed(data: Data) -> str:
    return _("Earlier scores are computed by the weights of “%(name)s”.") % data


def _tested(data: Data) -> str:
    if not data["verdict"]:
        return _("The test of the risk on your history found nothing to test.")
    said = {"verdict": verdicts.verdict_label(data["verdict"])}
    return _("The risk is tested on your history: %(verdict)s.") % said


_WORK: dict[str, Callable[[Data], str]] = {
    "import": _imported,
    "import_stopped": _not_imported,
    "weights": _reweighed,
    "risk": _tested,
}


def _theme(data: Data) -> str:
    """`Billing: 9 of 40 customers...`."""
    return f"{data['theme']}: {voice_words.risen(data)}"


_OPENED = {Kind.URGENT_ALERT, Kind.BAD_ANSWER, Kind.ALERT_OPENED}
_OWN: dict[str, Callable[[Data], str]] = {
    Kind.RENEWAL_NEAR: _renewal,
    Kind.TASK_OVERDUE: _task,
    Kind.REVIEWS_DUE: _reviews,
    Kind.THEME_RISEN: _theme,
    Kind.WORK_DONE: _done,
    Kind.WORK_STUCK: _stuck,
    Kind.CHAT_OFF: _chat_off,
}
