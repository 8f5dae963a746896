"""The page of actual against desired: prepared values and sentences only."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Account
from health import queries
from health.models import HealthProfile
from health.parts import ENOUGH_COVERAGE, PARTS
from health.queries import Below, PartGap, Scope
from health.sentences import filling, label, part_step
from lib.formatting import number, percent
from lib.markup import score_chip
from lib.svg import bar
from segments import queries as segment_queries

MOST_SHOWN = 100
FEW_KNOWN = ENOUGH_COVERAGE  # of the customers: of fewer, one begins by filling in


@dataclass(frozen=True)
class Chosen:
    """What the address asks for; what it cannot mean is left out, and whether something is, told."""

    scope: Scope
    part: str
    is_without: bool
    profiles: list[HealthProfile]
    segments: dict[int, str]
    is_lost: bool

    @property
    def filters(self) -> dict[str, int]:
        """The scope as an address has it."""
        told = {"profile": self.scope.profile_id, "segment": self.scope.segment_id}
        return {name: value for name, value in told.items() if value is not None}

    @property
    def name(self) -> str:
        """Whom it is about, in words."""
        profile = next((one.name for one in self.profiles if one.pk == self.scope.profile_id), None)
        segment = self.segments.get(self.scope.segment_id or 0)
        if profile and segment:
            return _("Profile “%(profile)s”, segment “%(segment)s”") % {"profile": profile, "segment": segment}
        if profile:
            return _("Profile “%(profile)s”") % {"profile": profile}
        return _("Segment “%(segment)s”") % {"segment": segment} if segment else _("All customers")


def chosen(query: QueryDict) -> Chosen:
    profiles, segments = queries.profiles(), segment_queries.names()
    part, profile, segment = (query.get(name, "") for name in ("part", "profile", "segment"))
    scope = Scope(_one_of(profile, [one.pk for one in profiles]), _one_of(segment, segments))
    return Chosen(
        scope=scope,
        part=part if part in PARTS else PARTS[0],
        is_without=query.get("show") == "without",
        profiles=profiles,
        segments=segments,
        is_lost=bool((profile and scope.profile_id is None) or (segment and scope.segment_id is None)),
    )


def _one_of(said: str, ids: Any) -> int | None:
    return next((pk for pk in ids if str(pk) == said), None)


# ------------------------------------------------------------------ the parts
@dataclass(frozen=True)
class Row:
    """One part of the page."""

    gap: PartGap
    label: str
    meter: SafeString
    actual: str
    target: str
    share_below: str
    worth: str
    step: str
    note: str
    url: str
    missing_url: str

    @property
    def missing(self) -> int:
        return self.gap.accounts - self.gap.known


def page(wanted: Chosen, *, today: date) -> dict[str, Any]:
    """Everything `health/desired.html` shows."""
    gaps = queries.part_gaps(wanted.scope, today=today)
    return {
        "wanted": wanted,
        "accounts": gaps[0].accounts,
        "first": first_to_work_on(gaps),
        "first_url": _below_url(wanted, gaps[0].part),
        "rows": [_row(gap, wanted) for gap in gaps],
    }


def first_to_work_on(gaps: list[PartGap]) -> str:
    """Which part to work on first, and why."""
    known = [gap for gap in gaps if gap.worth is not None]
    if not known:
        return _("Nothing is known yet of these customers: connect what you have, and begin with success plans.")
    worst = known[0]
    if (worst.worth or 0) <= 0:
        return _("On average these customers are at or above every target. Look at the accounts below one.")
    said = {
        "part": label(worst.part),
        "below": number(worst.below),
        "actual": number(worst.actual),
        "target": number(worst.target),
        "worth": number(worst.worth, 1),
    }
    why = ngettext(
        "Work on %(part)s first: %(below)s of %(n)s account is below its target, the mean is %(actual)s where "
        "%(target)s is desired, and closing that gap is worth most, %(worth)s points of the score.",
        "Work on %(part)s first: %(below)s of %(n)s accounts are below their target, the mean is %(actual)s where "
        "%(target)s is desired, and closing that gap is worth most, %(worth)s points of the score.",
        worst.known,
    ) % {**said, "n": number(worst.known)}
    return f"{why} {part_step(worst.part)}"


def _row(gap: PartGap, wanted: Chosen) -> Row:
    name = label(gap.part)
    share = gap.known / gap.accounts if gap.accounts else 0
    words = _("Actual %(actual)s, desired %(target)s") % {
        "actual": number(gap.actual) if gap.known else _("not known"),
        "target": number(gap.target) if gap.known else "–",
    }
    return Row(
        gap=gap,
        label=name,
        meter=bar(gap.actual, 100, name, words, tone=_tone(gap), mark=gap.target),
        actual=number(gap.actual),
        target=number(gap.target),
        share_below=percent(gap.below / gap.known) if gap.known else "–",
        worth=number(gap.worth, 1) if gap.worth is not None else "–",
        step=part_step(gap.part) if gap.known and (gap.worth or 0) > 0 else "",
        note=filling(gap.part) if share < FEW_KNOWN else "",
        url=_below_url(wanted, gap.part),
        missing_url=f"{_below_url(wanted, gap.part)}&show=without",
    )


def _tone(gap: PartGap) -> str:
    if gap.gap is None:
        return "none"
    return "healthy" if gap.gap <= 0 else "watch" if gap.gap < 20 else "risk"


def _below_url(wanted: Chosen, part: str) -> str:
    return f"{reverse('health:below_list')}?{urlencode({'part': part, **wanted.filters})}"


# ------------------------------------------------------------------ the accounts
@dataclass(frozen=True)
class BelowRow:
    """One account below the target, or without a value."""

    below: Below
    account: Account
    profile: str
    health: SafeString

    @property
    def gap(self) -> float | None:
        return None if self.below.value is None else self.below.target - self.below.value


def below_rows(wanted: Chosen, *, today: date, most: int | None = None) -> list[BelowRow]:
    """The accounts furthest below the target of the chosen part, or without it, in a fixed number of statements."""
    listed = queries.without_value if wanted.is_without else queries.below_target
    found = listed(wanted.scope, wanted.part, today=today, most=most)
    accounts = Account.objects.select_related("owner__user").in_bulk([one.account_id for one in found])
    names = {one.pk: one.name for one in wanted.profiles}
    return [
        BelowRow(one, accounts[one.account_id], names[one.profile_id], score_chip(one.score, one.band))
        for one in found
        if one.account_id in accounts
    ]
