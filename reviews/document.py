"""The parts of a report as a document."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.safestring import SafeString

from reviews.models import Section as Key


@dataclass(frozen=True)
class Figure:
    """One number with what it is of."""

    label: str
    value: str
    sub: str = ""


@dataclass(frozen=True)
class Line:
    """One thing that happened, on its day."""

    day: date
    text: str
    tone: str = ""


@dataclass(frozen=True)
class Quote:
    """What somebody at the customer wrote."""

    text: str
    by: str


@dataclass(frozen=True)
class Promise:
    """One line of the list of actions."""

    text: str
    owner: str
    due_on: date | None
    done_on: date | None
    carried_from: str
    is_overdue: bool


@dataclass
class Section:
    """One part of the document."""

    key: Key
    commentary: str = ""
    figures: list[Figure] = field(default_factory=list)
    sentences: list[str] = field(default_factory=list)
    chart: SafeString | None = None
    lines: list[Line] = field(default_factory=list)
    more: str = ""
    quotes: list[Quote] = field(default_factory=list)

    @property
    def title(self) -> str:
        return str(self.key.label)


@dataclass(frozen=True)
class Report:
    """The whole document."""

    account: dict[str, Any]
    computed_at: datetime
    last: date
    sections: list[Section]
    promises: list[Promise]
    for_customer: bool
