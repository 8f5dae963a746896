"""Five lines to read before talking to a customer: made from what is stored, nothing guessed.

How they are and why; the last conversation and how it felt; what they wait for and what they said; contract, renewal
and money, and who decides; what to do next and what we promised.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.queries import RENEWS_SOON
from accounts.stages import Stage
from dashboard import reasons
from dashboard.summaries import Deciders, Promised, Score, Summary, Talk, Term
from health import sentences
from journeys import rules
from journeys.models import Touchpoint
from lib.formatting import exact, money_short, number, relative, signed
from lib.formatting import score as shown
from lib.time import day_of
from surveys.scales import scale

STILL = 1  # points: a smaller change of the score is none
QUIET_DAYS = 60  # without a conversation
WEAK = 50  # a part below this needs somebody
MOST_NAMED = 3
UNHAPPY = {Stage.DISAPPOINTMENT, Stage.CHURN}


@dataclass(frozen=True)
class Line:
    """One line: its icon, its tone (empty, `good`, `watch`, `bad`), the finding, and what it rests on."""

    icon: str
    tone: str
    text: str
    detail: str = ""


def brief(summary: Summary) -> list[Line]:
    """Always five lines, in the reader's language."""
    return [_health(summary), _talked(summary), _said(summary), _contract(summary), _next(summary)]


# ------------------------------------------------------------------ how they are


def _health(summary: Summary) -> Line:
    score, before = summary.score, summary.before
    if score is None or not score.band:
        return Line("heartbeat", "", _("There is no health score yet: too little is known."))
    tone = {"healthy": "good", "watch": "watch", "at_risk": "bad"}.get(score.band, "")
    if before is None or not before.band or before.day == score.day:
        text = _("Health is %(score)s.") % {"score": shown(score.score)}
        return Line("heartbeat", tone, text, reasons.of_parts(score.parts)[0])
    delta = (score.score or 0) - (before.score or 0)
    words = {"score": shown(score.score), "since": exact(before.day), "points": number(abs(delta))}
    if abs(delta) < STILL:
        text = _("Health is %(score)s, unchanged since %(since)s.") % words
        return Line("heartbeat", tone, text, reasons.of_parts(score.parts)[0])
    return Line("heartbeat", tone, _moved(delta) % words, _causes(score, before, delta))


def _moved(delta: float) -> str:
    points = round(abs(delta))
    if delta < 0:
        return ngettext(
            "Health fell %(points)s point to %(score)s since %(since)s.",
            "Health fell %(points)s points to %(score)s since %(since)s.",
            points,
        )
    return ngettext(
        "Health rose %(points)s point to %(score)s since %(since)s.",
        "Health rose %(points)s points to %(score)s since %(since)s.",
        points,
    )


def _causes(score: Score, before: Score, delta: float) -> str:
    """The part that moved the score most in its direction, with its sentence; a second one in short."""
    points = {part["key"]: part["points"] or 0 for part in before.parts}
    moved = [((part["points"] or 0) - points.get(part["key"], 0), part) for part in score.parts]
    same_way = [(by, part) for by, part in moved if by * delta > 0 and round(by)]
    causes = sorted(same_way, key=lambda cause: -abs(cause[0]))
    said = [
        _("%(part)s %(points)s") % {"part": sentences.label(one["key"]), "points": signed(by)} for by, one in causes
    ]
    if not said:
        return reasons.of_parts(score.parts)[0]
    told = _("%(cause)s: %(sentence)s") % {"cause": said[0], "sentence": sentences.tell(causes[0][1])}
    return " ".join([told, *(_("Also %(cause)s.") % {"cause": cause} for cause in said[1:2])])


# ------------------------------------------------------------------ the last conversation


def _talked(summary: Summary) -> Line:
    talk = summary.talk
    if talk is None:
        return Line("messages", "watch", _("No two-way conversation with them is known."))
    channel = Touchpoint.Channel(talk.channel).label
    words = {"when": relative(talk.at, summary.at), "channel": channel, "who": talk.who}
    text = _("Last spoke %(when)s: %(channel)s with %(who)s.") if talk.who else _("Last spoke %(when)s: %(channel)s.")
    is_long_ago = (summary.at - talk.at).days > QUIET_DAYS
    return Line("messages", _felt(talk) or ("watch" if is_long_ago else ""), text % words, _how_it_was(talk))


def _felt(talk: Talk) -> str:
    if talk.felt is None:
        return ""
    expected = talk.expected or 0
    return "bad" if talk.felt < min(expected, 0) else "good" if talk.felt > max(expected, 0) else ""


def _how_it_was(talk: Talk) -> str:
    said = [" ".join(talk.said.split())]
    if talk.felt is not None:
        said.append(_("How it felt: %(felt)s") % {"felt": Touchpoint.Experience(talk.felt).label})
    if talk.expected is not None:
        said.append(_("Expected: %(expected)s") % {"expected": Touchpoint.Experience(talk.expected).label})
    return " · ".join(said)


# ------------------------------------------------------------------ what they wait for, and what they said


def _said(summary: Summary) -> Line:
    said = summary.said
    if said is None:
        tone, answered = "", _("Nobody there has answered a survey in a year.")
    else:
        answered = f"{sentences.answer(vars(said))} · {relative(said.at, summary.at)}"
        of = scale(said.metric, said.scale_max)
        tone = "bad" if of.is_bad(said.value) else "good" if of.is_good(said.value) else ""
    text = _tickets(summary)
    if summary.waiting and tone != "bad":
        tone = "watch"
    if Stage(summary.account.stage) in UNHAPPY:
        tone, text = "bad", f"{_unhappy(summary)} {text}"
    return Line("ticket", tone, text, answered)


