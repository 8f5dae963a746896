"""Everything of some accounts as files that can be brought in again: here they change nothing, elsewhere they make
the same. Cells are keys rather than words, ids name their workspace, times their zone.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import override

from accounts import custom
from accounts.models import Account, AccountTag, Contact, Contract, CustomField, ExternalId, MetricDay, Ticket
from imports import queries
from imports.cells import fold, quoted
from imports.headings import NAMES
from imports.kinds import OWN_FIELD, Kind, field_of
from imports.reading import MOST_ROWS
from journeys.models import Touchpoint
from lib.formatting import major_units
from workspaces import tenancy

CHUNK = 2000
MOST = MOST_ROWS  # what can be brought in again at once

Found = QuerySet[Account]
Table = Iterator[Sequence[object]]


class TooMany(Exception):
    """The file would hold more than MOST rows."""


def rows(kind: str, found: Found) -> Table:
    """The header and the rows of one kind that belong to the accounts in `found`. Raises TooMany."""
    for count, row in enumerate(_TABLES[kind](found)):
        if count > MOST:  # the header is none of them
            raise TooMany
        yield row


def _header(kind: str, *keys: str) -> list[str]:
    """What the importer calls these fields, in its own language."""
    with override(None):
        return [str(known.label) for key in keys if (known := field_of(kind, key))]


def _own(kind: str) -> tuple[list[CustomField], list[str]]:
    """The workspace's own fields, and headers that nothing else is called."""
    fields = list(queries.own_fields(kind).values())
    taken = {name for names in NAMES[kind].values() for name in names}
    headers = []
    for field in fields:
        headers.append(f"{OWN_FIELD}{field.key}" if fold(field.name) in {"", *taken} else field.name)
        taken.add(fold(field.name))
    return fields, headers


def _id(pk: int | None) -> str:
    return "" if pk is None else f"{tenancy.current_id()}-{pk}"


def _when(moment: Any) -> str:
    return moment.isoformat() if moment else ""


def _yes(said: object) -> str:
    return "yes" if said else "no"


def _money(minor: int | None, currency: str) -> object:
    return None if minor is None else major_units(minor, currency)


def _values(found: QuerySet[Any], *columns: str) -> Iterator[tuple[Any, ...]]:
    return found.order_by("pk").values_list(*columns).iterator(chunk_size=CHUNK)


# ------------------------------------------------------------------ kinds
def _accounts(found: Found) -> Table:
    fields, own = _own(Kind.ACCOUNTS)
    yield [
        *_header(
            Kind.ACCOUNTS, "id", "name", "domains", "tier", "industry", "arr", "currency", "locale", "owner", "stage",
            "parent", "tags", "other_ids",
        ),
        *own,
    ]  # fmt: skip
    tags = AccountTag.objects.filter(account=OuterRef("pk")).order_by(Lower("tag__name")).values("tag__name")
    ids = ExternalId.objects.filter(account=OuterRef("pk")).order_by("source")
    systems, values = ArraySubquery(ids.values("source")), ArraySubquery(ids.values("value"))
    listed = _values(
        found.annotate(tags=ArraySubquery(tags), systems=systems, ids=values),
        "pk", "name", "domains", "tier", "industry", "arr_minor", "currency", "locale", "owner__user__email",
        "stage", "parent_id", "tags", "systems", "ids", "custom",
    )  # fmt: skip
    for pk, name, domains, tier, industry, arr, currency, locale, owner, stage, parent, tagged, *others, held in listed:
        elsewhere = ";".join(f"{quoted(system, ':')}:{quoted(value)}" for system, value in zip(*others, strict=True))
        yield [
            _id(pk), name, " ".join(domains), tier, industry, _money(arr, currency), currency, locale, owner or "",
            stage, _id(parent), ",".join(tagged), elsewhere, *_written(fields, held),
        ]  # fmt: skip


def _written(fields: Sequence[CustomField], held: dict[str, Any]) -> list[str]:
    return [custom.written(field, held.get(field.key)) for field in fields]


