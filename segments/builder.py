"""A draft of conditions as a form has it: rows of text that may still be wrong, to conditions and back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import QueryDict

from lib.formatting import EXPONENTS, major_units
from segments.conditions import MOST_CONDITIONS, VALUELESS, Condition, Group, Kind, Op, Problem, ops_of
from segments.registry import Field

MOST_ROWS = MOST_CONDITIONS
MATCHES = ("all", "any")
SPAN = {Op.NEXT_DAYS: "90", Op.LAST_DAYS: "30"}  # days offered at first


@dataclass(frozen=True)
class Row:
    """One condition as it was typed. `group` is empty on the top level; `wrong` says what is wrong with it."""

    id: str
    group: str
    field: Field
    op: Op
    values: tuple[str, ...] = ()
    high: str = ""
    days: str = ""
    currency: str = ""
    wrong: str = ""
    is_new: bool = False

    @property
    def shape(self) -> str:
        """Which control asks for its value."""
        if self.op in VALUELESS:
            return "none"
        if self.op in {Op.ANY_OF, Op.NONE_OF}:
            return "list" if self.field.options is None else "choices"
        if self.op in {Op.LAST_DAYS, Op.NEXT_DAYS}:
            return "days"
        return str(self.field.kind.value)

    @property
    def value(self) -> str:
        return self.values[0] if self.values else ""

    @property
    def ops(self) -> tuple[Op, ...]:
        return ops_of(self.field)

    def condition(self) -> Condition:
        """What it says; what cannot be read stays text, for `conditions.check` to name."""
        days = _whole(self.days) if self.field.days is not None else None
        currency = self.currency if self.field.kind == Kind.MONEY and self.op not in VALUELESS else ""
        return Condition(self.field.key, self.op.value, self._said(), days if days != "" else 0, currency)

    def _said(self) -> Any:
        if self.shape == "none":
            return None
        if self.shape == "choices":
            return list(self.values)
        if self.shape == "list":
            return [part.strip() for part in self.value.split(",") if part.strip()]
        if self.shape == "days":
            return _whole(self.value)
        if self.shape in {"text", "date"}:
            return self.value.strip()
        numbers = [self._number(text) for text in (self.value, self.high)]
        return numbers if self.op == Op.BETWEEN else numbers[0]

    def _number(self, text: str) -> Any:
        try:
            number = Decimal(text.strip().replace("\N{NO-BREAK SPACE}", "").replace(" ", ""))
        except InvalidOperation:
            return text
        if not number.is_finite():
            return text
        if self.field.kind == Kind.MONEY:
            number = number.scaleb(EXPONENTS.get(self.currency, 2))
        return int(number) if number == number.to_integral_value() and abs(number) < 10**18 else float(number)


def _whole(text: str) -> Any:
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else text


@dataclass(frozen=True)
class Block:
    """Rows that stand together: one on the top level, or those of a group with its own `match`."""

    rows: list[Row]
    group: str = ""
    match: str = "any"


@dataclass
class Draft:
    """The whole form's conditions. `matches` holds the match of each group by its id; the top's is the empty one."""

    fields: Mapping[str, Field]
    rows: list[Row] = field(default_factory=list)
    matches: dict[str, str] = field(default_factory=lambda: {"": "all"})

    # -------------------------------------------------------------- where it comes from

    @classmethod
    def fresh(cls, fields: Mapping[str, Field], first: str) -> "Draft":
        """With one condition to fill in."""
        return cls(fields, [_row("0", "", fields[first])])

    @classmethod
    def sent(cls, data: QueryDict, fields: Mapping[str, Field]) -> "Draft":
        """What a form says; a field that is not offered is replaced by the first that is."""
        draft = cls(fields)
        for number in data.getlist("row")[:MOST_ROWS]:
            group = data.get(f"group-{number}", "")[:10]
            draft.rows.append(_sent_row(data, number[:10], group, fields))
            draft.matches.setdefault(group, _match(data.get(f"match-{group}", "any")))
        draft.matches[""] = _match(data.get("match-", "all"))
        return draft

    @classmethod
    def stored(cls, group: Group, fields: Mapping[str, Field]) -> "Draft":
        """Conditions to change; those about a field that has gone are left out."""
        draft = cls(fields)
        draft.matches[""] = group.match
        for place, item in enumerate(group.items):
            if isinstance(item, Group):
                draft.matches[f"g{place}"] = item.match
            inner = item.items if isinstance(item, Group) else (item,)
            name = f"g{place}" if isinstance(item, Group) else ""
            for one in inner:
                if isinstance(one, Condition) and one.field in fields:
                    draft.rows.append(_stored_row(str(len(draft.rows)), name, one, fields[one.field]))
        return draft

    # -------------------------------------------------------------- what is done to it

    def do(self, what: str) -> None:
        """`add`, `add:<group>`, `group`, `remove:<row>`; anything else leaves it as it is."""
        verb, _colon, which = what.partition(":")
        if verb == "remove":
            self.rows = [row for row in self.rows if row.id != which]
        elif verb in {"add", "group"} and len(self.rows) < MOST_ROWS:
            group = self._unused("g", self.matches) if verb == "group" else which
            self.matches.setdefault(group, "any")
            added = _row(self._unused("", [row.id for row in self.rows]), group, next(iter(self.fields.values())))
            places = [place for place, row in enumerate(self.rows) if row.group == group and group]
            self.rows.insert(places[-1] + 1 if places else len(self.rows), replace(added, is_new=True))

    @staticmethod
    def _unused(prefix: str, taken: Mapping[str, Any] | Sequence[str]) -> str:
        return next(name for number in range(MOST_ROWS + 2) if (name := f"{prefix}{number}") not in taken)

    # -------------------------------------------------------------- what it says

    def blocks(self) -> Iterator[Block]:
        """In order: a group stands where its first row does."""
        told: set[str] = set()
        for row in self.rows:
            if not row.group:
                yield Block([row])
            elif row.group not in told:
                told.add(row.group)
                mates = [one for one in self.rows if one.group == row.group]
                yield Block(mates, row.group, self.matches.get(row.group, "any"))

    def group(self) -> Group | None:
        """The conditions as they stand, right or wrong; None where there are none."""
        items = [
            Group(block.match, tuple(row.condition() for row in block.rows))
            if block.group
            else block.rows[0].condition()
            for block in self.blocks()
        ]
        return Group(self.matches[""], tuple(items)) if items else None

    def point_out(self, problems: Sequence[Problem]) -> None:
        """Note what is wrong beside the rows that it is about."""
        by_number = {problem.number: problem.text for problem in problems}
        texts: dict[str, str] = {}
        for place, block in enumerate(self.blocks(), start=1):
            for inner, row in enumerate(block.rows, start=1):
                number = f"{place}.{inner}" if block.group else str(place)
                texts[row.id] = by_number.get(number, "")
        self.rows = [replace(row, wrong=texts[row.id]) for row in self.rows]


def _match(text: str) -> str:
    return text if text in MATCHES else "all"


def _row(number: str, group: str, asked: Field) -> Row:
    op = ops_of(asked)[0]
    return Row(number, group, asked, op, _first_values(op), days=str(asked.days or ""))


def _first_values(op: Op) -> tuple[str, ...]:
    return (SPAN[op],) if op in SPAN else ()


def _sent_row(data: QueryDict, number: str, group: str, fields: Mapping[str, Field]) -> Row:
    asked = fields.get(data.get(f"field-{number}", "")) or next(iter(fields.values()))
    ops = ops_of(asked)
    said = data.get(f"op-{number}", "")
    op = next((one for one in ops if one.value == said), ops[0])
    row = Row(
        number,
        group,
        asked,
        op,
        tuple(data.getlist(f"value-{number}")[:200]),
        high=data.get(f"high-{number}", ""),
        days=data.get(f"days-{number}") or str(asked.days or ""),
        currency=data.get(f"currency-{number}", "")[:3],
    )
    if data.get(f"shape-{number}") in {row.shape, None}:
        return row
    return replace(row, values=_first_values(op), high="")  # what was typed was an answer to another question


def _stored_row(number: str, group: str, said: Condition, asked: Field) -> Row:
    ops = ops_of(asked)
    op = next((one for one in ops if one.value == said.op), ops[0])
    row = Row(number, group, asked, op, days=str(said.days or asked.days or ""), currency=said.currency)
    value = said.value
    if row.shape == "list":
        return replace(row, values=(", ".join(map(str, value)),))
    if row.shape == "choices":
        return replace(row, values=tuple(map(str, value)))
    ends = [_typed(one, row) for one in (value if isinstance(value, list) else [value]) if one is not None]
    return replace(row, values=tuple(ends[:1]), high="".join(ends[1:2]))


def _typed(value: Any, row: Row) -> str:
    """A stored value as one would type it."""
    if row.field.kind == Kind.MONEY and isinstance(value, int):
        amount = major_units(value, row.currency)
        return f"{amount:.0f}" if amount == amount.to_integral_value() else f"{amount}"
    return str(value)
