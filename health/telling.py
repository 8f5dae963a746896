"""What each measure of a score says, in the reader's language, from the numbers that were stored with it."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from health.parts import MEASURE_LABELS
from lib.formatting import exact, number, percent

Numbers = dict[str, Any]

HARDLY = 0.005  # a share that is told as 0 %
METRIC_NAMES = {
    "key_actions": gettext_lazy("Key actions"),
    "logins": gettext_lazy("Logins"),
    "active_users": gettext_lazy("Active user days"),
}


def label(key: str) -> str:
    return str(MEASURE_LABELS.get(key, key))


def tell(measure: Numbers) -> str:
    """One measure as a sentence; when it has no value, what is missing, or why its numbers are not believed."""
    if is_doubted(measure):
        return _DOUBTED[measure["key"]](measure)
    if measure["value"] is None:
        return str(_MISSING[measure["key"]])
    return _TELLERS[measure["key"]](measure)


def is_doubted(measure: Numbers) -> bool:
    """Whether there are numbers, but they cannot be right: it has no value for that."""
    if measure["value"] is not None or measure["key"] not in _COMPARED:
        return False
    return all(measure[name] for name in _COMPARED[measure["key"]])


def _days(count: int) -> str:
    return ngettext("%(n)s day", "%(n)s days", count) % {"n": number(count)}


def _share(template: str, one: Numbers, part: str, whole: str) -> str:
    return template % {"part": number(one[part]), "whole": number(one[whole])}


def _known(one: Numbers) -> str:
    values = {"filled": number(one["filled"]), "days": _days(one["age"])}
    return _("The success plan answers %(filled)s of 6 questions; it was confirmed or written %(days)s ago.") % values


def _aligned(one: Numbers) -> str:
    return _share(_("On %(part)s of %(whole)s days with use they used what the plan is about."), one, "aligned", "days")


def _stated(one: Numbers) -> str:
    values = {"answer": number(one["answer"]), "days": _days(one["age"] or 0)}
    return _("They gave their will to renew %(answer)s of 5, %(days)s ago.") % values


def _met(one: Numbers) -> str:
    text = _(
        "%(part)s of %(whole)s needs in 90 days were met by a lesson or a call of ours before: questions, late steps, "
        "first uses of a planned feature, and seats that ran out."
    )
    return _share(text, one, "met", "events")


def _ready(one: Numbers) -> str:
    return _share(
        _("%(part)s of %(whole)s steps of the next 60 days have material prepared."), one, "prepared", "steps"
    )


def _proactive(one: Numbers) -> str:
    values = {"ours": number(one["ours"]), "all": number(one["ours"] + one["theirs"])}
    return _("We began %(ours)s of %(all)s conversations in 90 days before they asked.") % values


def _seats(one: Numbers) -> str:
    values = {
        "used": number(one["used"]),
        "seats": number(one["seats"]),
        "share": percent(one["used"] / one["seats"]),
    }
    if one["metric"] == "seats_used":
        return _("%(used)s of %(seats)s seats used (%(share)s), on average over 14 days.") % values
    return _("Up to %(used)s people a day on %(seats)s seats (%(share)s), the most in 28 days.") % values


def _seats_doubted(one: Numbers) -> str:
    values = {"used": number(one["used"]), "seats": number(one["seats"])}
    if one["metric"] == "seats_used":
        text = _("%(used)s of %(seats)s seats used cannot be right, so it does not count.")
    else:
        text = _("%(used)s people a day on %(seats)s seats cannot be right, so it does not count.")
    return " ".join([text % values, _("Correct the readings, or the seats in the contract.")])


def _breadth(one: Numbers) -> str:
    return _share(_("%(part)s of %(whole)s features of their plan were used in 28 days."), one, "used", "of")


def _depth(one: Numbers) -> str:
    values = {"each": number(one["each"], 1), "median": number(one["median"], 1)}
    return _("%(each)s key actions a day for each active user; %(median)s is usual among your customers.") % values


def _depth_doubted(one: Numbers) -> str:
    values = {"each": number(one["each"], 1), "median": number(one["median"], 1)}
    text = _("%(each)s key actions a day for each active user cannot be right, where %(median)s is usual.") % values
    return " ".join([text, _("It does not count: correct the readings.")])


def _regularity(one: Numbers) -> str:
    return _share(_("Used in %(part)s of the last %(whole)s weeks."), one, "weeks", "of")


def _trend(one: Numbers) -> str:
    last, before = one["last"], one["before"]
    values = {"metric": METRIC_NAMES[one["metric"]], "last": number(last), "before": number(before)}
    if round(last) == round(before):
        return _("%(metric)s did not change: %(last)s in the last 28 days, as in the 28 before.") % values
    if before < 1:
        return _("%(metric)s began: %(last)s in the last 28 days, none in the 28 before.") % values
    if abs(last - before) < HARDLY * before:
        return _("%(metric)s hardly changed: %(last)s in the last 28 days, %(before)s in the 28 before.") % values
    values["change"] = percent(abs(last - before) / before)
    if last < before:
        return _("%(metric)s fell %(change)s: %(last)s in the last 28 days, %(before)s in the 28 before.") % values
    return _("%(metric)s rose %(change)s: %(last)s in the last 28 days, %(before)s in the 28 before.") % values


def _blockers(one: Numbers) -> str:
    if not one["ever"]:
        return _("This customer has never had a ticket.")
    said = [
        ngettext("%(n)s ticket opened in 30 days", "%(n)s tickets opened in 30 days", one["opened"])
        % {"n": number(one["opened"])}
    ]
    if one["waiting"]:
        said.append(_("%(n)s open for more than 7 days") % {"n": number(one["waiting"])})
    if one["reopened"]:
        said.append(_("%(n)s reopened") % {"n": number(one["reopened"])})
    values = {"facts": ", ".join(said), "points": number(one["value"], 1)}
    if one["value"]:
        return _("%(facts)s: %(points)s off the value of this part.") % values
    return _("%(facts)s.") % values


def _progress(one: Numbers) -> str:
    if not one["behind"]:
        return ngettext(
            "%(n)s goal, where it should be by now.", "%(n)s goals, all where they should be by now.", one["goals"]
        ) % {"n": number(one["goals"])}
    return _share(_("%(part)s of %(whole)s goals are behind where they should be by now."), one, "behind", "goals")


def _confirmed(one: Numbers) -> str:
    text = _("They confirmed %(part)s of %(whole)s goals that were reached.")
    return _share(text, one, "confirmed", "reached")


def _spread(one: Numbers) -> str:
    return _share(_("%(part)s of %(whole)s sites have reached a goal."), one, "reached", "sites")


def _width(one: Numbers) -> str:
    people = one["people"]
    if not people:
        return _("Nobody there was spoken with in 90 days.")
    roles = ngettext("%(n)s role", "%(n)s roles", one["roles"]) % {"n": number(one["roles"])}
    return ngettext(
        "%(n)s person spoken with in 90 days, in %(roles)s.",
        "%(n)s people spoken with in 90 days, in %(roles)s.",
        people,
    ) % {"n": number(people), "roles": roles}


def _sponsor(one: Numbers) -> str:
    said = {
        (1, 1): _("Champion and decision maker were both spoken with in 120 days."),
        (1, 0): _("The champion was spoken with in 120 days, no decision maker was."),
        (0, 1): _("A decision maker was spoken with in 120 days, no champion was."),
    }.get((one["champion"], one["decider"]), _("Neither a champion nor a decision maker was spoken with in 120 days."))
    return _("%(said)s A champion left in the last 90 days.") % {"said": said} if one["left"] else said


def _sentiment(one: Numbers) -> str:
    return ngettext(
        "%(n)s answer in the last 365 days gives %(mean)s of 100; it came on %(on)s.",
        "%(n)s answers in the last 365 days give %(mean)s of 100, newer ones counting more; the last came on %(on)s.",
        one["n"],
    ) % {"n": number(one["n"]), "mean": number(one["mean"]), "on": exact(date.fromisoformat(one["on"]))}


def _advocacy(one: Numbers) -> str:
    if one["value"]:
        return _("They speak for us: advocate now, or within the last year.")
    return _("They have not become advocates in the last year.")


def _executive(one: Numbers) -> str:
    if one["age"] is None:
        return _("No decision maker was spoken with in half a year.")
    return _("A decision maker was last spoken with %(days)s ago.") % {"days": _days(one["age"])}


def _reply(one: Numbers) -> str:
    text = _(
        "They answered %(part)s of %(whole)s messages of the last 90 days within 14 days; those before one "
        "conversation count once."
    )
    return _share(text, one, "answered", "sent")


def _attendance(one: Numbers) -> str:
    return _share(_("%(part)s of %(whole)s planned talks of half a year took place."), one, "held", "planned")


def _tone(one: Numbers) -> str:
    values = {"n": number(one["n"]), "mean": number(one["mean"])}
    return (
        ngettext(
            "%(n)s conversation of half a year felt %(mean)s of 100 to them; 50 is as usual.",
            "%(n)s conversations of half a year felt %(mean)s of 100 to them; 50 is as usual.",
            one["n"],
        )
        % values
    )


def _recency(one: Numbers) -> str:
    if not one["age"]:
        return _("The last two-way touchpoint was on this day.")
    return ngettext(
        "The last two-way touchpoint was %(days)s day ago.",
        "The last two-way touchpoint was %(days)s days ago.",
        one["age"],
    ) % {"days": number(one["age"])}


def _taught(one: Numbers) -> str:
    return _share(
        _("%(part)s of %(whole)s people completed something for their role in half a year."), one, "taught", "people"
    )


def _completion(one: Numbers) -> str:
    return _share(_("%(part)s of %(whole)s lessons begun in a year were completed."), one, "completed", "started")


def _put_to_use(one: Numbers) -> str:
    text = _("%(part)s of %(whole)s lessons were followed by use of what they teach within 14 days.")
    return _share(text, one, "used", "lessons")


def _timeliness(one: Numbers) -> str:
    if not one["late"] and not one["overdue"]:
        return ngettext(
            "%(n)s step was due in a year and done on time.",
            "%(n)s steps were due in a year, all done on time.",
            one["due"],
        ) % {"n": number(one["due"])}
    values = {"due": number(one["due"]), "late": number(one["late"]), "overdue": number(one["overdue"])}
    return _("Of %(due)s steps due in a year %(late)s were done late, and %(overdue)s are overdue.") % values


def _effort(one: Numbers) -> str:
    values = {"n": number(one["n"]), "mean": number(one["mean"])}
    return (
        ngettext(
            "%(n)s answer says how easy it was: %(mean)s of 100.",
            "%(n)s answers say how easy it was: %(mean)s of 100.",
            one["n"],
        )
        % values
    )


def _bumps(one: Numbers) -> str:
    if not one["reopened"] and not one["late"]:
        return _("No ticket was reopened and no step was late in 90 days.")
    values = {"reopened": number(one["reopened"]), "late": number(one["late"])}
    return _("Tickets reopened in 90 days: %(reopened)s. Steps late: %(late)s.") % values


_TELLERS: dict[str, Callable[[Numbers], str]] = {
    "known": _known, "aligned": _aligned, "stated": _stated, "met": _met, "ready": _ready, "proactive": _proactive,
    "seats": _seats, "breadth": _breadth, "depth": _depth, "regularity": _regularity, "trend": _trend,
    "blockers": _blockers, "progress": _progress, "confirmed": _confirmed, "spread": _spread, "width": _width,
    "sponsor": _sponsor, "sentiment": _sentiment, "advocacy": _advocacy, "executive": _executive, "reply": _reply,
    "attendance": _attendance, "tone": _tone, "recency": _recency, "taught": _taught, "completion": _completion,
    "put_to_use": _put_to_use, "timeliness": _timeliness, "effort": _effort, "bumps": _bumps,
}  # fmt: skip

# What is said of numbers that are not believed, and which they are.
_DOUBTED: dict[str, Callable[[Numbers], str]] = {
    "seats": _seats_doubted, "depth": _depth_doubted,
}  # fmt: skip
_COMPARED = {"seats": ("used", "seats"), "depth": ("each", "median")}

# What a measure lacks, and so where its data come from.
_MISSING = {
    "known": gettext_lazy("There is no success plan yet: write down why they bought and what they want to reach."),
    "aligned": gettext_lazy("The success plan names no metrics that show the use case, or nothing was used."),
    "stated": gettext_lazy("Nobody has asked them yet whether they will renew."),
    "met": gettext_lazy(
        "In 90 days there was no question, no late step and no first use of a planned feature, nor did seats run out."
    ),
    "ready": gettext_lazy("No step is planned for the next 60 days."),
    "proactive": gettext_lazy("No two-way conversation in 90 days."),
    "seats": gettext_lazy("It needs a running contract with seats, and the metric seats_used or active_users."),
    "breadth": gettext_lazy("The success plan names no features."),
    "depth": gettext_lazy("It needs the metrics key_actions and active_users of enough customers to compare with."),
    "regularity": gettext_lazy(
        "No use is known of the last 56 days: send key_actions, logins or active_users, at least once a week."
    ),
    "trend": gettext_lazy(
        "There is nothing to compare yet: it needs use of two times 28 days, sent at least once a week."
    ),
    "blockers": gettext_lazy("No ticket has ever arrived: connect a help desk."),
    "progress": gettext_lazy("No goal is old enough to be judged, or has a reading."),
    "confirmed": gettext_lazy("No goal has been reached yet."),
    "spread": gettext_lazy("There are no goals for two sites or more."),
    "width": gettext_lazy("No person there is known."),
    "sponsor": gettext_lazy("No person there is known."),
    "sentiment": gettext_lazy("No survey answer in the last 365 days."),
    "advocacy": gettext_lazy("Asked from the stage “use” on."),
    "executive": gettext_lazy("No decision maker is known."),
    "reply": gettext_lazy("Nothing was sent to them one way in 90 days."),
    "attendance": gettext_lazy("No meeting or call of half a year says whether it took place."),
    "tone": gettext_lazy("No conversation of half a year says how it felt to them."),
    "recency": gettext_lazy("No two-way touchpoint has been logged yet."),
    "taught": gettext_lazy("There is nothing to learn yet, or nobody there is known."),
    "completion": gettext_lazy("Nobody there has begun a lesson in a year."),
    "put_to_use": gettext_lazy("No completed lesson is about a feature that is measured."),
    "timeliness": gettext_lazy("No step was due in a year."),
    "effort": gettext_lazy("No answer about effort in half a year."),
    "bumps": gettext_lazy("No ticket and no step yet."),
}
