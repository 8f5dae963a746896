"""The portfolio's columns: nine unless others are chosen, the workspace's own fields among them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import CustomField

STANDARD = ("health", "trend", "stage", "arr", "renewal", "owner", "alerts", "tier")  # after the account's name
OWN = "custom."
FIELDS = {
    "risk": ("risk",),
    "industry": ("industry",),
    "parent": ("parent_id", "parent__name"),
    "added": ("created_at",),
}


@dataclass(frozen=True)
class Column:
    """One column; `sort` is the order asked for first, `own` the field it shows if it is one of the workspace's own."""

    key: str
    label: str
    sort: str = ""
    css: str = ""
    own: CustomField | None = None


def all_columns(own: Iterable[CustomField]) -> list[Column]:
    """Every column there is, in the order of the page; the account's name is always there and not among them."""
    return [
        Column("health", _("Health"), "score"),
        Column("risk", _("Churn risk"), "-risk", "num"),
        Column("trend", _("12 months")),
        Column("stage", _("Stage")),
        Column("arr", _("ARR"), "-arr", "num"),
        Column("renewal", _("Renewal"), "renewal"),
        Column("owner", _("Owner")),
        Column("alerts", _("Alerts"), css="num"),
        Column("tier", _("Tier")),
        Column("industry", _("Industry")),
        Column("tags", _("Tags")),
        Column("parent", _("Belongs to")),
        Column("added", _("Added")),
        *(
            Column(OWN + field.key, field.name, css="num" if field.kind == CustomField.Kind.NUMBER else "", own=field)
            for field in own
        ),
    ]


@dataclass(frozen=True)
class Beside:
    """What stands beside the accounts of a page: scores of past weeks, open alerts, who owns them, their tags."""

    trends: Mapping[int, Sequence[float | None]]
    alerts: Mapping[int, int]
    owners: Mapping[int, tuple[str, bool]]
    tags: Mapping[int, Sequence[str]]


@dataclass(frozen=True)
class Columns:
    """What a list may show, what it shows, and whether a part of the address was not understood."""

    there: list[Column]
    shown: list[Column]
    is_chosen: bool
    is_misread: bool

    @classmethod
    def read(cls, asked: Sequence[str], own: Iterable[CustomField]) -> "Columns":
        """`asked` holds keys, one by one or with commas between them; without any, the standard ones are shown."""
        there = all_columns(own)
        keys = {key for text in asked for key in text.split(",") if key}
        unknown = keys - {column.key for column in there}
        wanted = (keys - unknown) or set(STANDARD)
        shown = [column for column in there if column.key in wanted]
        return cls(there, shown, bool(keys - unknown), bool(unknown))

    @property
    def choices(self) -> list[tuple[Column, bool]]:
        """Each column, and whether it is shown."""
        return [(column, column in self.shown) for column in self.there]

    @property
    def keys(self) -> list[str]:
        """For the address; empty for the standard ones."""
        return [column.key for column in self.shown] if self.is_chosen else []

    @property
    def fields(self) -> list[str]:
        """What the rows must hold beside what they always do."""
        own = ["custom"] if any(column.own for column in self.shown) else []
        return [*own, *(field for column in self.shown for field in FIELDS.get(column.key, ()))]

    def has(self, key: str) -> bool:
        return any(column.key == key for column in self.shown)
