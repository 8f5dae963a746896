"""Records become rows in COPY's text format, each cell read as what its column is."""

import json
import re
from array import array
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import blake2b
from unicodedata import normalize
from urllib.parse import unquote

from accounts import custom
from imports.book import Book
from imports.cells import BadCell, Manner, listed, number, salesforce_id, storable, tidy
from imports.headings import OURS
from imports.kinds import METRIC, OWN_FIELD, Kind
from imports.readers import readers
from imports.reading import Record
from lib.addresses import domain_of, is_free_mail
from lib.names import is_seen

_ESCAPES = {ord("\\"): "\\\\", ord("\t"): "\\t", ord("\n"): "\\n", ord("\r"): "\\r"}
_OTHER_ID = re.compile(r"\s*([a-z0-9_-]{1,40})\s*[:=]\s*(\S.{0,119})", re.DOTALL)
_OWN_ID = re.compile(r"([0-9]{1,18})-([0-9]{1,18})", re.ASCII)


@dataclass(frozen=True)
class Misread:
    """One row that cannot be read, its column if it is one cell's fault, and why."""

    row: int
    column: int | None
    code: str
    detail: dict[str, str] = field(default_factory=dict)


@dataclass
class Staged:
    """Rows ready for COPY, those that cannot be read, and hashes of what each row is known by.

    `unowned`: how many of the ready ones name an owner, or who did it, by a name that nobody here has.
    """

    lines: list[str] = field(default_factory=list)
    misread: list[Misread] = field(default_factory=list)
    keys: "array[int]" = field(default_factory=lambda: array("Q"))
    names: "array[int]" = field(default_factory=lambda: array("Q"))
    rows: int = 0
    unowned: int = 0


class Row(dict[str, str]):
    """The staged values of one row by column; what is not given is not there. `also`: more that it is known by."""

    also: Sequence[int] = ()


class Unfit(Exception):
    """The row as a whole cannot be used: `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def hashed(*parts: str) -> int:
    """64 bits of what a row is known by; two of 200,000 are the same by chance once in a billion files."""
    return int.from_bytes(blake2b("\0".join(parts).encode(), digest_size=8).digest(), "big")


class Layout:
    """How the columns of one file become the columns of its kind's table."""

    def __init__(
        self,
        *,
        kind: str,
        columns: Sequence[str],
        mapping: Sequence[str],
        source: str,
        manner: Manner,
        book: Book,
    ) -> None:
        self.kind = kind
        self.columns = list(columns)
        self.source = source
        self.manner = manner
        self.book = book
        known = readers(kind, manner, book)
        self.plan = [(place, *known[key]) for place, key in enumerate(mapping) if key in known]
        self.own_fields = [
            (place, book.own_fields[key.removeprefix(OWN_FIELD)])
            for place, key in enumerate(mapping)
            if key.removeprefix(OWN_FIELD) in book.own_fields and key.startswith(OWN_FIELD)
        ]
        self.metrics = [
            (place, key.removeprefix(METRIC)) for place, key in enumerate(mapping) if key.startswith(METRIC)
        ]
        self.has_parents = "parent" in mapping
        self.has_numbers = "number" in mapping
        self.has_names = "name" in mapping
        self.finish: Callable[[Row, Layout], list[tuple[Row, int]]] = _FINISH[kind]

    def stage(self, records: Iterable[Record], seen: set[int]) -> Staged:
        """Read records; a row known by what one of `seen`, or one before it, is known by is refused."""
        staged = Staged()
        for record in records:
            staged.rows += 1
            try:
                found = self.read(record)
                keys = [key for row, one in found for key in (one, *row.also)]
                if not seen.isdisjoint(keys) or len(set(keys)) < len(keys):
                    raise Unfit("same_id")
                seen.update(keys)
                staged.keys.extend(keys)
                staged.unowned += sum(_is_unowned(row) for row, _ in found)
                staged.lines += [self._line(record.row, row) for row, _ in found]
                if self.has_parents:
                    staged.names.extend(name_key(row["name"]) for row, _ in found if "name" in row)
            except _Cell as bad:
                staged.misread.append(Misread(record.row, bad.place, bad.code, bad.detail))
            except Unfit as unfit:
                staged.misread.append(Misread(record.row, None, unfit.code))
        return staged

    def problem(self, record: Record) -> Misread | None:
        """Why one record would be refused by itself."""
        return next(iter(self.stage([record], set()).misread), None)

    def shown(self, cells: Sequence[str]) -> dict[int, tuple[str, str]]:
        """(staged column, staged text) of each cell that can be read, by its place."""
        found = {}
        for place, column, read in self.plan:
            if cell := tidy(cells[place], self.manner):
                with suppress(BadCell):
                    found[place] = (column, read(cell))
        return found

    def read(self, record: Record) -> list[tuple[Row, int]]:
        """The rows of one record (several for a file with a column a metric) and their keys. Raises Unfit."""
        if record.problem:
            raise Unfit(record.problem)
        cells, row, place = record.cells, Row(), 0
        try:
            for place, column, read in self.plan:
                if (cell := cells[place]) and (cell := tidy(cell, self.manner)):
                    row[column] = read(cell)
        except BadCell as bad:
            raise _Cell(place, bad.code, bad.detail) from None
        if self.own_fields:
            self._read_own_fields(cells, row)
        return self._readings(cells, row) if self.metrics else self.finish(row, self)

    def _read_own_fields(self, cells: Sequence[str], row: Row) -> None:
        values = {}
        for place, own in self.own_fields:
            if cell := tidy(cells[place], self.manner):
                try:
                    values[own.key] = custom.clean(own, cell)
                except custom.BadValue as bad:
                    raise _Cell(place, "said", {"why": bad.why}) from None
        if values:
            row["custom"] = json.dumps(values)

    def _readings(self, cells: Sequence[str], row: Row) -> list[tuple[Row, int]]:
        """A row of a file with a column a metric: each cell that holds a number is a reading."""
        read, found = number(self.manner), []
        for place, key in self.metrics:
            if cell := tidy(cells[place], self.manner):
                try:
                    value = read(cell)
                except BadCell as bad:
                    raise _Cell(place, bad.code, bad.detail) from None
                found += self.finish(Row(row, metric=key, value=value), self)
        if not found:
            raise Unfit("no_values")
        return found

    def _line(self, number: int, row: Row) -> str:
        values = [str(number)]
        for column in self.columns[1:]:
            value = row.get(column)
            if value is None:
                values.append("\\N")
            elif value.isprintable() and "\\" not in value:
                values.append(value)
            else:
                values.append(value.translate(_ESCAPES))
        return "\t".join(values)


