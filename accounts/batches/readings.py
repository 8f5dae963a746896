"""Batches of metric readings from outside: all of it is checked, in sets, before any of it is written."""

import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from accounts.actions.metrics import Reading
from accounts.models import ExternalId, Metric

MOST_READINGS = 10_000
MOST_NEW_METRICS = 20
MOST_IN_A_DAY = 2**31 - 1

_KEY = re.compile(r"[-a-zA-Z0-9_]{1,60}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

Wrong = dict[str, list[str]]


class Refused(Exception):
    """`errors`: what is wrong, each bad reading by its place in the batch."""

    def __init__(self, errors: dict[str, Any]) -> None:
        self.errors = errors


@dataclass(frozen=True)
class Item:
    """One reading as it was sent, well formed."""

    account: str
    source: str
    metric: str
    kind: str
    day: date
    n: int
    total: float
    last: float


@dataclass(frozen=True)
class Batch:
    """Readings whose accounts and metrics are known, but for `new_metrics` (key -> kind), to be defined first."""

    items: list[Item]
    account_ids: list[int]
    metric_ids: dict[str, int]
    new_metrics: dict[str, str]

    def readings(self, defined: Mapping[str, Metric]) -> list[Reading]:
        """Day rows to write, once `new_metrics` have been `defined`."""
        metric_ids = self.metric_ids | {key: metric.pk for key, metric in defined.items()}
        return [
            Reading(account_id, metric_ids[item.metric], item.day, item.n, item.total, item.last)
            for item, account_id in zip(self.items, self.account_ids, strict=True)
        ]


def read(body: Any, *, today: date) -> Batch:
    """The batch in `body`. Raises Refused with everything that is wrong with it."""
    items, errors = _checked(_listed(body), today + timedelta(days=1))
    account_ids = _find_accounts(items, errors)
    metric_ids, new_metrics = _find_metrics(items, errors)
    if errors:
        raise Refused({"readings": {str(index): errors[index] for index in sorted(errors)}})
    return Batch(list(items.values()), account_ids, metric_ids, new_metrics)


def _listed(body: Any) -> Sequence[Any]:
    if not isinstance(body, dict):
        raise Refused({"non_field_errors": [_("An object with a list of readings.")]})
    readings = body.get("readings")
    if readings is None:
        raise Refused({"readings": [_("This field is required.")]})
    if not isinstance(readings, list):
        raise Refused({"readings": [_("A list of readings.")]})
    if len(readings) > MOST_READINGS:
        raise Refused({"readings": [_("At most %(limit)d readings a batch.") % {"limit": MOST_READINGS}]})
    return readings


def _checked(readings: Sequence[Any], latest: date) -> tuple[dict[int, Item], dict[int, Wrong]]:
    items: dict[int, Item] = {}
    errors: dict[int, Wrong] = {}
    for index, reading in enumerate(readings):
        if not isinstance(reading, dict):
            errors[index] = {"non_field_errors": [_("An object.")]}
            continue
        wrong: Wrong = {}
        item = _item(reading, latest, wrong)
        if wrong:
            errors[index] = wrong
        else:
            items[index] = item
    return items, errors


def _item(reading: dict[str, Any], latest: date, wrong: Wrong) -> Item:
    """The reading as an Item; what cannot be read is put into `wrong`, and the Item is then of no use."""
    account = _text(reading, "account", 120, wrong)
    source = _text(reading, "source", 40, wrong) if reading.get("source") is not None else ""
    metric = reading.get("metric")
    if not (isinstance(metric, str) and _KEY.fullmatch(metric)):
        wrong["metric"] = [_("1 to 60 letters, digits, hyphens and underscores.")]
    kind = reading.get("kind") or ""
    if kind not in ("", *Metric.Kind.values):
        wrong["kind"] = [_("One of %(kinds)s.") % {"kinds": ", ".join(Metric.Kind.values)}]
    return Item(account, source, str(metric), kind, _day(reading, latest, wrong), *_numbers(reading, wrong))


def _text(reading: dict[str, Any], name: str, most: int, wrong: Wrong) -> str:
    text = reading.get(name)
    if isinstance(text, str) and 1 <= len(text) <= most and "\0" not in text:
        return text
    wrong[name] = [_("Text of 1 to %(most)d characters.") % {"most": most}]
    return ""


def _day(reading: dict[str, Any], latest: date, wrong: Wrong) -> date:
    text = reading.get("day")
    try:
        day = date.fromisoformat(text) if isinstance(text, str) and _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        wrong["day"] = [_("A day as YYYY-MM-DD.")]
    elif day > latest:  # tomorrow has begun somewhere
        wrong["day"] = [_("This day has not come yet.")]
    return day or latest


def _numbers(reading: dict[str, Any], wrong: Wrong) -> tuple[int, float, float]:
    if "value" in reading:
        value = _number(reading, "value", wrong)
        if any(name in reading for name in ("n", "total", "last")):
            wrong["value"] = [_("Either a value, or n, total and last.")]
        return 1, value, value
    if not any(name in reading for name in ("n", "total", "last")):
        wrong["value"] = [_("A value, or n, total and last, are required.")]
        return 1, 0.0, 0.0
    n = reading.get("n")
    if not (type(n) is int and 1 <= n <= MOST_IN_A_DAY):
        wrong["n"] = [_("A whole number from 1 to %(limit)d.") % {"limit": MOST_IN_A_DAY}]
        n = 1
    return n, _number(reading, "total", wrong), _number(reading, "last", wrong)


def _number(reading: dict[str, Any], name: str, wrong: Wrong) -> float:
    given = reading.get(name)
    if isinstance(given, int | float) and not isinstance(given, bool):
        try:
            number = float(given)
        except OverflowError:
            number = math.inf
        if math.isfinite(number):
            return number
    wrong[name] = [_("A number.")]
    return 0.0


def _find_accounts(items: Mapping[int, Item], errors: dict[int, Wrong]) -> list[int]:
    """Account ids in the order of `items`, in one query."""
    known: dict[str, dict[str, int]] = defaultdict(dict)
    wanted = {item.account for item in items.values()}
    rows = ExternalId.objects.filter(value__in=wanted).values_list("value", "source", "account_id")
    for value, source, account_id in rows:
        known[value][source] = account_id
    found = []
    for index, item in items.items():
        by_source = known.get(item.account, {})
        matches = {by_source[item.source]} if item.source in by_source else set()
        if not item.source:
            matches = set(by_source.values())
        if len(matches) == 1:
            found.append(matches.pop())
        else:
            message = (
                _("Several accounts have this external id: name its source.") if matches else _("No account here.")
            )
            errors[index] = {"account": [message]}
    return found


def _find_metrics(items: Mapping[int, Item], errors: dict[int, Wrong]) -> tuple[dict[str, int], dict[str, str]]:
    """(ids of the metrics there are, kinds of those to define), in one query."""
    keys = {item.metric for item in items.values()}
    stored = {metric.key: metric for metric in Metric.objects.filter(key__in=keys)}
    said = {item.metric: item.kind for item in reversed(list(items.values())) if item.kind}
    kinds = said | {key: metric.kind for key, metric in stored.items()}
    for index, item in items.items():
        kind = kinds.get(item.metric)
        if kind is None:
            errors.setdefault(index, {})["metric"] = [_("No metric of this key: say its kind, and it is defined.")]
        elif item.kind not in ("", kind):
            errors.setdefault(index, {})["kind"] = [_("This metric is a %(kind)s.") % {"kind": kind}]
    new = {key: kind for key, kind in kinds.items() if key not in stored}
    if len(new) > MOST_NEW_METRICS:
        raise Refused({"readings": [_("At most %(limit)d new metrics a batch.") % {"limit": MOST_NEW_METRICS}]})
    return {key: metric.pk for key, metric in stored.items()}, new