def _tickets(summary: Summary) -> str:
    waiting = summary.waiting
    if waiting is None:
        return _("No ticket is open.")
    words = {
        "n": number(waiting.n),
        "subject": waiting.subject or _("without a subject"),
        "when": relative(waiting.since, summary.at),
    }
    text = ngettext(
        "%(n)s ticket is open: “%(subject)s”, opened %(when)s.",
        "%(n)s tickets are open; the oldest, “%(subject)s”, was opened %(when)s.",
        waiting.n,
    )
    return text % words


def _unhappy(summary: Summary) -> str:
    """That they are disappointed or gone, since when, and why."""
    account = summary.account
    words = {"stage": account.get_stage_display(), "since": exact(day_of(account.stage_since))}
    moved = summary.moved
    if moved is None:
        return _("In %(stage)s since %(since)s.") % words
    why = rules.sentence(moved.rule, moved.reason, moved.data).rstrip(".")
    return _("In %(stage)s since %(since)s: %(why)s.") % {**words, "why": why}


# ------------------------------------------------------------------ contract, renewal, money, and who decides


def _contract(summary: Summary) -> Line:
    tone, people = _people(summary.deciders)
    detail = " · ".join([_term(summary.term, summary.account.renews_on), *people])
    account = summary.account
    if account.renews_on is None:
        text = _("No renewal date is known.")
        if account.arr_minor is not None:
            worth = _("They pay %(money)s a year.") % {"money": money_short(account.arr_minor, account.currency)}
            text = f"{text} {worth}"
        return Line("calendar-event", tone or "watch", text, detail)
    when = _when(account.renews_on, summary.at)
    if account.arr_minor is None:
        return Line("calendar-event", tone, _("Renews %(when)s.") % {"when": when}, detail)
    words = {"when": when, "money": money_short(account.arr_minor, account.currency)}
    return Line("calendar-event", tone, _("Renews %(when)s, %(money)s a year.") % words, detail)


def _when(day: date, at: datetime) -> str:
    return _("%(relative)s (%(day)s)") % {"relative": relative(day, at), "day": exact(day)}


def _term(term: Term | None, renews_on: date | None) -> str:
    """What runs, or will; its end only where that is not the renewal just named."""
    if term is None:
        return _("No contract is known to run.")
    said = [term.name]
    if term.ends_on != renews_on:
        said.append(_("until %(day)s") % {"day": exact(term.ends_on)})
    if term.seats is not None:
        said.append(ngettext("%(n)s seat", "%(n)s seats", term.seats) % {"n": number(term.seats)})
    if term.auto_renews:
        said.append(_("renews by itself"))
    return ", ".join(said)


def _people(deciders: Deciders) -> tuple[str, list[str]]:
    """Who decides, and who is missing among them."""
    tone, text = _decision(deciders)
    if not deciders.champion:
        return tone, [text]
    return tone or "watch", [text, _("The champion has gone: %(name)s.") % {"name": deciders.champion}]


def _decision(deciders: Deciders) -> tuple[str, str]:
    if deciders.there:
        words = ngettext("%(names)s decides.", "%(names)s decide.", len(deciders.there))
        return "", words % {"names": get_text_list(deciders.there[:MOST_NAMED], _("and"))}
    if deciders.gone:
        return "bad", _("No decision maker is left: %(name)s has gone.") % {"name": deciders.gone}
    return "watch", _("No decision maker is known.")


# ------------------------------------------------------------------ what to do next


def _next(summary: Summary) -> Line:
    tone, text = _step(summary)
    return Line("checklist", tone, text, _promises(summary.promised, summary.at))


def _step(summary: Summary) -> tuple[str, str]:
    """The first thing to do, and how it presses: an alert, a broken promise, a weak part, a renewal, a promise."""
    promised, pressing = summary.promised, summary.pressing
    if pressing:
        return "bad", pressing[0].next_step
    if promised and promised.late:
        return "bad", _("Keep what you promised, or name a new day: “%(text)s”.") % {"text": promised.text}
    if weak := _weak(summary.score):
        return "watch", reasons.of_parts(weak)[1]
    renews_on = summary.account.renews_on
    if renews_on and summary.today <= renews_on <= summary.today + RENEWS_SOON:
        return "watch", _("Speak with them about the renewal.")
    if promised:
        return "", _("Keep what you promised: “%(text)s”.") % {"text": promised.text}
    return "good", _("Nothing presses: no alert, no weak part of the score, no open promise.")


def _weak(score: Score | None) -> Sequence[sentences.Numbers]:
    parts = score.parts if score and score.band else []
    return [part for part in parts if part["value"] is not None and part["points"] is not None and part["value"] < WEAK]


def _promises(promised: Promised | None, at: datetime) -> str:
    if promised is None:
        return _("No promise is open.")
    said = [ngettext("%(n)s promise is open", "%(n)s promises are open", promised.n) % {"n": number(promised.n)}]
    if promised.late:
        said.append(ngettext("%(n)s overdue", "%(n)s overdue", promised.late) % {"n": number(promised.late)})
    counted = ", ".join(said)
    if promised.due_on is None:
        return _("%(counted)s: “%(text)s”.") % {"counted": counted, "text": promised.text}
    words = {"counted": counted, "text": promised.text, "when": relative(promised.due_on, at)}
    return _("%(counted)s: “%(text)s”, due %(when)s.") % words
