"""Personas, fields, a timeline and who was erased as tables for a spreadsheet: the header first."""

from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _

from accounts.models import CustomFieldQuerySet, PersonaQuerySet
from accounts.queries.metric import Written
from accounts.queries.moments import Moment
from accounts.queries.privacy import Suppressions

CHUNK = 2000
Table = Iterator[Sequence[object]]


def personas(found: PersonaQuerySet) -> Table:
    """The kinds of people that are sold to and served, and how many contacts are one."""
    yield [
        _("Id"), _("Persona"), _("Goals"), _("Pains"), _("Where to find them"), _("What speaks to them"), _("Contacts"),
        _("Added at"), _("Retired at"),
    ]  # fmt: skip
    columns = ("pk", "name", "goals", "pains", "found_at", "speaks_to", "people", "created_at", "retired_at")
    yield from found.values_list(*columns).iterator(chunk_size=CHUNK)


def fields(found: CustomFieldQuerySet) -> Table:
    """The workspace's own fields."""
    yield [
        _("Id"), _("Of"), _("Key"), _("Name"), _("Holds"), _("Choices"), _("What it means"), _("Added at"),
        _("Retired at"),
    ]  # fmt: skip
    columns = ("pk", "about", "key", "name", "kind", "choices", "help", "created_at", "retired_at")
    yield from found.values_list(*columns).iterator(chunk_size=CHUNK)


def metrics(found: Iterable[Written]) -> Table:
    """Metrics with who writes them: a row a source, or one without."""
    yield [
        _("Id"), _("Key"), _("Metric"), _("Kind"), _("Unit"), _("Several write it"), _("Written by"), _("Name"),
        _("First at"), _("Last at"),
    ]  # fmt: skip
    for one in found:
        about = [one.metric.pk, one.metric.key, one.metric.name, one.metric.kind, one.metric.unit, one.is_contested]
        for source in one.sources:
            yield [*about, source.kind, source.name, source.first_at, source.last_at]
        if not one.sources:
            yield [*about, "", "", None, None]


def timeline(moments: Iterable[Moment]) -> Table:
    """What happened, as the timeline tells it."""
    yield [_("When"), _("Kind"), _("What"), _("Who")]
    for moment in moments:
        yield [moment.at, moment.kind, moment.told, moment.by]


def erased(found: Suppressions) -> Table:
    """Whoever is not to come back: nothing tells who it was, as only fingerprints are kept."""
    yield [_("Contact id"), _("Erased at"), _("Fingerprints")]
    yield from found.iterator(chunk_size=CHUNK)
