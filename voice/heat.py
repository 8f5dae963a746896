"""The heat map: themes by stage or by segment; a cell tells how many comments, how many of them bad, and opens them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.stages import Stage
from lib.formatting import number, percent
from segments import queries as segment_queries
from voice.lens import Lens
from voice.queries import remarks as queries
from voice.queries import themes as theme_queries
from voice.queries.remarks import Cell, Place

ENOUGH = 3  # comments, before a cell takes a colour
STEPS = (0.25, 0.5, 0.75)  # of bad ones: where the next colour begins
MOST_SEGMENTS = 12
NOTHING = Cell({})


def table(lens: Lens, at: datetime) -> dict[str, Any]:
    """Columns and rows; themes that nobody spoke of are named apart."""
    found = lens.remarks(at)
    names = theme_queries.names()
    whole = queries.by_theme(found)
    cells = (queries.by_theme_and_segment if lens.by == "segment" else queries.by_theme_and_stage)(found)
    columns = _columns(lens, cells)
    spoken = sorted((pk for pk in whole if pk in names), key=lambda pk: (-whole[pk].n, names[pk]))
    return {
        "columns": [{"label": label, "key": key} for key, label in columns.items()],
        "rows": [_row(lens, pk, names[pk], whole[pk], cells, columns) for pk in spoken],
        "silent": [name for pk, name in names.items() if pk not in whole],
        "totals": queries.totals(found),
        "comments_url": comments(lens),
    }


def _columns(lens: Lens, cells: Mapping[tuple[int, Place], Cell]) -> dict[Place, str]:
    """Stages in their order; segments by name, those with the most comments where there are many."""
    counts: dict[Place, int] = {}
    for (_theme, place), cell in cells.items():
        counts[place] = counts.get(place, 0) + cell.n
    if lens.by == "stage":
        return {stage.value: str(stage.label) for stage in Stage if counts.get(stage.value)}
    names = segment_queries.names()
    most = sorted((pk for pk in names if counts.get(pk)), key=lambda pk: (-counts[pk], pk))[:MOST_SEGMENTS]
    return {pk: name for pk, name in names.items() if pk in most}


def _row(
    lens: Lens,
    theme: int,
    name: str,
    whole: Cell,
    cells: Mapping[tuple[int, Place], Cell],
    columns: Mapping[Place, str],
) -> dict[str, Any]:
    own = lens.but(theme=theme)
    return {
        "name": name,
        "url": comments(own),
        "whole": _cell(own, whole, name, ""),
        "cells": [
            _cell(own.but(**{lens.by: place}), cells.get((theme, place), NOTHING), name, label)
            for place, label in columns.items()
        ],
    }


def _cell(lens: Lens, cell: Cell, theme: str, place: str) -> dict[str, Any]:
    told = ngettext("%(n)s comment", "%(n)s comments", cell.n) % {"n": number(cell.n)}
    about = ", ".join(part for part in (theme, place) if part)
    return {
        "n": cell.n,
        "bad": percent(cell.bad_share) if cell.n else "",
        "heat": sum(cell.bad_share >= step for step in STEPS) if cell.n >= ENOUGH else "few",
        "url": comments(lens),
        "title": _("%(about)s: %(told)s, %(bad)s of them not happy")
        % {"about": about, "told": told, "bad": number(cell.bad)},
    }


def comments(lens: Lens) -> str:
    """The comments behind a number."""
    return reverse("voice:remark_list") + lens.query()
