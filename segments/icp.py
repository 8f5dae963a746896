"""What the pages about the ideal customer show: prepared values only."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from accounts.models import Account
from lib.formatting import number, percent
from lib.markup import link
from segments import queries
from segments.models import Criterion
from segments.queries import JUDGED, Base, Group, Judged, Outcome, Reading, When
from segments.registry import Field

TOO_FEW = 5  # of fewer accounts no share is told
Z = 1.96  # 19 times in 20
LOST = (Group.CHURNED, Group.DISAPPOINTED)


def group_name(group: Group) -> str:
    return {
        Group.CHURNED: _("Churned"),
        Group.DISAPPOINTED: _("Disappointed"),
        Group.STAYED: _("Stayed"),
    }[group]


@dataclass(frozen=True)
class Cell:
    """How many of a group missed a criterion, of those of whom it is known."""

    label: str
    missed: int
    judged: int
    unknown: int
    missed_url: str
    unknown_url: str

    @property
    def share(self) -> float | None:
        """None of too few to say."""
        return self.missed / self.judged if self.judged >= TOO_FEW else None

    @property
    def told(self) -> str:
        return percent(self.share) if self.share is not None else _("too few to say")


@dataclass(frozen=True)
class Line:
    """One criterion: who missed it, and what that says."""

    name: str
    is_retired: bool
    cells: list[Cell]
    verdict: str


def check(when: When) -> dict[str, Any]:
    """Everything `segments/icp_check.html` shows."""
    bases, outcomes, names = queries.bases(when), queries.outcomes(when), queries.criterion_names()
    in_use = set(queries.criteria().values_list("pk", flat=True))
    seen = {criterion_id for criterion_id, _group, _outcome in outcomes}
    lines = [_line(pk, name, pk not in in_use, when, outcomes) for pk, name in names.items() if pk in seen]
    return {
        "groups": [_group(group, bases[group], when) for group in Group],
        "lines": lines,
        "when": when.value,
        "is_today": when == When.TODAY,
        "tabs": _tabs(when),
        "few": TOO_FEW,
        "has_criteria": bool(in_use),
    }


def _group(group: Group, base: Base, when: When) -> dict[str, Any]:
    unknown = base.accounts - base.judged
    words = _("%(n)s not known at signing") if when == When.SIGNING else _("%(n)s not judged yet")
    gap = words % {"n": number(unknown)}
    judged = _("%(n)s judged") % {"n": number(base.judged)}
    return {
        "label": group_name(group),
        "value": number(base.accounts),
        "href": _address(Judged(0, Outcome.ANY, group, when)) if base.accounts else "",
        "sub": format_html("{}, {}", judged, link(_address(Judged(0, Outcome.UNKNOWN, group, when)), gap))
        if unknown
        else judged,
    }


def _line(pk: int, name: str, is_retired: bool, when: When, outcomes: Mapping[tuple[int, Group, Outcome], int]) -> Line:
    cells = [_cell(pk, group, when, outcomes) for group in Group]
    return Line(name, is_retired, cells, _verdict(cells))


def _cell(pk: int, group: Group, when: When, outcomes: Mapping[tuple[int, Group, Outcome], int]) -> Cell:
    met, missed, unknown = (outcomes.get((pk, group, outcome), 0) for outcome in JUDGED)
    return Cell(
        group_name(group),
        missed,
        met + missed,
        unknown,
        _address(Judged(pk, Outcome.MISSED, group, when)) if missed else "",
        _address(Judged(pk, Outcome.UNKNOWN, group, when)) if unknown else "",
    )


def _verdict(cells: list[Cell]) -> str:
    """What the customers we lost or disappointed say against those who stayed."""
    stayed, lost = cells[-1], cells[: len(LOST)]
    missed, judged = sum(cell.missed for cell in lost), sum(cell.judged for cell in lost)
    if judged < TOO_FEW or stayed.judged < TOO_FEW:
        return _("Too few to say")
    shares = missed / judged, stayed.missed / stayed.judged
    words = {"lost": percent(shares[0]), "n": number(judged), "stayed": percent(shares[1])}
    if not is_clear(missed, judged, stayed.missed, stayed.judged):
        return _("No clear difference: %(lost)s of %(n)s, against %(stayed)s of those who stayed") % words
    if shares[0] > shares[1]:
        return (
            _("Missed more often by those who left or are disappointed: %(lost)s of %(n)s, against %(stayed)s") % words
        )
    return _("Missed less often by those who left or are disappointed: %(lost)s of %(n)s, against %(stayed)s") % words


def is_clear(missed: int, judged: int, others_missed: int, others_judged: int) -> bool:
    """Whether two shares differ by more than chance would make them 19 times in 20.

    The two-proportion z-test with a pooled share (Fleiss, Statistical Methods for Rates and Proportions, ch. 3).
    """
    pooled = (missed + others_missed) / (judged + others_judged)
    spread = math.sqrt(pooled * (1 - pooled) * (1 / judged + 1 / others_judged))
    return spread > 0 and abs(missed / judged - others_missed / others_judged) > Z * spread


def _address(judged: Judged) -> str:
    return f"{reverse('dashboard:account_list')}?fit={judged}"


def _tabs(when: When) -> list[dict[str, Any]]:
    here = reverse("segments:icp_check")
    return [
        {"label": _("At signing"), "url": here, "active": when == When.SIGNING},
        {"label": _("By today's data"), "url": f"{here}?by=today", "active": when == When.TODAY},
    ]


def told(judged: Judged) -> str:
    """Whom an address means, as a heading of the list it opens."""
    words = {"group": group_name(judged.group), "name": queries.criterion_names().get(judged.criterion_id, "?")}
    if judged.outcome == Outcome.ANY:
        return words["group"]
    if not judged.criterion_id:
        known = (
            _("%(group)s: fit not known at signing") if judged.when == When.SIGNING else _("%(group)s: not judged yet")
        )
        return (known if judged.outcome == Outcome.UNKNOWN else _("%(group)s: fit known")) % words
    said = {
        (Outcome.MISSED, When.SIGNING): _("%(group)s: missed “%(name)s” at signing"),
        (Outcome.MET, When.SIGNING): _("%(group)s: met “%(name)s” at signing"),
        (Outcome.UNKNOWN, When.SIGNING): _("%(group)s: “%(name)s” not known at signing"),
        (Outcome.MISSED, When.TODAY): _("%(group)s: misses “%(name)s” by today's data"),
        (Outcome.MET, When.TODAY): _("%(group)s: meets “%(name)s” by today's data"),
        (Outcome.UNKNOWN, When.TODAY): _("%(group)s: “%(name)s” not known today"),
    }
    return said[judged.outcome, judged.when] % words


# ------------------------------------------------------------------ criteria, and one account


@dataclass(frozen=True)
class CriterionRow:
    """One criterion, read out."""

    criterion: Criterion
    reading: Reading


def criterion_rows(found: Iterable[Criterion], fields: Mapping[str, Field]) -> list[CriterionRow]:
    return [CriterionRow(one, queries.read_out(one.conditions, fields)) for one in found]


def account_panel(account: Account) -> dict[str, Any]:
    """Where an account belongs, how well it fits, what it misses, and how that was when it signed; in four queries."""
    names, fit, snapshot = queries.criterion_names(), queries.fit_of(account), queries.snapshot_of(account)
    return {
        "segments": list(queries.segments_of(account)),
        "fit": _told(fit, names),
        "fit_at_signing": _told(snapshot, names),
        "has_criteria": bool(names),
    }


def _told(fit: Any, names: Mapping[int, str]) -> dict[str, Any] | None:
    if fit is None:
        return None
    listed = {outcome.value: [names[pk] for pk in getattr(fit, outcome) if pk in names] for outcome in JUDGED}
    return {"score": fit.score, "at": fit.at, **listed}
