"""What scores and alerts say, in the reader's language, from the numbers that were stored with them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from health import telling
from health.holdout import ENOUGH_DEPARTURES, Comparison
from health.kinds import Kind
from health.parts import LABELS, MEASURES, PARTS, Part
from health.rules import Rule
from lib.formatting import exact, number, percent, signed

Numbers = dict[str, Any]

COMMENT_LENGTH = 200
TOLD = 2  # measures in a part's sentence


def label(key: str) -> str:
    """What a part is called; scores of before there were eight had others."""
    return str(LABELS[Part(key)]) if key in PARTS else key


def tell(part: Numbers) -> str:
    """One part of a stored score: its two measures that weigh most on it; what it lacks, when nothing is known."""
    known = [one for one in part.get("measures", ()) if one["value"] is not None and is_heard(one)]
    if not known:
        return filling(part["key"])
    weights = {one.key: one.weight for one in MEASURES[part["key"]]}
    known.sort(key=lambda one: -_lost(one, weights))
    return " ".join(telling.tell(one) for one in known[:TOLD])


def is_heard(measure: Numbers) -> bool:
    """Whether it says something of the part; tickets only where they take points off."""
    return measure["key"] != "blockers" or bool(measure["value"])


def _lost(measure: Numbers, weights: Mapping[str, float]) -> float:
    """What it keeps the part from, in points of the part."""
    if measure["key"] == "blockers":
        return float(measure["value"])
    return float(weights[measure["key"]] * measure["coverage"] * (100 - measure["value"]))


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
    "intent": gettext_lazy("Go through the success plan with them: why they bought, and whether it still holds."),
    "needs": gettext_lazy("Look at their next steps and send what they will need before they ask."),
    "adoption": gettext_lazy("Ask what changed in their work and who stopped using it; name a date for open tickets."),
    "outcomes": gettext_lazy("Talk about the goals that are behind, and agree what to do first."),
    "relationships": gettext_lazy("Speak with the people who answered badly, and with whoever decides."),
    "engagement": gettext_lazy("Call them: a conversation says more than another mail."),
    "education": gettext_lazy("Offer the people who have learned nothing yet a first lesson."),
    "journey": gettext_lazy("Go through the overdue steps with them and set new dates."),
}


def part_step(key: str) -> str:
    """What helps a weak part."""
    return str(_STEPS[key]) if key in _STEPS else _("Call your contact there and ask how things are going.")


def filling(key: str) -> str:
    """Where the data of a part come from, for whoever wants to close the gap."""
    sources = {
        "intent": _("It needs a success plan: why they bought, the use case, how success is known."),
        "needs": _("It needs steps planned ahead, conversations that say who began them, or tickets with a topic."),
        "adoption": _("It needs day rows of key_actions, logins, active_users or seats_used, by API or CSV."),
        "outcomes": _("It needs goals with readings, in the success plan."),
        "relationships": _("It needs people with roles, conversations with them, and survey answers."),
        "engagement": _("It needs logged touchpoints: calls, meetings, mails and what came back."),
        "education": _("It needs things to learn, and who began and completed them."),
        "journey": _("It needs milestones with due days, and tickets."),
    }
    return sources[key]


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