class _Cell(Exception):
    """One cell cannot be read."""

    def __init__(self, place: int, code: str, detail: dict[str, str]) -> None:
        super().__init__(code)
        self.place, self.code = place, code
        self.detail = {name: storable(said) for name, said in detail.items()}


def _is_unowned(row: Row) -> bool:
    """Whether it names a colleague whom nobody here is called; then it is as if it named none."""
    nobodies = [column for column in ("owner_id", "by_user") if row.get(column) == ""]
    for column in nobodies:
        del row[column]
    return bool(nobodies)


# ------------------------------------------------------------------ finishing, by kind
def _own(row: Row, layout: Layout) -> str:
    """Take the Ninefold id: a row of this workspace is found by it; one of another is known by it as an outside id."""
    said = row.pop("id", "")
    if not said:
        return ""
    match = _OWN_ID.fullmatch(said)
    if match is None:
        raise Unfit("not_own_id")
    if int(match[1]) == layout.book.workspace_id:
        row["own_id"] = match[2]
        return match[2]
    if "external_id" not in row:
        row["source"], row["external_id"] = OURS, said
    return ""


def _known(row: Row, layout: Layout, *others: str) -> int:
    """What the row is known by: our id, an id elsewhere, or else the names in `others`."""
    own = _own(row, layout)
    if "external_id" in row or "ref_ids" in row or layout.kind == Kind.ACCOUNTS:
        row.setdefault("source", layout.source)
    if own:
        return hashed("own", own)
    if "external_id" in row:
        return hashed("id", row["source"], row["external_id"])
    if not any(others):
        raise Unfit("nothing_to_know_it_by")
    return hashed("names", *map(_alike, others))


def name_key(name: str) -> int:
    """What an account without an id is known by."""
    return hashed("names", _alike(name))


def _alike(name: str) -> str:
    """Without the differences that the database does not see in names."""
    return normalize("NFKC", name).lower()


def id_key(source: str, value: str) -> int:
    """What a row with an id elsewhere is known by."""
    return hashed("id", source, value)


def _account(row: Row, layout: Layout) -> list[tuple[Row, int]]:
    key = _known(row, layout, row.get("name", ""))
    if "other_ids" in row:
        ids = _other_ids(row, layout)
        row["other_ids"], row.also = json.dumps(ids), [id_key(*pair) for pair in ids.items()]
    parent = row.pop("parent", "")
    if parent:
        row["ref_ids"] = listed([salesforce_id(parent) if layout.manner.is_salesforce else parent])
        row["ref_name"] = parent
    return [(row, key)]


