"""Addresses of the same list, seen another way: its query string with something changed."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from dashboard.forms import VIEWS

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


def sort_headers(here: Address, current: str) -> list[Header]:
    """The portfolio's columns; a column sorts the way that is asked for most, and the other way the second time."""
    columns = [
        (_("Account"), "name", ""), (_("Health"), "score", ""), (_("90 days"), "", ""), (_("Stage"), "", ""),
        (_("ARR"), "-arr", "num"), (_("Renewal"), "renewal", ""), (_("Owner"), "", ""), (_("Alerts"), "", "num"),
        (_("Tier"), "", ""),
    ]  # fmt: skip
    return [_header(here, current, label, first, css) for label, first, css in columns]


def _header(here: Address, current: str, label: str, first: str, css: str) -> Header:
    if not first:
        return Header(label, css=css)
    field = first.removeprefix("-")
    other = field if first.startswith("-") else f"-{field}"
    order = {field: "ascending", f"-{field}": "descending"}.get(current, "none")
    return Header(label, here.at(sort=other if current == first else first), order, css)


Tab = dict[str, Any]


def view_tabs(request: HttpRequest, current: str) -> list[Tab]:
    """The saved views of the portfolio."""
    return [
        {"label": label, "url": view_address(request, key), "active": key == current}
        for key, (label, _sort) in VIEWS.items()
    ]


def view_address(request: HttpRequest, view: str) -> str:
    """A saved view without anything else chosen."""
    return request.path if view == "all" else f"{request.path}?view={view}"


def owner_tabs(request: HttpRequest, current: str) -> list[Tab]:
    """Whose work: mine or everybody's."""
    choices = {"mine": _("Mine"), "all": _("Everybody")}
    return [
        {"label": label, "url": f"{request.path}?who={key}", "active": key == current} for key, label in choices.items()
    ]
