"""Comments, themes, the heat map, rises and improvements as tables for a spreadsheet: the header first."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from segments import queries as segment_queries
from voice.lens import Lens
from voice.models import Feeling, Improvement, Rise, Theme
from voice.queries import improvements as improvement_queries
from voice.queries import remarks as queries
from voice.queries import texts
from voice.queries import themes as theme_queries

CHUNK = 500
Table = Iterator[Sequence[object]]


def remarks(lens: Lens, at: datetime) -> Table:
    """The comments that `lens` shows, newest first, with the words that decided."""
    yield [
        _("Id"), _("Source"), _("Source id"), _("Account id"), _("Account"), _("Person"), _("Said at"), _("Stage"),
        _("Language"), _("Feeling"), _("Balance"), _("Deciding words"), _("Themes"), _("Corrected at"), _("Text"),
    ]  # fmt: skip
    ids = list(lens.remarks(at).order_by("-said_at", "-pk").values_list("pk", flat=True))
    for start in range(0, len(ids), CHUNK):
        found = queries.remarks().in_bulk(ids[start : start + CHUNK])
        said = texts.texts_of((one.source, one.source_id) for one in found.values())
        for pk in ids[start : start + CHUNK]:
            one = found[pk]
            text = said.get((one.source, one.source_id), "")
            yield [
                pk, one.source, one.source_id, one.account_id, one.account.name, str(one.contact or ""), one.said_at,
                one.stage, one.language, one.feeling, one.balance,
                ", ".join(text[int(start):int(end)] for start, end, _points in one.marks),
                ", ".join(sorted(mention.theme.name for mention in one.mentions.all())), one.corrected_at, text,
            ]  # fmt: skip


def heat(lens: Lens, at: datetime) -> Table:
    """Every theme at every stage, whatever the segment, then in each segment."""
    labels = [str(Feeling(feeling).label) for feeling in Feeling.values]
    yield [_("Theme id"), _("Theme"), _("Stage"), _("Segment id"), _("Segment"), _("Comments"), *labels]
    names, segments = theme_queries.names(), segment_queries.names()
    for theme, stage, segment, cell in queries.by_all(lens.remarks(at)):
        if segment is None or segment in segments:
            counts = [cell.counts.get(feeling, 0) for feeling in Feeling.values]
            name = segments[segment] if segment else ""
            yield [theme, names.get(theme, ""), stage, segment, name, cell.n, *counts]


def themes(found: Iterable[Theme]) -> Table:
    yield [_("Id"), _("Theme"), _("English words"), _("Chinese words"), _("Created at"), _("Retired at")]
    for theme in found:
        english, chinese = (", ".join(theme.words.get(code, [])) for code in ("en", "zh"))
        yield [theme.pk, theme.name, english, chinese, theme.created_at, theme.retired_at]


def rises(found: Iterable[Rise]) -> Table:
    """Weeks in which a theme rose, with the counts that said so."""
    yield [
        _("Theme id"), _("Theme"), _("Week before"), _("Customers"), _("Of customers"), _("Customer weeks before"),
        _("Of customer weeks"), _("Not happy"), _("Chance"),
    ]  # fmt: skip
    for one in found:
        yield [
            one.theme_id, one.theme.name, one.day, one.customers, one.of_customers, one.before, one.of_before,
            one.negative, one.chance,
        ]  # fmt: skip


def improvements(found: Iterable[Improvement]) -> Table:
    yield [
        _("Id"), _("What we change"), _("Why, and how"), _("Theme"), _("Owner"), _("Due on"), _("Measured by"),
        _("Days"), _("Hits before"), _("Of before"), _("Done at"), _("Hits after"), _("Of after"), _("Change"),
        _("Low"), _("High"), _("Effect"), _("Dropped at"),
    ]  # fmt: skip
    for one in found:
        effect = improvement_queries.effect(one)
        after = effect.after
        low, high = effect.interval or (None, None)
        yield [
            one.pk, one.title, one.about, str(one.theme or ""), str(one.owner or ""), one.due_on, one.measure,
            one.window_days, one.before_hits, one.before_n, one.done_at, after.hits if after else None,
            after.n if after else None, *(_short(value) for value in (effect.change, low, high)),
            effect.outcome.value, one.dropped_at,
        ]  # fmt: skip


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
