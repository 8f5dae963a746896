"""Conditions as SQL over the account `a`: three-valued, as SQL is, so what is not known is neither true nor false."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from segments.conditions import Condition, Group, Kind, Op, check
from segments.registry import Field, Reach, Sql

NOTHING = Sql("false")

_SIGNS = {Op.BELOW: "<", Op.AT_MOST: "<=", Op.ABOVE: ">", Op.AT_LEAST: ">=", Op.IS: "="}
_TEXTS = {
    Op.IS: "lower({0}) = lower(%s)",
    Op.IS_NOT: "lower({0}) <> lower(%s)",
    Op.CONTAINS: "strpos(lower({0}), lower(%s)) > 0",
    Op.BEGINS: "starts_with(lower({0}), lower(%s))",
    Op.ANY_OF: "lower({0}) in (select lower(w.x) from unnest(%s::text[]) as w(x))",
}


def matching(group: Group, fields: Mapping[str, Field], *, workspace_id: int, today: date) -> Sql:
    """One statement that selects the ids of the workspace's accounts that meet `group`.

    A group with a problem (a field that was retired, say) selects nobody: leaving one condition out would select
    others than its author meant. It is open at its end for more: `and a.id = any(...)`.
    """
    head = "select a.id from accounts_account a where a.workspace_id = %s and "
    is_sound = not check(group, fields, with_choices=False)
    met = verdict(group, fields, today=today) if is_sound else NOTHING
    return Sql(f"{head}{met.text}", (workspace_id, *met.params))


def array_of(ids: Iterable[int]) -> str:
    """Ids as PostgreSQL reads an array: one text, where a list would be thousands of constants to parse."""
    return "{" + ",".join(map(str, ids)) + "}"


def verdict(group: Group, fields: Mapping[str, Field], *, today: date) -> Sql:
    """Whether `a` meets a sound `group`: true, false, or null where too little is known to say."""
    parts = [
        verdict(item, fields, today=today) if isinstance(item, Group) else _predicate(item, fields[item.field], today)
        for item in group.items
    ]
    joint = " and " if group.match == "all" else " or "
    return Sql(f"({joint.join(part.text for part in parts)})", tuple(one for part in parts for one in part.params))


def _predicate(condition: Condition, field: Field, today: date) -> Sql:
    value = field.value(Reach(today, condition.days or 0, condition.currency))
    op = Op(condition.op)
    if field.kind == Kind.SET:
        return _of_set(value, field, op, condition.value)
    if op in {Op.EMPTY, Op.NOT_EMPTY}:
        return _of_gaps(value, field, op)
    found = _OF_KIND[field.kind](value, field, op, condition.value, today)
    return Sql(f"(select bool_or({found.text}) {field.among})", found.params) if field.among else found


def _of_gaps(value: Sql, field: Field, op: Op) -> Sql:
    text = f"({value.text}) is not null"
    if field.among:
        text = f"exists (select 1 {field.among} and {text})"
    return Sql(f"not ({text})" if op == Op.EMPTY else text, value.params)


def _of_set(value: Sql, field: Field, op: Op, chosen: Any) -> Sql:
    if op in {Op.ANY_OF, Op.NONE_OF}:
        text = f"exists (select 1 {value.text} and {field.member} = any(%s::{_type(field)}[]))"
        params = (*value.params, _values(field, chosen))
    else:
        text, params = f"exists (select 1 {value.text})", value.params
    return Sql(f"not {text}" if op in {Op.NONE_OF, Op.EMPTY} else text, params)


def _of_choice(value: Sql, field: Field, op: Op, chosen: Any, today: date) -> Sql:
    sign = "= any" if op == Op.ANY_OF else "<> all"
    return Sql(f"{value.text} {sign}(%s::{_type(field)}[])", (*value.params, _values(field, chosen)))


def _type(field: Field) -> str:
    return "bigint" if field.is_id else "text"


def _values(field: Field, chosen: list[str]) -> list[Any]:
    return [int(one) for one in chosen if one.isdecimal() and len(one) < 19] if field.is_id else chosen


def _of_text(value: Sql, field: Field, op: Op, wanted: Any, today: date) -> Sql:
    return Sql(_TEXTS[op].replace("{0}", value.text), (*value.params, wanted))


def _of_number(value: Sql, field: Field, op: Op, wanted: Any, today: date) -> Sql:
    if op == Op.BETWEEN:
        return Sql(f"{value.text} between %s and %s", (*value.params, *wanted))
    return Sql(f"{value.text} {_SIGNS[op]} %s", (*value.params, wanted))


def _of_yes_no(value: Sql, field: Field, op: Op, wanted: Any, today: date) -> Sql:
    return Sql(value.text if op == Op.YES else f"not {value.text}", value.params)


def _of_date(value: Sql, field: Field, op: Op, wanted: Any, today: date) -> Sql:
    """As a half-open range of days; the bounds take the shape of the column, so that its index serves."""
    low, high = _days(op, wanted, today)
    mark = '%s collate "C"' if field.is_iso else "%s"
    bounds = [(sign, _bound(field, day)) for sign, day in ((">=", low), ("<", high)) if day is not None]
    text = " and ".join(f"{value.text} {sign} {mark}" for sign, _day in bounds)
    return Sql(f"({text})", tuple(one for _sign, day in bounds for one in (*value.params, day)))


def _days(op: Op, wanted: Any, today: date) -> tuple[date | None, date | None]:
    """First day, and first day no longer meant; None where there is no such bound."""
    if op == Op.BEFORE:
        return None, date.fromisoformat(wanted)
    if op == Op.AFTER:
        return date.fromisoformat(wanted) + timedelta(days=1), None
    span, tomorrow = timedelta(days=wanted), today + timedelta(days=1)
    return (today - span, tomorrow) if op == Op.LAST_DAYS else (today, tomorrow + span)


def _bound(field: Field, day: date) -> date | datetime | str:
    if field.is_iso:
        return day.isoformat()
    return datetime.combine(day, time(), UTC) if field.is_instant else day


_OF_KIND: dict[Kind, Callable[[Sql, Field, Op, Any, date], Sql]] = {
    Kind.TEXT: _of_text,
    Kind.NUMBER: _of_number,
    Kind.MONEY: _of_number,
    Kind.DATE: _of_date,
    Kind.CHOICE: _of_choice,
    Kind.YES_NO: _of_yes_no,
}
