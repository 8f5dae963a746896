"""Themes as pages and readings ask for them."""

from collections.abc import Iterable

from django.db.models import QuerySet

from voice.models import Rereading, Rise, Suggestion, Theme, ThemeQuerySet
from voice.reading.themes import Reader

MOST_SUGGESTED = 12


def themes() -> ThemeQuerySet:
    """Those in use, by name."""
    return Theme.objects.in_use().order_by("name", "pk")


def retired() -> QuerySet[Theme]:
    """Those that are not, the last first."""
    return Theme.objects.exclude(retired_at=None).select_related("merged_into").order_by("-retired_at", "-pk")


def names() -> dict[int, str]:
    """What each theme in use is called, by name."""
    return dict(themes().values_list("pk", "name"))


def reader() -> Reader:
    """Reads texts by the words of the themes in use."""
    return Reader({theme.pk: theme.phrases for theme in themes()})


def in_place_of(theme_ids: Iterable[int]) -> list[int]:
    """These themes as they are now: what was merged is what it was merged into, what is retired is left out."""
    every = {theme.pk: theme for theme in Theme.objects.all()}
    found: dict[int, None] = {}
    for pk in theme_ids:
        theme = every.get(pk)
        while theme is not None and theme.merged_into_id is not None:
            theme = every.get(theme.merged_into_id)
        if theme is not None and theme.retired_at is None:
            found[theme.pk] = None
    return [*found]


def suggestions() -> QuerySet[Suggestion]:
    """Phrases that might be worth a theme, those of the most customers first."""
    rows: QuerySet[Suggestion] = Suggestion.objects.filter(dismissed_at=None)
    return rows.order_by("-customers", "-comments", "phrase", "pk")


def rereading() -> Rereading | None:
    """The pass that is under way, if any."""
    row: Rereading | None = Rereading.objects.filter(finished_at=None).first()
    return row


def rises() -> QuerySet[Rise]:
    """Weeks in which a theme rose, the newest first."""
    rows: QuerySet[Rise] = Rise.objects.select_related("theme")
    return rows.order_by("-day", "-pk")
