"""Comments, themes and improvements, ready for flat templates."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.urls import reverse

from accounts.models import Ticket
from lib.paging import Page, Sort, page_of
from lib.time import day_of
from surveys.models import Answer
from voice import marking, words
from voice.lens import NOT_HAPPY, Lens
from voice.models import LANGUAGES, Improvement, Measure, Remark, Source, Theme
from voice.queries import improvements as improvement_queries
from voice.queries import remarks as queries
from voice.queries import texts

NEWEST = Sort("said_at", falls=True, ids_fall=True)


def remark_page(lens: Lens, at: datetime, after: str, before: str) -> tuple[Page, list[dict[str, Any]]]:
    """One page of comments, newest first; as many statements at any size."""
    page = page_of(lens.remarks(at), NEWEST, ["said_at"], after=after, before=before)
    found = queries.remarks().in_bulk([row["pk"] for row in page.rows])
    return page, remark_rows([found[row["pk"]] for row in page.rows])


def remark_rows(found: Sequence[Remark]) -> list[dict[str, Any]]:
    """Each with its words, marked where they decided."""
    said = texts.texts_of((one.source, one.source_id) for one in found)
    ids = [one.source_id for one in found if one.source == Source.ANSWER]
    scores = {one.pk: one for one in Answer.objects.filter(pk__in=ids)}
    numbers = dict(
        Ticket.objects.filter(pk__in=[one.source_id for one in found if one.source == Source.TICKET]).values_list(
            "pk", "number"
        )
    )
    return [_remark(one, said.get((one.source, one.source_id), ""), scores, numbers) for one in found]


def _remark(one: Remark, text: str, scores: dict[int, Answer], numbers: dict[int, str]) -> dict[str, Any]:
    mentions = [mention for mention in one.mentions.all() if mention.theme.retired_at is None]
    whole = marking.pieces(text, one.length, one.marks, [place for mention in mentions for place in mention.places])
    score = scores.get(one.source_id) if one.source == Source.ANSWER else None
    return {
        "remark": one,
        "pieces": whole,
        "short": marking.shortened(whole),
        "feeling": words.feeling_chip(one.feeling),
        "decided": marking.decided(text, one.length, one.marks),
        "themes": [
            {"name": mention.theme.name, "pk": mention.theme_id, "feeling": mention.feeling}
            for mention in sorted(mentions, key=lambda mention: mention.theme.name)
        ],
        "score": f"{score.get_metric_display()} {score.value}/{score.scale_max}" if score else "",
        "source": one.get_source_display(),
        "number": numbers.get(one.source_id, "") if one.source == Source.TICKET else "",
        "url": reverse("voice:remark", args=[one.pk]),
    }


def theme_rows(found: Iterable[Theme], counts: dict[int, queries.Cell], lens: Lens) -> list[dict[str, Any]]:
    nothing = queries.Cell({})
    return [
        {
            "theme": theme,
            "words": {code: theme.words.get(code, []) for code in LANGUAGES},
            "count": len(theme.phrases),
            "n": counts.get(theme.pk, nothing).n,
            "url": reverse("voice:remark_list") + lens.but(theme=theme.pk).query(),
        }
        for theme in found
    ]


def improvement_rows(found: Iterable[Improvement], today: date) -> list[dict[str, Any]]:
    return [improvement_row(one, today) for one in found]


def improvement_row(one: Improvement, today: date) -> dict[str, Any]:
    """One with its standing and its effect."""
    effect = improvement_queries.effect(one)
    return {
        "improvement": one,
        "state": words.state(one, one.is_open and one.due_on < today),
        "measure": words.measure(one),
        "before": words.counted(effect.before),
        "before_url": _said(one, one.created_at - timedelta(days=one.window_days), one.created_at),
        "after": words.counted(effect.after),
        "after_url": _said(one, one.done_at, improvement_queries.ends_at(one)),
        "change": words.change(effect),
        "outcome": words.outcome_chip(effect),
        "sentence": words.effect_sentence(one, effect),
        "url": reverse("voice:improvement", args=[one.pk]),
    }


def _said(one: Improvement, since: datetime | None, until: datetime | None) -> str:
    """The comments of these days by which it is measured."""
    if one.theme_id is None or since is None or until is None:
        return ""
    feeling = NOT_HAPPY if one.measure == Measure.NEGATIVE else ""
    days = Lens(theme=one.theme_id, first=day_of(since), last=day_of(until), feeling=feeling)
    return reverse("voice:remark_list") + days.query()
