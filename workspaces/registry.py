"""What lower rooms need from higher ones: mail and work for later, and who keeps what for how long."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from django.db.models import QuerySet
from django.utils.functional import Promise

from workspaces.models import Invitation, Workspace


class InvitationSender(Protocol):
    """Puts the mail with the invitation's one-time link on its way."""

    def __call__(self, *, invitation: Invitation, token: str, at: datetime) -> None: ...


invitation_sender: list[InvitationSender] = []


class Founder(Protocol):
    """Gives a workspace that was just founded, and is entered, what every workspace starts with."""

    def __call__(self, *, at: datetime) -> None: ...


founders: list[Founder] = []


class Upkeep(Protocol):
    """Keeps tables in shape as their owner, on the connection called `using`: part of every `manage.py upgrade`."""

    def __call__(self, *, day: date, using: str) -> None: ...


upkeep: list[Upkeep] = []


class ErasureStarter(Protocol):
    """Has the workspace erased once its time has come."""

    def __call__(self, *, workspace: Workspace, at: datetime) -> None: ...


erasure_starter: list[ErasureStarter] = []


@dataclass(frozen=True)
class News:
    """Something that some members want to know, and that is no fact of an account; told once by its `key`.

    `users` did what it is about, and nobody else hears of it; `members` have to do it, and in their absence those who
    oversee the work. `data` is what its sentence needs, by `kind`.
    """

    kind: str
    key: str
    link: str
    users: tuple[int | None, ...] = ()
    members: tuple[int | None, ...] = ()
    data: dict[str, Any] = field(default_factory=dict)


news_listeners: list[Callable[[Sequence[News], datetime], None]] = []


def spread(news: Sequence[News], at: datetime) -> None:
    """Have it told, in the transaction of what it is about."""
    for hear in news_listeners:
        hear(news, at)


class Purge(Protocol):
    """Lets go of up to `limit` of what is from `before`, the oldest first; returns how many."""

    def __call__(self, *, before: datetime, limit: int, at: datetime) -> int: ...


@dataclass(frozen=True)
class Retained:
    """One kind of data that is kept for some days: `due` are the rows that go. `default_days` None: for good.

    With `most` it cannot be kept for good.
    """

    kind: str
    name: Promise | str
    about: Promise | str
    default_days: int | None
    due: Callable[[datetime], QuerySet[Any]]
    purge: Purge
    least: int
    most: int | None


retained: dict[str, Retained] = {}


def retain(
    kind: str,
    name: Promise | str,
    default_days: int | None,
    purge: Purge,
    *,
    due: Callable[[datetime], QuerySet[Any]],
    about: Promise | str = "",
    least: int = 1,
    most: int | None = None,
) -> None:
    """Have `purge` let go, every day, of what is older than the workspace wants; by default `default_days`."""
    retained[kind] = Retained(kind, name, about, default_days, due, purge, least, most)