def _other_ids(row: Row, layout: Layout) -> dict[str, str]:
    """`zammad:77; crm:A-1` by system; in our own files, the signs between them are quoted inside them.

    One in the system of the row's own id is that id; in our own files, the id of the workspace before.
    """
    ids: dict[str, str] = {}
    for part in filter(str.strip, row["other_ids"].split(";")):
        if layout.manner.is_ours:
            system, _, value = (unquote(one) for one in part.partition(":"))
        elif match := _OTHER_ID.fullmatch(part):
            system, value = match[1], match[2].strip()
        else:
            raise Unfit("not_other_ids")
        if not (0 < len(system) <= 40 and 0 < len(value) <= 120):
            raise Unfit("not_other_ids")
        if storable(part := system + value) != part:
            raise Unfit("not_text")
        ids[system] = value
    same = ids.pop(row["source"], "") if "external_id" in row else ""
    if same not in {"", row.get("external_id")} and not layout.manner.is_ours:
        raise Unfit("ids_differ")
    return ids


def _contact(row: Row, layout: Layout) -> list[tuple[Row, int]]:
    first, last = row.pop("first_name", ""), row.pop("last_name", "")
    if "name" not in row and (first or last):
        row["name"] = " ".join(filter(None, (first, last)))
        if not is_seen(row["name"]):
            raise Unfit("not_a_name")
    for flag, moment in (("opted_out", "opted_out_at"), ("has_left", "left_at")):
        if moment in row:
            row.setdefault(flag, "t")
    email = row.get("email", "")
    if email and not {"ref_ids", "ref_name", "ref_domain"} & row.keys() and not is_free_mail(domain_of(email)):
        row["ref_domain"] = domain_of(email)
    if email and "external_id" not in row and "id" not in row:
        return [(row, _known(row, layout, "email", email))]
    whose = row.get("ref_ids") or row.get("ref_name", "")
    return [(row, _known(row, layout, *((whose, row["name"]) if "name" in row else ())))]


def _contract(row: Row, layout: Layout) -> list[tuple[Row, int]]:
    if {"starts_on", "ends_on"} <= row.keys() and row["ends_on"] <= row["starts_on"]:
        raise Unfit("ends_before_start")
    if not layout.has_names and "external_id" in row:
        row["name"] = row["external_id"]
    whose = row.get("ref_ids") or row.get("ref_name") or row.get("ref_domain", "")
    return [(row, _known(row, layout, whose, row.get("name", ""), row.get("starts_on", "")))]


def _ticket(row: Row, layout: Layout) -> list[tuple[Row, int]]:
    email = row.get("email", "")
    if email and "ref_domain" not in row and not is_free_mail(domain_of(email)):
        row["ref_domain"] = domain_of(email)
    if not layout.has_numbers and "external_id" in row:
        row["number"] = row["external_id"][:60]
    return [(row, _known(row, layout))]


def _touchpoint(row: Row, layout: Layout) -> list[tuple[Row, int]]:
    """Without an id, what happened when to whom is one: the same file twice is the same touchpoints."""
    if "external_id" not in row and "id" not in row:
        whose = row.get("ref_ids") or row.get("ref_name") or row.get("ref_domain") or row.get("email", "")
        parts = (whose, row.get("happened_at", ""), row.get("channel", ""), row.get("summary", ""))
        row["external_id"] = f"row-{hashed(*parts):016x}"
    return [(row, _known(row, layout))]


def _metric(row: Row, layout: Layout) -> list[tuple[Row, int]]:
    row.setdefault("source", layout.source)
    value = row.pop("value", None)
    if value is not None:
        row.setdefault("n", "1")
        row.setdefault("total", value)
        row.setdefault("last", value)
    if not {"metric", "day", "n", "total", "last"} <= row.keys():
        raise Unfit("reading_incomplete")
    if row["n"] == "0":
        raise Unfit("no_readings")
    whose = row.get("ref_ids") or row.get("ref_name") or row.get("ref_domain", "")
    return [(row, hashed("reading", whose, row["metric"], row["day"]))]


_FINISH: dict[str, Callable[[Row, Layout], list[tuple[Row, int]]]] = {
    Kind.ACCOUNTS: _account,
    Kind.CONTACTS: _contact,
    Kind.CONTRACTS: _contract,
    Kind.TICKETS: _ticket,
    Kind.TOUCHPOINTS: _touchpoint,
    Kind.METRICS: _metric,
}
