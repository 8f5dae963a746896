"""For each kind, which staged column a field fills, and how its cells are read."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from zoneinfo import available_timezones

from accounts import triage
from imports import book as words
from imports import cells
from imports.book import Book
from imports.cells import BadCell, Manner, Reader
from imports.kinds import Kind
from imports.reading import MOST_IN_CELL

Readers = Mapping[str, tuple[str, Reader]]

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,6})?")
_ADDRESS = re.compile(r".+@[^\s@]+", re.DOTALL)
_KEY = re.compile(r"[-a-zA-Z0-9_]{1,60}", re.ASCII)


def readers(kind: str, manner: Manner, book: Book) -> Readers:
    """Field key -> (column, reader). A column that the table lacks is for the row's finishing."""
    return _READERS[kind](manner, book)


# Our own files are read letter by letter, for so it stood there; but somebody may have changed them since.
def _email(manner: Manner) -> Reader:
    """An address."""
    plain = cells.text(254)

    def read(cell: str) -> str:
        if not _ADDRESS.fullmatch(cell):
            raise BadCell("not_email", value=cell[:80])
        return plain(cell)

    return read if manner.is_ours else cells.email


def _language(manner: Manner) -> Reader:
    """A language's code."""
    plain = cells.text(10)
    return (lambda cell: words.LANGUAGES.get(cells.fold(cell)) or plain(cell)) if manner.is_ours else language


def _domains(manner: Manner) -> Reader:
    """Several domains, as an array."""
    plain = cells.text(253)
    read = (lambda cell: [plain(one) for one in cell.split()]) if manner.is_ours else cells.domains
    return lambda cell: cells.listed(read(cell))


def _whose(manner: Manner) -> dict[str, tuple[str, Reader]]:
    read_id = cells.identifier(manner)
    return {
        "source": ("source", cells.text(40) if manner.is_ours else system),
        "account_id": ("ref_ids", lambda cell: cells.listed(cells.split_ids(cell, read_id))),
        "account": ("ref_name", cells.text(200)),
        "account_domain": ("ref_domain", cells.domain),
    }


def _colleague(manner: Manner, people: Mapping[str, int | None]) -> Reader:
    """The id of one of `people`; where none is needed, nothing for a name that nobody here has."""
    read = words.one_of(people, "member")
    return read if manner.needs_owner else lambda cell: read(cell) if cells.fold(cell) in people else ""


def _accounts(manner: Manner, book: Book) -> Readers:
    return {
        "id": ("id", cells.identifier(manner)),
        "external_id": ("external_id", cells.identifier(manner)),
        "source": ("source", cells.text(40) if manner.is_ours else system),
        "other_ids": ("other_ids", cells.text(2000)),
        "name": ("name", cells.name(200)),
        "domains": ("domains", _domains(manner)),
        "tier": ("tier", cells.choice(words.TIERS)),
        "industry": ("industry", cells.text(80)),
        "arr": ("arr", cells.number(manner, low=Decimal(0))),
        "currency": ("currency", currency),
        "locale": ("locale", _language(manner)),
        "owner": ("owner_id", _colleague(manner, book.members)),
        "stage": ("stage", cells.choice(words.STAGES)),
        "parent": ("parent", cells.text(200)),
        "tags": ("tags", _tags),
    }


def _contacts(manner: Manner, book: Book) -> Readers:
    return {
        **_whose(manner),
        "id": ("id", cells.identifier(manner)),
        "external_id": ("external_id", cells.identifier(manner)),
        "name": ("name", cells.name(200)),
        "first_name": ("first_name", cells.text(100)),
        "last_name": ("last_name", cells.text(100)),
        "email": ("email", _email(manner)),
        "title": ("title", cells.text(120)),
        "role": ("role", cells.choice(words.ROLES)),
        "persona": ("persona_id", words.one_of(book.personas, "persona")),
        "influence": ("influence", cells.choice(words.INFLUENCES)),
        "stance": ("stance", cells.choice(words.STANCES)),
        "locale": ("locale", _language(manner)),
        "phone": ("phone", cells.text(40)),
        "time_zone": ("time_zone", time_zone),
        "consent": ("consent", cells.choice(words.CONSENTS)),
        "consent_at": ("consent_at", cells.moment(manner)),
        "consent_source": ("consent_source", cells.text(200)),
        "opted_out": ("opted_out", cells.yes_no),
        "opted_out_at": ("opted_out_at", cells.moment(manner)),
        "left": ("has_left", cells.yes_no),
        "left_at": ("left_at", cells.moment(manner)),
    }


def _contracts(manner: Manner, book: Book) -> Readers:
    return {
        **_whose(manner),
        "id": ("id", cells.identifier(manner)),
        "external_id": ("external_id", cells.identifier(manner)),
        "name": ("name", cells.text(120)),
        "starts_on": ("starts_on", cells.day(manner)),
        "ends_on": ("ends_on", cells.day(manner)),
        "seats": ("seats", cells.whole(manner)),
        "value": ("value", cells.number(manner, low=Decimal(0))),
        "currency": ("currency", currency),
        "auto_renews": ("auto_renews", cells.yes_no),
    }


