"""Two or three plain sentences that a customer's executive can be told: what we see, what is good, what we will do.

From the measures of a score, in the customer's own terms: no names, no word of ours (score, adoption, NPS, ticket).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lib.formatting import number, percent

Numbers = dict[str, Any]
Teller = Callable[[Numbers], str]

GOOD_FROM = 70.0
WEAK_BELOW = 60.0
ENOUGH = 0.5  # how much must be behind a measure that an executive is told of: two lessons, not one
MUCH = 5.0  # points that open requests take off
LEVEL = 0.05  # a change of use below this share is none


def told(parts: Sequence[Numbers]) -> list[str]:
    """The sentences in order; none while nothing is known that could be said."""
    known = {one["key"]: one for part in parts for one in part["measures"] if _is_sure(one)}
    seen = next((key for key in _SEEN if key in known), "")
    if not seen:
        return []
    good = next((key for key in _GOOD if key != seen and key in known and known[key]["value"] >= GOOD_FROM), "")
    said = [_SEEN[seen](known[seen]), _GOOD[good](known[good]) if good else "", _next(known)]
    return [sentence for sentence in said if sentence]


def _is_sure(one: Numbers) -> bool:
    return one["value"] is not None and one["coverage"] >= ENOUGH


def _next(known: Mapping[str, Numbers]) -> str:
    """What we will do about what is weakest, what matters most to them first."""
    if known.get("blockers", {}).get("value", 0.0) >= MUCH:
        return _("We will name a date for each request of your team that is still open.")
    weak = (words for keys, words in _STEPS if any(key in known and known[key]["value"] < WEAK_BELOW for key in keys))
    return str(next(weak, _("We will keep going as agreed, and look at it with you again next quarter.")))


# ------------------------------------------------------------------------------------------- what we see
def _use(one: Numbers) -> str:
    last, before = one["last"], one["before"]
    moved = (last - before) / before if before else 0.0
    if abs(moved) < LEVEL:
        return _("Your team used our product as much in the last four weeks as in the four before.")
    values = {"share": percent(abs(moved))}
    if moved > 0:
        return _("Your team used our product %(share)s more in the last four weeks than in the four before.") % values
    return _("Your team used our product %(share)s less in the last four weeks than in the four before.") % values


def _weeks(one: Numbers) -> str:
    values = {"weeks": number(one["weeks"]), "of": number(one["of"])}
    return _("Your team used our product in %(weeks)s of the last %(of)s weeks.") % values


def _licences(one: Numbers) -> str:
    return _("Your team uses %(used)s of its %(seats)s licences.") % {
        "used": number(one["used"]),
        "seats": number(one["seats"]),
    }


def _goals(one: Numbers) -> str:
    fine = one["goals"] - one["behind"]
    values = {"fine": number(fine), "goals": number(one["goals"])}
    if one["goals"] == 1:
        return (
            _("The goal we agreed on is where it should be by now.") if fine else _("The goal we agreed on is behind.")
        )
    if fine == one["goals"]:
        return _("All %(goals)s goals we agreed on are where they should be by now.") % values
    return _("%(fine)s of the %(goals)s goals we agreed on are where they should be by now.") % values


def _steps(one: Numbers) -> str:
    done = one["due"] - one["late"] - one["overdue"]
    return ngettext(
        "%(done)s of %(due)s step that we planned together was done on time.",
        "%(done)s of %(due)s steps that we planned together were done on time.",
        one["due"],
    ) % {"done": number(done), "due": number(one["due"])}


def _talk(one: Numbers) -> str:
    if not one["age"]:
        return _("We spoke with your team today.")
    days = ngettext("%(n)s day", "%(n)s days", one["age"]) % {"n": number(one["age"])}
    return _("We last spoke with your team %(days)s ago.") % {"days": days}


def _lessons(one: Numbers) -> str:
    return ngettext(
        "Your people completed %(completed)s of %(n)s lesson they began.",
        "Your people completed %(completed)s of %(n)s lessons they began.",
        one["started"],
    ) % {"completed": number(one["completed"]), "n": number(one["started"])}


_SEEN: dict[str, Teller] = {
    "trend": _use,
    "regularity": _weeks,
    "seats": _licences,
    "progress": _goals,
    "timeliness": _steps,
    "recency": _talk,
}
_GOOD: dict[str, Teller] = {
    "progress": _goals,
    "timeliness": _steps,
    "sentiment": lambda one: _("The people of yours who told us what they think are content."),
    "effort": lambda one: _("Your people say that working with us is easy."),
    "completion": _lessons,
    "seats": _licences,
    "regularity": _weeks,
    "reply": lambda one: _("Your team answers quickly, which makes our work easier."),
    "attendance": lambda one: _("Your team keeps the meetings we agree on."),
    "recency": _talk,
}
_STEPS = (
    (("progress",), gettext_lazy("We would like to go through the goals that are behind, and agree what comes first.")),
    (
        ("sentiment", "effort", "tone"),
        gettext_lazy("We will speak with the people who were not content, and tell you what we change."),
    ),
    (
        ("timeliness", "bumps"),
        gettext_lazy("We will go through the steps that are late with your team, and agree on new dates."),
    ),
    (
        ("trend", "regularity", "seats", "breadth", "depth"),
        gettext_lazy("We will find out with your team what keeps people from using it, and help where we can."),
    ),
    (
        ("taught", "completion", "put_to_use"),
        gettext_lazy("We offer your people a short training that fits their work."),
    ),
    (
        ("known", "stated", "aligned", "confirmed"),
        gettext_lazy("We would like to hear from you what you want to reach next, and how we will both know."),
    ),
    (
        ("executive", "sponsor", "width", "recency", "reply", "attendance"),
        gettext_lazy("We would like to meet you, so that what we do fits what you want to reach."),
    ),
    (("ready", "met", "proactive"), gettext_lazy("We will prepare the next steps before your team has to ask.")),
)