def _contacts(found: Found) -> Table:
    fields, own = _own(Kind.CONTACTS)
    yield [
        *_header(
            Kind.CONTACTS, "id", "source", "external_id", "account_id", "account", "name", "email", "title", "role",
            "persona", "influence", "stance", "locale", "phone", "time_zone", "consent", "consent_source", "consent_at",
            "opted_out", "opted_out_at", "left", "left_at",
        ),
        *own,
    ]  # fmt: skip
    people = _values(
        Contact.objects.filter(account__in=found.values("pk")),
        "pk", "source", "external_id", "account_id", "account__name", "name", "email", "title", "role",
        "persona__name", "influence", "stance", "locale", "phone", "time_zone", "consent",
        "consent_source", "consent_at", "opted_out_at", "left_at", "custom",
    )  # fmt: skip
    for pk, source, external_id, account_id, *plain, consent_at, opted_out_at, left_at, held in people:
        yield [
            _id(pk), source, external_id, _id(account_id), *plain, _when(consent_at), _yes(opted_out_at),
            _when(opted_out_at), _yes(left_at), _when(left_at), *_written(fields, held),
        ]  # fmt: skip


def _contracts(found: Found) -> Table:
    yield _header(
        Kind.CONTRACTS, "id", "source", "external_id", "account_id", "account", "name", "starts_on", "ends_on", "seats",
        "value", "currency", "auto_renews",
    )  # fmt: skip
    agreed = _values(
        Contract.objects.filter(account__in=found.values("pk")),
        "pk", "source", "external_id", "account_id", "account__name", "name", "starts_on", "ends_on", "seats",
        "value_minor", "currency", "auto_renews",
    )  # fmt: skip
    for pk, source, external_id, account_id, account, name, starts, ends, seats, value, currency, renews in agreed:
        yield [
            _id(pk), source, external_id, _id(account_id), account, name, starts, ends, seats, _money(value, currency),
            currency, _yes(renews),
        ]  # fmt: skip


def _tickets(found: Found) -> Table:
    yield _header(
        Kind.TICKETS, "external_id", "source", "number", "account_id", "account", "contact", "subject", "status",
        "opened_at", "closed_at", "updated_at", "agent_name", "agent_email", "url", "priority", "topic",
        "locale", "tags",
    )  # fmt: skip
    cases = _values(
        Ticket.objects.filter(account__in=found.values("pk")),
        "external_id", "source", "number", "account_id", "account__name", "contact__email", "subject", "opened_at",
        "closed_at", "source_updated_at", "agent_name", "agent_email", "url", "priority",
        "topic", "locale", "tags",
    )  # fmt: skip
    for external_id, source, number, account_id, account, email, subject, opened, closed, updated, *rest, tags in cases:
        yield [
            external_id, source, number, _id(account_id), account, email, subject, "closed" if closed else "open",
            _when(opened), _when(closed), _when(updated), *rest, ";".join(map(quoted, tags)),
        ]  # fmt: skip


def _touchpoints(found: Found) -> Table:
    yield _header(
        Kind.TOUCHPOINTS, "id", "source", "external_id", "account_id", "account", "contact", "at", "channel",
        "direction", "summary", "outcome", "is_proactive", "expected", "felt", "by",
    )  # fmt: skip
    met = _values(
        Touchpoint.objects.filter(account__in=found.values("pk")),
        "pk", "source", "external_id", "account_id", "account__name", "contact__email", "at", "channel", "direction",
        "summary", "outcome", "is_proactive", "expected", "felt", "by__email",
    )  # fmt: skip
    for pk, source, external_id, account_id, account, email, at, *said, is_proactive, expected, felt, by in met:
        reached_out = "" if is_proactive is None else _yes(is_proactive)
        yield [
            _id(pk), source, external_id, _id(account_id), account, email, _when(at), *said, reached_out, expected,
            felt, by,
        ]  # fmt: skip


def _metrics(found: Found) -> Table:
    yield _header(Kind.METRICS, "account_id", "account", "metric", "metric_kind", "day", "n", "total", "last")
    days = MetricDay.objects.filter(account__in=found.values("pk")).annotate(key=F("metric__key"))
    listed = days.order_by("account_id", "metric_id", "day").values_list(
        "account_id", "account__name", "key", "metric__kind", "day", "n", "total", "last"
    )
    for account_id, account, key, kind, day, n, total, last in listed.iterator(chunk_size=CHUNK):
        yield [_id(account_id), account, key, kind, day, n, repr(total), repr(last)]


_TABLES: dict[str, Callable[[Found], Table]] = {
    Kind.ACCOUNTS: _accounts,
    Kind.CONTACTS: _contacts,
    Kind.CONTRACTS: _contracts,
    Kind.TICKETS: _tickets,
    Kind.TOUCHPOINTS: _touchpoints,
    Kind.METRICS: _metrics,
}
