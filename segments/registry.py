"""Fields that segments can ask about. Higher rooms add theirs in `ready()`; families are made of a workspace's rows."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from segments.conditions import Kind

Text = str | Promise
Phrase = Callable[[dict[str, Any]], str]


@dataclass(frozen=True)
class Sql:
    """A piece of a statement and its parameters. The text is always our own; what people wrote is a parameter."""

    text: str
    params: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Reach:
    """What a value may depend on beside the account: the UTC day, a window of `days` up to it, a currency."""

    today: date
    days: int = 0
    currency: str = ""


class About(StrEnum):
    """The headings under which fields are offered."""

    ACCOUNT = "account"
    STANDING = "standing"
    PEOPLE = "people"
    CONTRACTS = "contracts"
    TICKETS = "tickets"
    ANSWERS = "answers"
    CONTACT = "contact"
    METRICS = "metrics"
    OWN = "own"


HEADINGS: dict[About, Text] = {
    About.ACCOUNT: _("Account"),
    About.STANDING: _("Stage and score"),
    About.PEOPLE: _("People"),
    About.CONTRACTS: _("Contracts"),
    About.TICKETS: _("Tickets"),
    About.ANSWERS: _("Answers"),
    About.CONTACT: _("Touchpoints and alerts"),
    About.METRICS: _("Metrics"),
    About.OWN: _("Your own fields"),
}


@dataclass(frozen=True)
class Field:
    """One thing to ask about accounts.

    `value` gives an SQL expression over the account `a` that is null where nothing is known; for a set it gives a
    `from ... where ...` over the set's rows, and `member` the column that is compared. Sub-queries must keep to
    `workspace_id = a.workspace_id` and use an index led by it.

    `among` gives a `from ... where ...` of other rows of the account, over which `value` is an expression: a condition
    is then met when one of them meets it, and unknown when it is unknown of all.

    `noun` is how a sentence names it ("a score"); `phrases` says the whole condition for single ways of asking, from
    `value` (`raw` as stored), `low`, `high` or `values`, and `days`. `choices` gives (value, words); `is_id` says they
    are ids. `describes`: it says what a customer is, not how they do, so the ideal customer may be described by it.
    """

    key: str
    label: Text
    kind: Kind
    about: About
    value: Callable[[Reach], Sql]
    noun: Text = ""
    member: str = ""
    among: str = ""
    phrases: Mapping[str, Phrase] = field(default_factory=dict)
    choices: Callable[[], Iterable[tuple[str, Text]]] | None = None
    days: int | None = None
    has_gaps: bool = True
    is_id: bool = False
    is_instant: bool = False
    is_iso: bool = False
    describes: bool = False
    unit: str = ""

    @cached_property
    def options(self) -> dict[str, str] | None:
        """The choices by value, asked for once; None where anything can be written."""
        return None if self.choices is None else {value: str(words) for value, words in self.choices()}

    @property
    def named(self) -> str:
        """How a sentence names it."""
        return str(self.noun or self.label)


def counted(words: Phrase) -> dict[str, Phrase]:
    """The phrases of a number of things; `words` names them, from the `days` of the window if there is one."""

    def say(template: Text) -> Phrase:
        return lambda said: str(template) % {**said, "things": words(said)}

    some, none = say(_("with %(value)s %(things)s")), say(_("without %(things)s"))
    return {
        "is": lambda said: some(said) if said["raw"] else none(said),
        "above": say(_("with more than %(value)s %(things)s")),
        "below": say(_("with fewer than %(value)s %(things)s")),
        "at_least": say(_("with at least %(value)s %(things)s")),
        "at_most": say(_("with at most %(value)s %(things)s")),
        "between": say(_("with %(low)s to %(high)s %(things)s")),
    }


Family = Callable[[], Iterable[Field]]

_fields: dict[str, Field] = {}
_families: dict[tuple[str, ...], Family] = {}


def register_field(added: Field) -> None:
    """Offer one more field, the same in every workspace."""
    _fields[added.key] = added


def register_family(prefixes: tuple[str, ...], family: Family) -> None:
    """Offer the fields that `family` makes of the entered workspace's rows; their keys begin with one of `prefixes`."""
    _families[prefixes] = family


MemberListener = Callable[[int, list[int] | None, datetime], None]
member_listeners: list[MemberListener] = []


def listen_to_members(tell: MemberListener) -> None:
    """Tell at once which accounts came into a segment or left it, also when its conditions changed; None: all left.

    In the transaction that computes it, so for a note in one cheap statement.
    """
    member_listeners.append(tell)


def catalogue(keys: Iterable[str] | None = None) -> dict[str, Field]:
    """Every field of the entered workspace, by key; choices are read when they are first needed.

    With `keys`, families none of these belong to are left out: each reads the workspace's rows.
    """
    found = {key: _fresh(known) for key, known in _fields.items()}
    for prefixes, family in _families.items():
        if keys is None or any(key.startswith(prefixes) for key in keys):
            found |= {made.key: made for made in family()}
    order = {about: place for place, about in enumerate(About)}
    return dict(sorted(found.items(), key=lambda pair: order[pair[1].about]))


def _fresh(known: Field) -> Field:
    """A field whose choices have not been read yet: they are the workspace's."""
    return replace(known)
