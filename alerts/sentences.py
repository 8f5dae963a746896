"""What alerts say, in the reader's language, from the numbers that were stored with them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Metric
from alerts.holdout import ENOUGH_DEPARTURES, Comparison
from alerts.kinds import Kind
from alerts.rules import Rule
from health.parts import PARTS
from health.sentences import answer, helps, label, part_step, tell
from lib.formatting import exact, number, percent, signed

Numbers = dict[str, Any]


def reasons(drivers: Sequence[Numbers]) -> list[str]:
    """One sentence or two a driver: what happened, and what is behind a fallen score, each part told once."""
    told: set[str] = set()
    found = []
    for driver in drivers:
        behind = [part for part in driver.get("causes", ()) if part["key"] in PARTS and part["key"] not in told]
        told |= {part["key"] for part in behind}
        found.append(" ".join([happening(driver), *(_behind(driver, part) for part in behind)]))
    return found


def _behind(driver: Numbers, part: Numbers) -> str:
    """A part behind a driver; what the driver is about needs no name again."""
    return tell(part) if part["key"] == driver.get("part") else cause(part)


def reason(driver: Numbers) -> str:
    """One driver of an alert, with what is behind a fallen score."""
    return reasons([driver])[0]


def happening(driver: Numbers) -> str:
    """What one driver of an alert says by itself."""
    return _HAPPENINGS[_kind(driver)](driver)


def is_answer(driver: Numbers) -> bool:
    """Whether it is something that a person at the customer said."""
    return _kind(driver) == Kind.ANSWER


def _kind(driver: Numbers) -> str:
    return driver.get("kind") or _FIRST_KINDS.get(driver["rule"], "")


def _below(driver: Numbers) -> str:
    values = {"score": number(driver["score"], 1), "below": number(driver.get("below", 50))}
    return _("The score is %(score)s, below %(below)s.") % values


def _dropped(driver: Numbers) -> str:
    return _("The score fell to %(score)s from %(before)s on %(since)s.") % {
        "score": number(driver["score"], 1),
        "before": number(driver["from_score"], 1),
        "since": _day(driver["since"]),
    }


def _component(driver: Numbers) -> str:
    return _("%(part)s is worth %(value)s of 100, below %(below)s.") % {
        "part": label(driver["part"]),
        "value": number(driver["value"]),
        "below": number(driver["below"]),
    }


def _metric(driver: Numbers) -> str:
    return _("%(metric)s: %(now)s on average in 28 days, %(share)s of the %(before)s in the 84 days before.") % {
        "metric": driver["metric_name"],
        "now": number(driver["now"], 1),
        "before": number(driver["before"], 1),
        "share": percent(driver["share"]),
    }


def _metric_rise(driver: Numbers) -> str:
    """Against nothing there is no share; a level or a rating has been 0 rather than not there."""
    if driver["share"] is not None:
        return _metric(driver)
    told = {"metric": driver["metric_name"], "now": number(driver["now"], 1 if driver["now"] >= 0.1 else 2)}
    if driver["metric_kind"] == Metric.Kind.COUNTER:
        return _("%(metric)s: %(now)s a day; there was none before.") % told
    return _("%(metric)s: %(now)s on average in 28 days; it was 0 in the 84 days before.") % told


def _silence(driver: Numbers) -> str:
    values = {"n": number(driver["days"]), "since": _day(driver["since"])}
    if driver["is_ever"]:
        return _("Nothing has been said or heard for %(n)s days, since %(since)s.") % values
    return _("Nothing has been said or heard in the %(n)s days since the account was added.") % values


def _champion_left(driver: Numbers) -> str:
    return _("The champion left on %(day)s, and nobody has taken their place.") % {"day": _day(driver["since"])}


def _no_decider(driver: Numbers) -> str:
    if not driver["people"]:
        return _("Nobody is known there, so no decision maker either.")
    return ngettext(
        "%(n)s person is known there, who decides nothing.",
        "%(n)s people are known there, and none of them decides.",
        driver["people"],
    ) % {"n": number(driver["people"])}


def _seats_falling(driver: Numbers) -> str:
    return _("Seats in use fell %(fall)s: %(now)s in the last 7 days, %(before)s 28 days before.") % {
        "fall": percent(1 - driver["now"] / driver["before"]),
        "now": number(driver["now"]),
        "before": number(driver["before"]),
    }


def _renewal_quiet(driver: Numbers) -> str:
    values = {"day": _day(driver["renews_on"]), "n": number(driver["days"])}
    if driver["is_ever"]:
        return _("The contract renews on %(day)s, and the last conversation was %(n)s days ago.") % values
    return _("The contract renews on %(day)s, and nobody has spoken with them yet.") % values


def _expectation_broken(driver: Numbers) -> str:
    values = {"n": number(driver["n"]), "days": number(driver["days"]), "day": _day(driver["broken_at"][:10])}
    if driver["n"] == 1:
        return _("A promise was broken on %(day)s.") % values
    return _("%(n)s promises were broken in %(days)s days, the last on %(day)s.") % values


def _day(iso: str) -> str:
    return exact(date.fromisoformat(iso))


_HAPPENINGS = {
    Kind.ANSWER.value: answer,
    Kind.SCORE_BAND.value: _below,
    Kind.SCORE_DROP.value: _dropped,
    Kind.COMPONENT.value: _component,
    Kind.METRIC.value: _metric,
    Kind.METRIC_RISE.value: _metric_rise,
    Kind.SILENCE.value: _silence,
    Kind.CHAMPION_LEFT.value: _champion_left,
    Kind.NO_DECIDER.value: _no_decider,
    Kind.SEATS_FALLING.value: _seats_falling,
    Kind.RENEWAL_QUIET.value: _renewal_quiet,
    Kind.EXPECTATION_BROKEN.value: _expectation_broken,
}
_FIRST_KINDS = {  # drivers of before kinds were kept
    "bad_answer": Kind.ANSWER.value,
    "score_band": Kind.SCORE_BAND.value,
    "score_drop": Kind.SCORE_DROP.value,
}


def rule_name(rule: str, drivers: Sequence[Numbers]) -> str:
    """What the rule of an alert was called when it opened."""
    own = next((driver for driver in drivers if driver["rule"] == rule), {})
    return str(own.get("name") or dict(Rule.choices).get(rule, rule))


def cause(part: Numbers) -> str:
    """A weak part in a few words, for an alert."""
    return _("%(part)s: %(why)s") % {"part": label(part["key"]), "why": tell(part)}


def next_step(drivers: Sequence[Numbers]) -> str:
    """The first thing to do about an alert: call who answered, what the rule is about, or the part that costs most."""
    answered = [driver for driver in drivers if is_answer(driver)]
    if answered:
        name = answered[-1].get("contact_name") or _("the person who answered")
        return _("Call %(name)s, ask what happened, and say what will change.") % {"name": name}
    known = [driver["kind"] for driver in drivers if driver.get("kind") in _KIND_STEPS]
    if known:
        return str(_KIND_STEPS[known[0]])
    causes = [part for driver in drivers for part in driver.get("causes", ())]
    return helps(causes[0]) if causes else part_step("")


_KIND_STEPS = {
    Kind.METRIC.value: gettext_lazy("Ask what changed in their work and who stopped using it."),
    Kind.METRIC_RISE.value: gettext_lazy("Ask what is behind it, and whether they need help with it."),
    Kind.SILENCE.value: gettext_lazy("Call them: neither side has said anything for too long."),
    Kind.CHAMPION_LEFT.value: gettext_lazy("Ask your other contacts who takes over, and meet that person soon."),
    Kind.NO_DECIDER.value: gettext_lazy("Ask your contact who decides about the contract, and note that person down."),
    Kind.SEATS_FALLING.value: gettext_lazy("Find out who stopped using their seats, and why."),
    Kind.RENEWAL_QUIET.value: gettext_lazy(
        "Call the decision maker before the renewal: ask what has to be true to stay."
    ),
    Kind.EXPECTATION_BROKEN.value: gettext_lazy("Call them, own what was not kept, and agree on a new date."),
}


def holdout(found: Comparison) -> str:
    """Whether telling alerts keeps customers, with the interval of what it changes."""
    if found.verdict == "none" or found.interval is None or found.difference is None:
        return _(
            "No evidence yet: %(n)s of the accounts compared have left, and it takes %(least)s, in two groups, to say "
            "anything."
        ) % {"n": number(found.departures), "least": number(ENOUGH_DEPARTURES)}
    low, high = found.interval
    words = {
        "told": percent(found.told.share),
        "silent": percent(found.held_out.share),
        "points": signed(100 * found.difference, 1),
        "low": signed(100 * low, 1),
        "high": signed(100 * high, 1),
    }
    numbers = _(
        "%(silent)s left where nobody was told, %(told)s where somebody was: %(points)s points, 95 %% interval "
        "%(low)s to %(high)s."
    )
    return f"{_VERDICTS[found.verdict]} {numbers % words}"


_VERDICTS = {
    "helps": gettext_lazy("Acting on alerts keeps customers."),
    "harms": gettext_lazy("More customers left where the alert was told."),
    "unclear": gettext_lazy("The two groups cannot be told apart yet."),
}
