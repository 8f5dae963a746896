"""What scores and alerts say, in the reader's language, from the numbers that were stored with them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from health.kinds import Kind
from health.parts import LABELS, Part
from health.rules import Rule
from lib.formatting import exact, number, percent

Numbers = dict[str, Any]

COMMENT_LENGTH = 200


def label(key: str) -> str:
    return str(LABELS[Part(key)])


def tell(part: Numbers) -> str:
    """One part of a stored score as a sentence; what is missing, when it has no value."""
    return _TELLERS[part["key"]](part)


_METRIC_NAMES = {
    "key_actions": gettext_lazy("Key actions"),
    "logins": gettext_lazy("Logins"),
    "active_users": gettext_lazy("Active user days"),
}


def metric_name(key: str) -> str:
    return str(_METRIC_NAMES[key])


def _usage_trend(part: Numbers) -> str:
    if part["value"] is None:
        if part.get("last"):
            return _("Usage has been read for less than 28 days: there is nothing to compare it with yet.")
        return _("No usage has been read in the last 56 days.")
    last, before = part["last"], part["before"]
    values = {"metric": metric_name(part["metric"]), "last": number(last), "before": number(before)}
    if round(last) == round(before):
        return _("%(metric)s did not change: %(last)s in the last 28 days, as in the 28 before.") % values
    if before < 1:
        return _("%(metric)s began: %(last)s in the last 28 days, none in the 28 before.") % values
    values["change"] = percent(abs(last - before) / before)
    if last < before:
        return _("%(metric)s fell %(change)s: %(last)s in the last 28 days, %(before)s in the 28 before.") % values
    return _("%(metric)s rose %(change)s: %(last)s in the last 28 days, %(before)s in the 28 before.") % values


def _licence_use(part: Numbers) -> str:
    if part["value"] is None:
        if part.get("seats") is None:
            return _("No contract with seats runs now, so there is nothing to measure use against.")
        return _("Neither seats used nor active users have been read in the last 28 days.")
    values = {
        "used": number(part["used"]),
        "seats": number(part["seats"]),
        "share": percent(part["used"] / part["seats"]),
    }
    if part["metric"] == "seats_used":
        return _("%(used)s of %(seats)s seats used (%(share)s), on average over 14 days.") % values
    return _("Up to %(used)s people a day on %(seats)s seats (%(share)s), the most in 28 days.") % values


def _support_load(part: Numbers) -> str:
    if part["value"] is None:
        return _("No ticket has ever arrived in this workspace: connect a help desk to see support load.")
    if not part["ever"]:
        return _("This customer has never had a ticket; other customers have.")
    said = [
        ngettext("%(n)s ticket opened in 30 days", "%(n)s tickets opened in 30 days", part["opened"])
        % {"n": number(part["opened"])}
    ]
    if part["waiting"]:
        said.append(_("%(n)s open for more than 7 days") % {"n": number(part["waiting"])})
    if part["reopened"]:
        said.append(_("%(n)s reopened") % {"n": number(part["reopened"])})
    return _("%(facts)s.") % {"facts": ", ".join(said)}


def _survey_voice(part: Numbers) -> str:
    if part["value"] is None:
        return _("No survey answer in the last 365 days.")
    answers = ngettext(
        "%(n)s answer in the last 365 days gives %(mean)s of 100; it came on %(on)s.",
        "%(n)s answers in the last 365 days give %(mean)s of 100, newer ones counting more; the last came on %(on)s.",
        part["n"],
    ) % {"n": number(part["n"]), "mean": number(part["mean"]), "on": exact(date.fromisoformat(part["on"]))}
    return _("%(answers)s Few or old answers move this part only a little away from the others (%(rest)s).") % {
        "answers": answers,
        "rest": number(part["rest"]),
    }


def _engagement(part: Numbers) -> str:
    if part["value"] is None:
        return _("No two-way touchpoint has been logged yet.")
    days = part["days"]
    if days == 0:
        return _("The last two-way touchpoint was on this day.")
    return ngettext(
        "The last two-way touchpoint was %(days)s day ago.",
        "The last two-way touchpoint was %(days)s days ago.",
        days,
    ) % {"days": number(days)}


_TELLERS = {
    Part.USAGE_TREND.value: _usage_trend,
    Part.LICENCE_USE.value: _licence_use,
    Part.SUPPORT_LOAD.value: _support_load,
    Part.SURVEY_VOICE.value: _survey_voice,
    Part.ENGAGEMENT.value: _engagement,
}


def role_name(role: str) -> str:
    """A contact's role inside a sentence; nothing for an unknown one."""
    names = {"decision_maker": _("decision maker"), "champion": _("champion"), "end_user": _("end user")}
    return names.get(role, "")


