"""What a family's health says, in the reader's language."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from health.families import FamilyHealth, Member
from lib.formatting import money_short, number, percent, score
from lib.markup import band_label, score_chip

MOST_LINES = 200


def told(family: FamilyHealth | None) -> dict[str, Any] | None:
    """The family in words, with a line for each member; None: no family."""
    if family is None:
        return None
    lines = [_line(member, weight) for member, weight in zip(family.members, family.weights, strict=True)]
    return {
        "score": family.score,
        "band": family.band,
        "sentences": sentences(family),
        "lines": lines[:MOST_LINES],
        "has_more": len(lines) > MOST_LINES,
    }


def sentences(family: FamilyHealth) -> list[str]:
    """How it stands, how much of it is known and by what it is weighed, and who is weakest."""
    return [one for one in (_standing(family), _coverage(family), _weakest(family)) if one]


def _standing(family: FamilyHealth) -> str:
    values = {"n": number(len(family.members)), "score": score(family.score), "band": band_label(family.band)}
    if family.score is None:
        return _("None of the %(n)s accounts of this family has a score yet.") % values
    if family.is_by_money:
        return _("The family of %(n)s accounts stands at %(score)s (%(band)s), weighed by ARR.") % values
    return _("The family of %(n)s accounts stands at %(score)s (%(band)s).") % values


def _coverage(family: FamilyHealth) -> str:
    values = {"share": percent(family.coverage), "known": number(family.known), "n": number(len(family.members))}
    if family.is_by_money:
        return _("%(share)s of its ARR has a score.") % values
    same = ngettext(
        "%(known)s of %(n)s account has a score; each counts the same: ARR is unknown or in several currencies.",
        "%(known)s of %(n)s accounts have a score; each counts the same: ARR is unknown or in several currencies.",
        len(family.members),
    )
    return same % values


def _weakest(family: FamilyHealth) -> str:
    if family.weakest is None or family.known < 2:
        return ""
    values = {"name": family.weakest.name, "score": score(family.weakest.score)}
    return _("The weakest is %(name)s with %(score)s.") % values


def _line(member: Member, weight: float) -> dict[str, Any]:
    return {
        "name": member.name,
        "url": reverse("health:account_panel", args=[member.account_id]),
        "level": member.level,
        "chip": score_chip(member.score, member.band),
        "money": money_short(member.arr_minor, member.currency),
        "share": percent(weight),
    }
