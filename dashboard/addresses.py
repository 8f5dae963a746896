"""Addresses of the same list, seen another way: its query string with something changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from dashboard.columns import Column
from dashboard.forms import VIEWS, AccountFilter

PLACE = ("after", "before")


class Address:
    """Where we are; `at` and `on` give addresses that differ from it. Another sort or filter starts at page one."""

    def __init__(self, request: HttpRequest) -> None:
        self.path = request.path
        self.query = request.GET.copy()
        for name in (*PLACE, ""):
            self.query.pop(name, None)

    def at(self, **changes: str) -> str:
        return self.path + self._tail(changes)

    def on(self, url_name: str) -> str:
        return reverse(url_name) + self._tail({})

    def kept(self, *but: str) -> list[tuple[str, str]]:
        """The query string as hidden fields of a form, without those the form asks for."""
        return [(name, text) for name, texts in self.query.lists() if name not in but for text in texts]

    def _tail(self, changes: dict[str, str]) -> str:
        query: QueryDict = self.query.copy()
        for name, value in changes.items():
            query[name] = value
        return f"?{query.urlencode()}" if query else ""


@dataclass(frozen=True)
class Header:
    """The head of one column: `order` is the aria-sort of a sorted one, `url` empty where it cannot be sorted."""

    label: str
    url: str = ""
    order: str = ""
    css: str = ""


def sort_headers(here: Address, current: str, columns: Sequence[Column]) -> list[Header]:
    """The portfolio's columns; a column sorts the way that is asked for most, and the other way the second time."""
    first = Column("name", _("Account"), "name")
    return [_header(here, current, column.label, column.sort, column.css) for column in (first, *columns)]


def _header(here: Address, current: str, label: str, first: str, css: str) -> Header:
    if not first:
        return Header(label, css=css)
    field = first.removeprefix("-")
    other = field if first.startswith("-") else f"-{field}"
    order = {field: "ascending", f"-{field}": "descending"}.get(current, "none")
    return Header(label, here.at(sort=other if current == first else first), order, css)


Tab = dict[str, Any]


MOST_TABS = 6  # segments beside the views; the rest stand in the list of segments


def view_tabs(request: HttpRequest, chosen: AccountFilter, segments: Mapping[int, str]) -> list[Tab]:
    """The saved views of the portfolio, the first segments and the one that is open, and the way to all of them."""
    is_view = not chosen.audience
    views = [
        {"label": label, "url": view_address(request, key), "active": is_view and key == chosen.view_key}
        for key, (label, _sort) in VIEWS.items()
    ]
    shown = [pk for place, pk in enumerate(segments) if place < MOST_TABS or pk == chosen.segment_id]
    saved = [
        {"label": segments[pk], "url": f"{request.path}?segment={pk}", "active": pk == chosen.segment_id}
        for pk in shown
    ]
    return [*views, {"label": _("Segments…"), "url": reverse("segments:segment_list"), "active": False}, *saved]


def view_address(request: HttpRequest, view: str) -> str:
    """A saved view without anything else chosen."""
    return request.path if view == "all" else f"{request.path}?view={view}"


def clear_address(request: HttpRequest, chosen: AccountFilter) -> str:
    """The same list without its filters: the view, the segment or the figure that was opened."""
    if not chosen.audience:
        return view_address(request, chosen.view_key)
    return f"{request.path}?{urlencode(chosen.audience)}"


def owner_tabs(request: HttpRequest, current: str) -> list[Tab]:
    """Whose work: mine or everybody's."""
    choices = {"mine": _("Mine"), "all": _("Everybody")}
    return [
        {"label": label, "url": f"{request.path}?who={key}", "active": key == current} for key, label in choices.items()
    ]