def answer(about: Numbers) -> str:
    """`Mei Chen (decision maker) answered 1 of 5: “Nobody called back.”`"""
    role = role_name(about.get("contact_role", ""))
    name = about.get("contact_name") or _("Somebody")
    who = pgettext("person with role", "%(name)s (%(role)s)") % {"name": name, "role": role} if role else name
    values = {"who": who, "value": about["value"], "most": about.get("scale_max", "")}
    comment = " ".join(about.get("comment", "").split())
    if not comment:
        return _("%(who)s answered %(value)s of %(most)s.") % values
    short = comment if len(comment) <= COMMENT_LENGTH else comment[: COMMENT_LENGTH - 1].rstrip() + "…"
    return _("%(who)s answered %(value)s of %(most)s: “%(comment)s”") % {**values, "comment": short}


def reasons(drivers: Sequence[Numbers]) -> list[str]:
    """One sentence or two a driver: what happened, and what is behind a fallen score, each part told once."""
    told: set[str] = set()
    found = []
    for driver in drivers:
        behind = [part for part in driver.get("causes", ()) if part["key"] not in told]
        told |= {part["key"] for part in behind}
        found.append(" ".join([happening(driver), *(cause(part) for part in behind)]))
    return found


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
    """A weak part in a few words, for an alert; answers are told without the arithmetic."""
    if part["key"] != Part.SURVEY_VOICE:
        return tell(part)
    return ngettext(
        "%(n)s answer in 365 days is worth %(mean)s of 100.",
        "%(n)s answers in 365 days are worth %(mean)s of 100.",
        part["n"],
    ) % {"n": number(part["n"]), "mean": number(part["mean"])}


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
    return part_step(causes[0]["key"] if causes else "")


_KIND_STEPS = {
    Kind.METRIC.value: gettext_lazy("Ask what changed in their work and who stopped using it."),
    Kind.SILENCE.value: gettext_lazy("Call them: neither side has said anything for too long."),
    Kind.CHAMPION_LEFT.value: gettext_lazy("Ask your other contacts who takes over, and meet that person soon."),
    Kind.NO_DECIDER.value: gettext_lazy("Ask your contact who decides about the contract, and note that person down."),
    Kind.SEATS_FALLING.value: gettext_lazy("Find out who stopped using their seats, and why."),
    Kind.RENEWAL_QUIET.value: gettext_lazy(
        "Call the decision maker before the renewal: ask what has to be true to stay."
    ),
    Kind.EXPECTATION_BROKEN.value: gettext_lazy("Call them, own what was not kept, and agree on a new date."),
}
_STEPS = {
    "usage_trend": gettext_lazy("Ask what changed in their work and who stopped using it."),
    "licence_use": gettext_lazy("Find out who has no seat in use and offer them a start."),
    "support_load": gettext_lazy("Go through the open tickets with them and name a date for each."),
    "survey_voice": gettext_lazy("Call the people who answered badly."),
    "engagement": gettext_lazy("Call them: it has been too long since you last spoke."),
}


def part_step(key: str) -> str:
    """What helps a weak part."""
    return str(_STEPS[key]) if key in _STEPS else _("Call your contact there and ask how things are going.")


def filling(key: str) -> str:
    """Where the data of a part comes from, for whoever wants to close the gap."""
    sources = {
        "usage_trend": _("It needs day rows of the metric key_actions, logins or active_users, sent over the API."),
        "licence_use": _("It needs a running contract with seats, and the metric seats_used or active_users."),
        "support_load": _("It needs a connected help desk."),
        "survey_voice": _("It needs answers: surveys after closed tickets, or a wave."),
        "engagement": _("It needs a logged two-way touchpoint: a call, a meeting, a conversation."),
    }
    return sources[key]
