"""Batches of metric readings from outside, checked in columns: 10,000 of them in a few milliseconds.

A batch in which everything is right is read column by column (`_columns`, `_resolved`). Only where something is not,
each reading is looked at by itself, to say what (`accounts.batches.complaints`).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from operator import itemgetter
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from accounts.actions.metrics import DayRows
from accounts.models import Metric
from lib.bounds import FIRST_DAY, MOST
from workspaces import tenancy

MOST_READINGS = 10_000
MOST_NEW_METRICS = 20
MOST_IN_A_DAY = 1_000_000
LONGEST_ID, LONGEST_SOURCE = 120, 40
SUMS = ("n", "total", "last")
LIMITS = {Metric.Kind.COUNTER: (0, MOST), Metric.Kind.GAUGE: (-MOST, MOST), Metric.Kind.RATING: (0, 100)}

KEY = re.compile(r"[-a-zA-Z0-9_]{1,60}")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

Pair = tuple[str, str]  # external id and source; "" is any source
_of_value, _of_sums = itemgetter("value"), itemgetter(*SUMS)


class Refused(Exception):
    """`errors`: what is wrong with the batch as a whole, by field."""

    def __init__(self, errors: dict[str, Any]) -> None:
        self.errors = errors


class Odd(Exception):
    """Something is wrong somewhere: the readings have to be looked at one by one."""


@dataclass(frozen=True)
class Columns:
    """Well-formed readings; accounts and metrics as they were named, days as they were written."""

    accounts: Sequence[Pair]
    metrics: Sequence[str]
    kinds: Mapping[str, str]
    days: Sequence[str]
    ns: Sequence[int]
    totals: Sequence[float]
    lasts: Sequence[float]


@dataclass(frozen=True)
class Known:
    """The accounts and metrics of this workspace that readings name; `new` metrics are to be defined, by kind."""

    accounts: Mapping[Pair, int]
    shared: frozenset[str]  # ids that several accounts have, each in another system
    metrics: Mapping[str, tuple[int, str]]
    new: Mapping[str, str]


def listed(body: Any) -> tuple[list[Any], bool]:
    """The readings of a call, and whether to keep the good ones. Raises Refused."""
    if not isinstance(body, dict):
        raise Refused({"non_field_errors": [_("An object with a list of readings.")]})
    readings, keep_good = body.get("readings"), body.get("keep_good", False)
    if not isinstance(keep_good, bool):
        raise Refused({"keep_good": [_("True or false.")]})
    if readings is None:
        raise Refused({"readings": [_("This field is required.")]})
    if not isinstance(readings, list):
        raise Refused({"readings": [_("A list of readings.")]})
    if len(readings) > MOST_READINGS:
        raise Refused({"readings": [_("At most %(limit)d readings a batch.") % {"limit": MOST_READINGS}]})
    return readings, keep_good


# ------------------------------------------------------------------ form
def columns(readings: Sequence[Any], *, today: date) -> Columns:
    """The readings in columns. Raises Odd if anything about any of them is not as it should be."""
    try:
        names = set().union(*readings)
        accounts = [reading["account"] for reading in readings]
        metrics = [reading["metric"] for reading in readings]
        days = [reading["day"] for reading in readings]
        ns, totals, lasts = _numbers(readings, names)
        sources = [reading.get("source") for reading in readings] if "source" in names else []
        kinds = _kinds(readings) if "kind" in names else {}
    except (KeyError, TypeError, AttributeError, OverflowError):
        raise Odd from None
    _check_texts(accounts, LONGEST_ID)
    _check_texts([source for source in sources if source is not None], LONGEST_SOURCE)
    _check_metrics(metrics)
    _check_days(days, today + timedelta(days=1))
    pairs = [(account, "") for account in accounts]
    if sources:
        pairs = [(account, source or "") for account, source in zip(accounts, sources, strict=True)]
    return Columns(pairs, metrics, kinds, days, ns, totals, lasts)


def _numbers(readings: Sequence[Any], names: set[str]) -> tuple[Sequence[int], Sequence[float], Sequence[float]]:
    """How many, their sum and the last of each; a `value` is one reading."""
    if names.isdisjoint(SUMS):
        values = list(map(_of_value, readings))
        _check_floats(values)
        return [1] * len(values), values, values
    rows = list(map(_of_sums if "value" not in names else _either, readings))
    ns, totals, lasts = ([row[place] for row in rows] for place in range(3))
    if set(map(type, ns)) - {int} or not all(1 <= n <= MOST_IN_A_DAY for n in ns):
        raise Odd
    _check_floats(totals)
    _check_floats(lasts)
    return ns, totals, lasts


def _either(reading: Mapping[str, Any]) -> tuple[Any, Any, Any]:
    if "value" not in reading:
        row: tuple[Any, Any, Any] = _of_sums(reading)
        return row
    if not reading.keys().isdisjoint(SUMS):
        raise Odd
    return 1, reading["value"], reading["value"]


def _check_floats(values: Sequence[Any]) -> None:
    """Numbers that are not too large; JSON's true is none."""
    if set(map(type, values)) - {int, float} or not all(-MOST <= value <= MOST for value in values):
        raise Odd


