"""Lists of accounts that higher rooms show: they say which accounts an address of theirs means."""

from datetime import date
from typing import Protocol

from accounts.models import AccountQuerySet
from workspaces.queries import Membership


class Unreadable(Exception):
    """A part of the list's address is not understood: to leave it out would choose more accounts than were seen."""


class ListFinder(Protocol):
    """The accounts of a list, by the query string of its address. Raises Unreadable."""

    def __call__(self, query: str, member: Membership, today: date) -> AccountQuerySet: ...


list_finder: list[ListFinder] = []
