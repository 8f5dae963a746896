"""What customers said, counted by theme, stage and segment."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, Count, F, Func, QuerySet

from voice.models import UNHAPPY, Mention, Remark, RemarkQuerySet, Theme

Place = str | int


@dataclass(frozen=True)
class Cell:
    """Comments of one theme at one stage, or in one segment, by feeling."""

    counts: dict[str, int]

    @property
    def n(self) -> int:
        return sum(self.counts.values())

    @property
    def bad(self) -> int:
        """Those that say something bad of it, whatever good they say besides."""
        return sum(self.counts.get(feeling, 0) for feeling in UNHAPPY)

    @property
    def bad_share(self) -> float:
        return self.bad / self.n if self.n else 0.0


def remarks() -> RemarkQuerySet:
    """Each with its account, its person and who corrected it."""
    return Remark.objects.select_related("account", "contact", "corrected_by").prefetch_related("mentions__theme")


def old(before: datetime) -> RemarkQuerySet:
    return Remark.objects.filter(said_at__lt=before)


def following(last_id: int, limit: int) -> RemarkQuerySet:
    """The next `limit` by id."""
    return Remark.objects.filter(pk__gt=last_id).order_by("pk")[:limit]


def totals(found: RemarkQuerySet, theme: int | None = None) -> Cell:
    """All of these by feeling: that of the whole, or what they say of one theme."""
    rows: QuerySet[Any] = Mention.objects.filter(remark__in=found.order_by(), theme=theme) if theme else found
    return _cell(rows.order_by().values("feeling").annotate(n=Count("pk")).values_list("feeling", "n"))


def by_theme(found: RemarkQuerySet) -> dict[int, Cell]:
    """The mentions in these, by theme."""
    return {theme: cell for (theme,), cell in _grouped(_mentions(found), ["theme"])}


def by_theme_and_stage(found: RemarkQuerySet) -> dict[tuple[int, Place], Cell]:
    return {(theme, stage): cell for (theme, stage), cell in _grouped(_mentions(found), ["theme", "remark__stage"])}


def by_theme_and_segment(found: RemarkQuerySet) -> dict[tuple[int, Place], Cell]:
    """A comment of an account in two segments counts in both."""
    mentions = _by_segment(found)
    return {(theme, segment): cell for (theme, segment), cell in _grouped(mentions, ["theme", "segment"])}


def by_all(found: RemarkQuerySet) -> Iterator[tuple[int, str, int | None, Cell]]:
    """(theme, stage, segment, cell): first whatever the segment, then each segment."""
    for (theme, stage), cell in _grouped(_mentions(found), ["theme", "remark__stage"]):
        yield theme, stage, None, cell
    for (theme, stage, segment), cell in _grouped(_by_segment(found), ["theme", "remark__stage", "segment"]):
        yield theme, stage, segment, cell


def _mentions(found: RemarkQuerySet) -> QuerySet[Mention]:
    """Of the themes in use, named one by one: joined with them, every mention there is would be looked at."""
    in_use = list(Theme.objects.in_use().values_list("pk", flat=True))
    rows: QuerySet[Mention] = Mention.objects.filter(remark__in=found.order_by(), theme__in=in_use)
    return rows


def _by_segment(found: RemarkQuerySet) -> QuerySet[Mention]:
    each = Func(F("remark__segment_ids"), function="unnest", output_field=BigIntegerField(), set_returning=True)
    return _mentions(found).annotate(segment=each)


def _grouped(rows: QuerySet[Mention], by: list[str]) -> Iterator[tuple[tuple[Any, ...], Cell]]:
    counted = rows.values(*by, "feeling").annotate(n=Count("pk")).order_by(*by, "feeling")
    groups: dict[tuple[Any, ...], dict[str, int]] = {}
    for row in counted:
        groups.setdefault(tuple(row[name] for name in by), {})[row["feeling"]] = row["n"]
    yield from ((key, Cell(counts)) for key, counts in groups.items())


def _cell(rows: Iterable[tuple[str, int]]) -> Cell:
    return Cell(dict(rows))