def _kinds(readings: Sequence[Any]) -> dict[str, str]:
    """What is said about the kind of each metric; everybody who says something must say the same."""
    said = {(reading["metric"], reading["kind"]) for reading in readings if reading.get("kind")}
    kinds = dict(said)
    if len(kinds) < len(said) or not set(kinds.values()) <= set(Metric.Kind.values):
        raise Odd
    return kinds


def _check_texts(texts: Iterable[Any], most: int) -> None:
    if not all(isinstance(text, str) and 1 <= len(text) <= most and "\0" not in text for text in _once(texts)):
        raise Odd


def _check_metrics(keys: Iterable[Any]) -> None:
    if not all(isinstance(key, str) and KEY.fullmatch(key) for key in _once(keys)):
        raise Odd


def _check_days(days: Iterable[Any], latest: date) -> None:
    try:
        is_good = all(DAY.fullmatch(day) and FIRST_DAY <= date.fromisoformat(day) <= latest for day in _once(days))
    except (TypeError, ValueError):
        raise Odd from None
    if not is_good:
        raise Odd


def _once(values: Iterable[Any]) -> set[Any]:
    try:
        return set(values)
    except TypeError:  # a list or an object where a text should be
        raise Odd from None


# ------------------------------------------------------------------ meaning
def known(pairs: Iterable[Pair], keys: Iterable[str], kinds: Mapping[str, str]) -> Known:
    """Look up what readings name, in two queries. Raises Refused if too many metrics are new."""
    accounts, shared = _accounts(set(pairs))
    rows = Metric.objects.filter(key__in=set(keys)).values_list("key", "pk", "kind")
    metrics = {key: (pk, kind) for key, pk, kind in rows}
    new = {key: kind for key, kind in kinds.items() if key not in metrics}
    if len(new) > MOST_NEW_METRICS:
        raise Refused({"readings": [_("At most %(limit)d new metrics a batch.") % {"limit": MOST_NEW_METRICS}]})
    return Known(accounts, shared, metrics, new)


_IDS = """
select value, source, account_id from accounts_externalid
where workspace_id = %s and value = any(%s::text[])
"""


def _accounts(pairs: set[Pair]) -> tuple[dict[Pair, int], frozenset[str]]:
    """Account ids by id and source, and by id alone where that is one account's."""
    values = {value for value, _source in pairs}
    with connection.cursor() as cursor:
        cursor.execute(_IDS, [tenancy.current_id(), list(values)])
        rows = cursor.fetchall()
    found: dict[Pair, int] = {}
    shared = set()
    for value, source, account_id in rows:
        found[value, source] = account_id
        if found.setdefault((value, ""), account_id) != account_id:
            shared.add(value)
    for value in shared:
        del found[value, ""]
    return found, frozenset(shared)


def day_rows(batch: Columns, there: Known) -> DayRows:
    """What to write, once the new metrics are defined. Raises Odd if what a reading names is not there."""
    try:
        accounts = [there.accounts[pair] for pair in batch.accounts]
        ids = {key: there.metrics[key][0] for key in set(batch.metrics) if key not in there.new}
    except KeyError:
        raise Odd from None
    if any(there.metrics[key][1] != kind for key, kind in batch.kinds.items() if key not in there.new):
        raise Odd
    _check_limits(batch, there)
    return DayRows(accounts, batch.metrics, ids, batch.days, batch.ns, batch.totals, batch.lasts)


def limits(kind: str) -> tuple[float, float]:
    """The least and the most that one reading of a metric of this kind can be."""
    return LIMITS[Metric.Kind(kind)]


def _check_limits(batch: Columns, there: Known) -> None:
    """What is counted is never less than none, and a rating is one of 0 to 100."""
    kinds = {key: there.new.get(key) or there.metrics[key][1] for key in set(batch.metrics)}
    of = {key: limits(kind) for key, kind in kinds.items()}
    for key, n, total, last in zip(batch.metrics, batch.ns, batch.totals, batch.lasts, strict=True):
        low, high = of[key]
        if not (low <= last <= high and low * n <= total <= high * n):
            raise Odd