def _tickets(manner: Manner, book: Book) -> Readers:
    moment = cells.moment(manner)
    return {
        **_whose(manner),
        "external_id": ("external_id", cells.identifier(manner)),
        "number": ("number", cells.text(60)),
        "contact": ("email", _email(manner)),
        "subject": ("subject", lambda cell: cells.text(300)(cell[:300])),
        "priority": ("priority", triage.priority),
        "topic": ("topic", triage.topic),
        "tags": ("tags", _labels(manner)),
        "status": ("is_closed", lambda cell: "t" if cells.fold(cell) in words.CLOSED else "f"),
        "opened_at": ("opened_at", moment),
        "closed_at": ("closed_at", moment),
        "updated_at": ("updated_at", moment),
        "agent_name": ("agent_name", cells.text(200)),
        "agent_email": ("agent_email", _email(manner)),
        "locale": ("locale", _language(manner)),
        "url": ("url", address),
    }


def _touchpoints(manner: Manner, book: Book) -> Readers:
    return {
        **_whose(manner),
        "id": ("id", cells.identifier(manner)),
        "external_id": ("external_id", cells.identifier(manner)),
        "contact": ("email", _email(manner)),
        "at": ("happened_at", cells.moment(manner)),
        "channel": ("channel", cells.choice(words.CHANNELS)),
        "direction": ("direction", cells.choice(words.DIRECTIONS)),
        "summary": ("summary", cells.text(MOST_IN_CELL)),
        "outcome": ("outcome", outcome),
        "is_proactive": ("is_proactive", cells.yes_no),
        "expected": ("expected", experience),
        "felt": ("felt", experience),
        "by": ("by_user", _colleague(manner, book.users)),
    }


def _metrics(manner: Manner, book: Book) -> Readers:
    number = cells.number(manner)
    return {
        **_whose(manner),
        "metric": ("metric", lambda cell: metric_key(cell, book.metrics)),
        "metric_kind": ("kind", cells.choice(words.METRIC_KINDS)),
        "day": ("day", cells.day(manner)),
        "value": ("value", number),
        "n": ("n", cells.whole(manner)),
        "total": ("total", number),
        "last": ("last", number),
    }


_READERS: dict[str, Callable[[Manner, Book], Readers]] = {
    Kind.ACCOUNTS: _accounts,
    Kind.CONTACTS: _contacts,
    Kind.CONTRACTS: _contracts,
    Kind.TICKETS: _tickets,
    Kind.TOUCHPOINTS: _touchpoints,
    Kind.METRICS: _metrics,
}


# ------------------------------------------------------------------ readers of one field
def system(cell: str) -> str:
    """The name of another system, as external ids carry it."""
    name = cell.strip().lower()
    if not re.fullmatch(r"[a-z0-9_-]{1,40}", name):
        raise BadCell("not_a_system", value=cell[:80])
    return name


def currency(cell: str) -> str:
    code = cell.strip().upper()
    if not re.fullmatch(r"[A-Z]{3}", code):
        raise BadCell("not_a_currency", value=cell[:80])
    return code


def language(cell: str) -> str:
    """A code such as `de` or `zh-hant`, or a language's name."""
    named = words.LANGUAGES.get(cells.fold(cell))
    code = cell.strip().lower().replace("_", "-")
    if named is None and not _LANGUAGE.fullmatch(code):
        raise BadCell("not_a_language", value=cell[:80])
    return named or code[:10]


def time_zone(cell: str) -> str:
    name = cell.strip().replace(" ", "_")
    if name not in _zones():
        raise BadCell("not_a_time_zone", value=cell[:80])
    return name


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def address(cell: str) -> str:
    """A web address; what else stands there is left out."""
    return cells.text(500)(cell) if re.fullmatch(r"(https?|ftps?)://\S{1,480}", cell) else ""


def experience(cell: str) -> str:
    """-2 to +2, or the words for it."""
    named = words.EXPERIENCES.get(cells.fold(cell))
    if named is not None and not cell.strip(" +-").isdigit():
        return named
    plain = cell.strip().replace("−", "-").removesuffix(".0").removeprefix("+")
    if plain not in {"-2", "-1", "0", "1", "2"}:
        raise BadCell("not_an_experience", value=cell[:80])
    return plain


def outcome(cell: str) -> str:
    """Whether what was scheduled took place; what else other systems say of a call is left out."""
    return words.OUTCOMES.get(cells.fold(cell), "")


def metric_key(cell: str, known_keys: Mapping[str, str]) -> str:
    """The key of a metric by its folded key or name; else a key of its own."""
    known = known_keys.get(cell) or known_keys.get(cells.fold(cell))
    if known:
        return known
    key = re.sub(r"[^a-z0-9]+", "_", cell.strip().lower()).strip("_")
    key = cell if _KEY.fullmatch(cell) else key
    if not _KEY.fullmatch(key):
        raise BadCell("not_a_metric", value=cell[:80])
    return key


def _labels(manner: Manner) -> Reader:
    """A help desk's own tags: between commas or semicolons, in Zendesk's exports between spaces."""
    between, one = re.compile(r"[,;\s]+" if manner.is_zendesk else "[,;]"), cells.text(80)

    def read(cell: str) -> str:
        found = cells.unquoted(cell) if manner.is_ours else [" ".join(part.split()) for part in between.split(cell)]
        return cells.listed([one(tag) for tag in dict.fromkeys(found) if tag])

    return read


def _tags(cell: str) -> str:
    found = [" ".join(part.split()) for part in re.split("[,;]", cell)]
    for tag in found:
        if len(tag) > 40 or not tag.isprintable():
            raise BadCell("not_a_tag", value=tag[:80])
    return cells.listed([tag for tag in dict.fromkeys(found) if tag])
