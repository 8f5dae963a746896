"""What scores say, in the reader's language, from the numbers that were stored with them."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from health import telling
from health.parts import LABELS, MEASURES, PARTS, Part

Numbers = dict[str, Any]

COMMENT_LENGTH = 200
TOLD = 2  # measures in a part's sentence


def label(key: str) -> str:
    """What a part is called; scores of before there were eight had others."""
    return str(LABELS[Part(key)]) if key in PARTS else key


def tell(part: Numbers) -> str:
    """One part of a stored score: its two measures that weigh most on it; what it lacks, when nothing is known."""
    known = _worst_first(part)
    return " ".join(telling.tell(one) for one in known[:TOLD]) if known else filling(part["key"])


def helps(part: Numbers) -> str:
    """The first thing to do about a part of a stored score: about the measure that its sentence begins with."""
    known = _worst_first(part)
    return str(_MEASURE_STEPS[known[0]["key"]]) if known else part_step(part["key"])


def _worst_first(part: Numbers) -> list[Numbers]:
    known = [one for one in part.get("measures", ()) if one["value"] is not None and is_heard(one)]
    weights = {one.key: one.weight for one in MEASURES.get(part["key"], ())}
    return sorted(known, key=lambda one: -_lost(one, weights))


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


_MEASURE_STEPS = {
    "known": gettext_lazy("Go through the success plan with them, and fill in what is missing."),
    "aligned": gettext_lazy("Ask why they use it for other things than planned, and change the plan if need be."),
    "stated": gettext_lazy("Ask whoever decides what has to be true for them to stay."),
    "met": gettext_lazy("Look at what they asked lately, and send what they will need before they ask."),
    "ready": gettext_lazy("Prepare the material for their next steps."),
    "proactive": gettext_lazy("Call them before they call you."),
    "seats": gettext_lazy("Find out who does not use their seat, and why."),
    "breadth": gettext_lazy("Show them what their plan names and nobody uses yet."),
    "depth": gettext_lazy("Ask what they do with the product, and show them what saves most work."),
    "regularity": gettext_lazy("Ask what keeps them from using it every week."),
    "trend": gettext_lazy("Ask what changed in their work and who stopped using it."),
    "blockers": gettext_lazy("Name a date for each open ticket."),
    "progress": gettext_lazy("Talk about the goals that are behind, and agree what to do first."),
    "confirmed": gettext_lazy("Ask them to confirm the goals that were reached."),
    "spread": gettext_lazy("Ask what the sites need that have reached no goal yet."),
    "width": gettext_lazy("Get to know more of their people, in other roles."),
    "sponsor": gettext_lazy("Speak with their champion and with whoever decides."),
    "sentiment": gettext_lazy("Speak with the people who answered badly."),
    "advocacy": gettext_lazy("Ask whether they would speak for you, once they are content."),
    "executive": gettext_lazy("Speak with whoever decides."),
    "reply": gettext_lazy("Call them: a conversation says more than another mail."),
    "attendance": gettext_lazy("Ask which time suits them, and keep the next meeting short."),
    "tone": gettext_lazy("Ask openly how it is going for them, and listen."),
    "recency": gettext_lazy("Call them: it has been a while."),
    "taught": gettext_lazy("Offer the people who have learned nothing yet a first lesson."),
    "completion": gettext_lazy("Ask what keeps them from finishing the lessons they began."),
    "put_to_use": gettext_lazy("Show them how to use at work what they have learned."),
    "timeliness": gettext_lazy("Go through the overdue steps with them and set new dates."),
    "effort": gettext_lazy("Ask what was laborious for them, and take a step out of it."),
    "bumps": gettext_lazy("Ask what went wrong twice, and say who looks after it."),
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
