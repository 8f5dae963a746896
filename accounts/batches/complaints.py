"""What is wrong with readings, one by one: asked only of batches in which something is."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from accounts.batches import readings as batches
from accounts.models import Metric
from lib.bounds import FIRST_DAY, MOST
from lib.formatting import number

Wrong = dict[str, list[str]]


def about(readings: Mapping[int, Any], *, today: date) -> dict[int, Wrong]:
    """The errors of each wrong reading, by its place and field. Raises `readings.Refused`."""
    errors: dict[int, Wrong] = {}
    latest = today + timedelta(days=1)  # tomorrow has begun somewhere
    for place, reading in readings.items():
        wrong = _of_form(reading, latest)
        if wrong:
            errors[place] = wrong
    errors |= _of_meaning({place: reading for place, reading in readings.items() if place not in errors})
    return errors


def sorted_out(readings: Sequence[Any], *, today: date) -> tuple[list[Any], dict[int, Wrong]]:
    """The good readings, and the errors of the others. Raises `readings.Refused`.

    Asked again of what is left, since a reading that is refused may be the one that said a new metric's kind.
    """
    left = dict(enumerate(readings))
    errors: dict[int, Wrong] = {}
    while wrong := about(left, today=today):
        errors |= wrong
        left = {place: reading for place, reading in left.items() if place not in wrong}
    return list(left.values()), errors


def _of_form(reading: Any, latest: date) -> Wrong:
    if not isinstance(reading, dict):
        return {"non_field_errors": [_("An object.")]}
    wrong: Wrong = {}
    _text(reading, "account", batches.LONGEST_ID, wrong)
    if reading.get("source") is not None:
        _text(reading, "source", batches.LONGEST_SOURCE, wrong)
    metric = reading.get("metric")
    if not (isinstance(metric, str) and batches.KEY.fullmatch(metric)):
        wrong["metric"] = [_("1 to 60 letters, digits, hyphens and underscores.")]
    if (reading.get("kind") or "") not in ("", *Metric.Kind.values):
        wrong["kind"] = [_("One of %(kinds)s.") % {"kinds": ", ".join(Metric.Kind.values)}]
    _day(reading, latest, wrong)
    _numbers(reading, wrong)
    return wrong


def _text(reading: Mapping[str, Any], name: str, most: int, wrong: Wrong) -> None:
    text = reading.get(name)
    if not (isinstance(text, str) and 1 <= len(text) <= most and "\0" not in text):
        wrong[name] = [_("Text of 1 to %(most)d characters.") % {"most": most}]


def _day(reading: Mapping[str, Any], latest: date, wrong: Wrong) -> None:
    text = reading.get("day")
    try:
        day = date.fromisoformat(text) if isinstance(text, str) and batches.DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        wrong["day"] = [_("A day as YYYY-MM-DD.")]
    elif day < FIRST_DAY:
        wrong["day"] = [_("A date between 1900 and 2199.")]
    elif day > latest:
        wrong["day"] = [_("This day has not come yet.")]


def _numbers(reading: Mapping[str, Any], wrong: Wrong) -> None:
    has_sums = any(name in reading for name in batches.SUMS)
    if "value" in reading:
        _number(reading, "value", wrong)
        if has_sums:
            wrong["value"] = [_("Either a value, or n, total and last.")]
        return
    if not has_sums:
        wrong["value"] = [_("A value, or n, total and last, are required.")]
        return
    n = reading.get("n")
    if not (type(n) is int and 1 <= n <= batches.MOST_IN_A_DAY):
        wrong["n"] = [_("A whole number from 1 to %(limit)d.") % {"limit": batches.MOST_IN_A_DAY}]
    _number(reading, "total", wrong)
    _number(reading, "last", wrong)


def _number(reading: Mapping[str, Any], name: str, wrong: Wrong) -> None:
    given: Any = reading.get(name)
    if type(given) not in (int, float):
        wrong[name] = [_("A number.")]
    elif not -MOST <= given <= MOST:
        wrong[name] = [_("A number from −%(limit)s to %(limit)s.") % {"limit": number(MOST)}]


def _of_meaning(readings: Mapping[int, Mapping[str, Any]]) -> dict[int, Wrong]:
    """Accounts and metrics that are not there, and kinds that are not those of their metrics."""
    kinds: dict[str, str] = {}
    for reading in readings.values():
        if reading.get("kind"):
            kinds.setdefault(reading["metric"], reading["kind"])
    pairs = {place: (reading["account"], reading.get("source") or "") for place, reading in readings.items()}
    there = batches.known(pairs.values(), (reading["metric"] for reading in readings.values()), kinds)
    kinds |= {key: kind for key, (_pk, kind) in there.metrics.items()}
    wrong: dict[int, Wrong] = defaultdict(dict)
    for place, reading in readings.items():
        if pairs[place] not in there.accounts:
            is_shared = not pairs[place][1] and reading["account"] in there.shared
            words = (
                _("Several accounts have this external id: name its source.") if is_shared else _("No account here.")
            )
            wrong[place]["account"] = [words]
        kind = kinds.get(reading["metric"])
        if kind is None:
            wrong[place]["metric"] = [_("No metric of this key: say its kind, and it is defined.")]
        elif reading.get("kind") not in (None, "", kind):
            wrong[place]["kind"] = [_("This metric is a %(kind)s.") % {"kind": kind}]
        else:
            wrong[place].update(_of_limits(reading, kind))
    return {place: found for place, found in wrong.items() if found}


def _of_limits(reading: Mapping[str, Any], kind: str) -> Wrong:
    """What cannot be counted or rated, by field."""
    low, high = batches.limits(kind)
    n = reading.get("n", 1)
    bounds = {"value": (low, high), "last": (low, high), "total": (low * n, high * n)}
    words = {
        Metric.Kind.COUNTER: _("What is counted is 0 or more."),
        Metric.Kind.RATING: _("A rating is a number from 0 to 100; a total is a sum of them."),
    }
    return {
        name: [words[Metric.Kind(kind)]]
        for name, (least, most) in bounds.items()
        if Metric.Kind(kind) in words and name in reading and not least <= reading[name] <= most
    }
