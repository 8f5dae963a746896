"""Themes are the workspace's to change; every change has all comments read again."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from voice import first_themes
from voice.actions import reading
from voice.models import LANGUAGES, Improvement, Remark, Suggestion, Theme
from voice.queries import themes as queries
from voice.reading.tokens import keys
from workspaces import actions as workspace_actions
from workspaces.models import User

MOST_PHRASES = 200  # of a theme and language
MOST_LETTERS = 60  # of a phrase


class NameTaken(Exception):
    """Another theme in use has this name."""


class NotInUse(Exception):
    """The theme is retired."""


@transaction.atomic
def give_first_themes(*, at: datetime) -> None:
    """What a workspace starts with, in the language of whoever founds it."""
    Theme.objects.bulk_create(Theme(**given, created_at=at) for given in first_themes.themes())


@transaction.atomic
def add_theme(*, name: str, words: Mapping[str, Iterable[str]], at: datetime, by: User | None) -> Theme:
    """Raises NameTaken."""
    theme = Theme(name=name.strip(), words=tidy(words), created_at=at)
    _save(theme)
    _changed(theme, "theme.added", at, by)
    return theme


@transaction.atomic
def change_theme(
    *, theme: Theme, name: str, words: Mapping[str, Iterable[str]], at: datetime, by: User | None
) -> Theme:
    """Raises NameTaken, NotInUse. Without a change nothing is read again."""
    held = _held(theme)
    before = held.name, held.words
    held.name, held.words = name.strip(), tidy(words)
    if (held.name, held.words) != before:
        _save(held)
        _changed(held, "theme.changed", at, by, reads=held.words != before[1])
    return held


@transaction.atomic
def merge_theme(*, theme: Theme, into: Theme, at: datetime, by: User | None) -> Theme:
    """Give its words, its corrections and its improvements to another; returns that. Raises NotInUse."""
    first, last = (_held(one) for one in sorted((theme, into), key=lambda one: one.pk))
    source, target = (first, last) if first.pk == theme.pk else (last, first)
    if source.pk == target.pk:
        raise NotInUse
    target.words = tidy({code: [*target.words.get(code, []), *source.words.get(code, [])] for code in LANGUAGES})
    target.save(update_fields=["words"])
    source.retired_at, source.merged_into = at, target
    source.save(update_fields=["retired_at", "merged_into"])
    Improvement.objects.filter(theme=source).update(theme=target)
    _changed(source, "theme.merged", at, by, into=target.name)
    return target


@transaction.atomic
def retire_theme(*, theme: Theme, at: datetime, by: User | None) -> Theme:
    """Comments speak of it no more; it can be brought back. Raises NotInUse."""
    held = _held(theme)
    held.retired_at = at
    held.save(update_fields=["retired_at"])
    _changed(held, "theme.retired", at, by)
    return held


@transaction.atomic
def restore_theme(*, theme: Theme, at: datetime, by: User | None) -> Theme:
    """Raises NameTaken. What went to another theme with a merger stays there as well."""
    held = Theme.objects.select_for_update(of=("self",)).get(pk=theme.pk)
    if held.retired_at is not None:
        held.retired_at, held.merged_into = None, None
        _save(held)
        _changed(held, "theme.restored", at, by)
    return held


@transaction.atomic
def dismiss_suggestion(*, suggestion: Suggestion, at: datetime, by: User | None) -> None:
    """It is not suggested again."""
    Suggestion.objects.filter(pk=suggestion.pk, dismissed_at=None).update(dismissed_at=at, dismissed_by=by)


def tidy(words: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """Each phrase once, without what holds no word."""
    return {code: [*_phrases(words.get(code, ()))][:MOST_PHRASES] for code in LANGUAGES}


def _phrases(given: Iterable[str]) -> Iterable[str]:
    found: dict[tuple[str, ...], str] = {}
    for phrase in given:
        cut = " ".join(phrase.replace("\x00", "").split())[:MOST_LETTERS]
        if keys(cut):
            found.setdefault(keys(cut), cut)
    return found.values()


def _held(theme: Theme) -> Theme:
    held = Theme.objects.select_for_update(of=("self",)).get(pk=theme.pk)
    if held.retired_at is not None:
        raise NotInUse
    return held


def _save(theme: Theme) -> None:
    try:
        with transaction.atomic():
            theme.save()
    except IntegrityError as error:
        raise NameTaken from error


def _changed(theme: Theme, kind: str, at: datetime, by: User | None, *, reads: bool = True, **detail: Any) -> None:
    workspace_actions.record(kind=kind, at=at, by=by, subject=theme.name, detail={"theme": theme.pk, **detail})
    if reads:
        reading.read_all_again(at=at, by=by)


# ------------------------------------------------------------------------------------------- corrections
@transaction.atomic
def correct(*, remark: Remark, feeling: str, theme_ids: Iterable[int], at: datetime, by: User | None) -> Remark:
    """Say how it feels and what it is about, for good: no later reading changes that."""
    held = Remark.objects.select_for_update(of=("self",)).get(pk=remark.pk)
    held.feeling, held.is_feeling_by_hand = feeling, True
    held.themes_by_hand = queries.in_place_of(theme_ids)
    held.corrected_at, held.corrected_by = at, by
    held.save()
    reading.read(source=held.source, ids=[held.source_id], at=at)
    return held


@transaction.atomic
def take_back_correction(*, remark: Remark, at: datetime) -> None:
    """Have it read by the rules again."""
    Remark.objects.filter(pk=remark.pk).update(
        is_feeling_by_hand=False, themes_by_hand=None, corrected_at=None, corrected_by=None
    )
    reading.read(source=remark.source, ids=[remark.source_id], at=at)
