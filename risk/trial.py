"""Whether acting on alerts helps, in words: what became of those told beside those that kept silent."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from health.holdout import DAYS, ENOUGH_DEPARTURES, Comparison, Group
from lib.formatting import number, percent


@dataclass(frozen=True)
class Told:
    """One sentence, and both groups' figures as (group, accounts, how many left)."""

    words: str
    groups: list[tuple[str, str, str]]
    waiting: str


def tell(found: Comparison) -> Told:
    groups = [(_("Alert told"), found.told), (_("Kept silent"), found.held_out)]
    waiting = ngettext(
        "%(n)s account waits until its %(days)s days are over.",
        "%(n)s accounts wait until their %(days)s days are over.",
        found.waiting,
    ) % {"n": number(found.waiting), "days": DAYS}
    return Told(
        _words(found),
        [(label, number(group.accounts), _left(group)) for label, group in groups],
        waiting if found.waiting else "",
    )


def _left(group: Group) -> str:
    return f"{number(group.departures)} ({percent(group.share)})" if group.accounts else number(group.departures)


def _words(found: Comparison) -> str:
    interval, difference = found.interval, found.difference
    if not found.is_enough or interval is None or difference is None:
        return ngettext(
            "Nothing can be said yet: %(n)s account of both groups has left, and it takes %(least)s.",
            "Nothing can be said yet: %(n)s accounts of both groups have left, and it takes %(least)s.",
            found.departures,
        ) % {"n": number(found.departures), "least": ENOUGH_DEPARTURES}
    words = {
        "helps": _("Acting on alerts helps: without a word %(difference)s more left (95 %% interval %(between)s)."),
        "harms": _("Those told left more often, by %(difference)s (95 %% interval %(between)s). Look at what is done."),
        "unclear": _("No difference can be told yet: %(difference)s (95 %% interval %(between)s)."),
    }
    sign = -1 if found.verdict == "harms" else 1
    low, high = sorted(sign * one for one in interval)
    between = _("%(low)s to %(high)s points") % {"low": number(100 * low, 1), "high": number(100 * high, 1)}
    points = _("%(n)s points") % {"n": number(100 * sign * difference, 1)}
    return words[found.verdict] % {"difference": points, "between": between}
