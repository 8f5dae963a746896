"""What conditions mean, written a second time in plain Python: slow, over objects, with nothing of the SQL's."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import Account, AccountTag, Contact, Contract, CustomField, ExternalId, Metric, MetricDay, Ticket
from alerts.models import Alert
from expectations.models import Expectation
from health.models import Attitude, HealthScore, Pulse
from health.parts import STANDS_DAYS
from segments.models import AccountFit
from surveys.models import Answer, Silence
from tests.builders import TODAY

Known = bool | None  # None: too little is known to say


def day_of(at: datetime) -> date:
    return at.astimezone(UTC).date()


# ------------------------------------------------------------------ what accounts hold


def _contacts(account: Account, *, present: bool = True) -> list[Contact]:
    return [one for one in Contact.objects.filter(account=account) if not (present and one.left_at)]


def _running(account: Account) -> list[Contract]:
    return [one for one in Contract.objects.filter(account=account) if one.starts_on <= TODAY < one.ends_on]


def _happened(account: Account, name: str, days: int) -> int:
    first = TODAY - timedelta(days=days - 1)
    moments = [getattr(ticket, name) for ticket in Ticket.objects.filter(account=account)]
    return sum(first <= day_of(at) <= TODAY for at in moments if at is not None)


def _auto_renews(account: Account) -> Known:
    running = _running(account)
    return any(one.auto_renews for one in running) if running else None


def _two_way(account: Account) -> int | None:
    rows = MetricDay.objects.filter(account=account, metric__key="touchpoints_two_way", day__lte=TODAY)
    days = [row.day for row in rows]
    return (TODAY - max(days)).days if days else None


def _rows(account: Account, key: str, first: date, last: date) -> list[MetricDay]:
    rows = MetricDay.objects.filter(account=account, metric__key=key).order_by("day")
    return [row for row in rows if first < row.day <= last]


def _metric(account: Account, way: str, key: str, days: int) -> float | None:
    middle, first = TODAY - timedelta(days=days), TODAY - timedelta(days=2 * days)
    now, before = _rows(account, key, middle, TODAY), _rows(account, key, first, middle)
    is_counter = Metric.objects.get(key=key).kind == Metric.Kind.COUNTER
    if way == "change":
        kind = "sum" if is_counter else "mean"
        ends = [_amount(rows, kind) for rows in (before, now)]
        return 100 * (ends[1] - ends[0]) / abs(ends[0]) if None not in ends and ends[0] else None
    return _amount(now, way)


def _amount(rows: list[MetricDay], way: str) -> float | None:
    if not rows:
        return None
    if way == "last":
        return rows[-1].last
    total = sum(row.total for row in rows)
    return total if way == "sum" else total / sum(row.n for row in rows)


def _fit(account: Account) -> int | None:
    row = AccountFit.objects.filter(account=account).first()
    return row.score if row else None


def _answered(account: Account, metric: str, role: str = "") -> int | None:
    found = [
        answer
        for answer in Answer.objects.counted().filter(account=account, metric=metric).select_related("contact")
        if not role or answer.contact.role == role
    ]
    return max(found, key=lambda answer: (answer.answered_at, answer.pk)).value if found else None


VALUES: dict[str, Callable[[Account, int, str], Any]] = {
    "name": lambda a, days, currency: a.name,
    "domain": lambda a, days, currency: a.domains,
    "tier": lambda a, days, currency: a.tier,
    "industry": lambda a, days, currency: a.industry or None,
    "language": lambda a, days, currency: a.locale or None,
    "arr": lambda a, days, currency: a.arr_minor if a.currency == currency else None,
    "owner": lambda a, days, currency: None if a.owner_id is None else str(a.owner_id),
    "created": lambda a, days, currency: day_of(a.created_at),
    "has_parent": lambda a, days, currency: a.parent_id is not None,
    "has_children": lambda a, days, currency: Account.objects.filter(parent=a).exists(),
    "tags": lambda a, days, currency: [str(one.tag_id) for one in AccountTag.objects.filter(account=a)],
    "id_in": lambda a, days, currency: [one.source for one in ExternalId.objects.filter(account=a)],
    "stage": lambda a, days, currency: a.stage,
    "days_in_stage": lambda a, days, currency: (TODAY - day_of(a.stage_since)).days,
    "score": lambda a, days, currency: None if a.health_score is None else float(a.health_score),
    "band": lambda a, days, currency: a.health_band or None,
    "coverage": lambda a, days, currency: a.health_coverage * 100,
    "risk": lambda a, days, currency: None if a.risk is None else int(a.risk * 100 + 0.5),
    "fit": lambda a, days, currency: _fit(a),
    "has_decision_maker": lambda a, days, currency: any(c.role == "decision_maker" for c in _contacts(a)),
    "has_champion": lambda a, days, currency: any(c.role == "champion" for c in _contacts(a)),
    "champion_left": lambda a, days, currency: (
        any(c.role == "champion" for c in _contacts(a, present=False))
        and not any(c.role == "champion" for c in _contacts(a))
    ),
    "contacts": lambda a, days, currency: len(_contacts(a)),
    "personas": lambda a, days, currency: [str(c.persona_id) for c in _contacts(a) if c.persona_id],
    "roles": lambda a, days, currency: [c.role for c in _contacts(a)],
    "influences": lambda a, days, currency: [c.influence for c in _contacts(a) if c.influence],
    "stances": lambda a, days, currency: [c.stance for c in _contacts(a) if c.stance],
    "languages": lambda a, days, currency: [c.locale for c in _contacts(a) if c.locale],
    "open_promises": lambda a, days, currency: len([one for one in _promises(a) if one.is_open]),
    "overdue_promises": lambda a, days, currency: len(
        [one for one in _promises(a) if one.is_open and one.due_on and one.due_on < TODAY]
    ),
    "broken_promises": lambda a, days, currency: len(
        [
            one
            for one in _promises(a)
            if one.outcome == "broken" and day_of(one.settled_at) > TODAY - timedelta(days=days)
        ]
    ),
    "loyalty": lambda a, days, currency: _attitude(a, "loyalty"),
    "satisfaction": lambda a, days, currency: _attitude(a, "satisfaction"),
    "quadrant": lambda a, days, currency: _attitude(a, "quadrant") or None,
    "renews_on": lambda a, days, currency: a.renews_on,
    "contract_ends_on": lambda a, days, currency: min((one.ends_on for one in _running(a)), default=None),
    "seats": lambda a, days, currency: (
        sum(s for one in _running(a) if (s := one.seats) is not None)
        if any(one.seats is not None for one in _running(a))
        else None
    ),
    "auto_renews": lambda a, days, currency: _auto_renews(a),
    "open_tickets": lambda a, days, currency: Ticket.objects.filter(account=a, closed_at=None).count(),
    "tickets_opened": lambda a, days, currency: _happened(a, "opened_at", days),
    "tickets_reopened": lambda a, days, currency: _happened(a, "reopened_at", days),
    "days_since_two_way": lambda a, days, currency: _two_way(a),
    "open_alerts": lambda a, days, currency: Alert.objects.filter(account=a, closed_at=None).count(),
    "pulse": lambda a, days, currency: _pulse(a, lambda one: str(one.step) if one.holds_on(TODAY) else None),
    "pulse_age": lambda a, days, currency: _pulse(a, lambda one: (TODAY - day_of(one.at)).days),
    "last_nps": lambda a, days, currency: _answered(a, "nps"),
    "last_nps_decision_maker": lambda a, days, currency: _answered(a, "nps", "decision_maker"),
    "last_csat": lambda a, days, currency: _answered(a, "csat"),
    "last_ces": lambda a, days, currency: _answered(a, "ces"),
    "unanswered": lambda a, days, currency: next((one.unanswered for one in Silence.objects.filter(account=a)), None),
    "answered": lambda a, days, currency: max(
        (day_of(one.answered_at) for one in Answer.objects.counted().filter(account=a)), default=None
    ),
}


def _promises(account: Account) -> list[Expectation]:
    return list(Expectation.objects.filter(account=account))


def _attitude(account: Account, name: str) -> Any:
    row = Attitude.objects.filter(account=account).first()
    value = getattr(row, name) if row else None
    return float(value) if isinstance(value, Decimal) else value


def _part(account: Account, key: str) -> float | None:
    rows = HealthScore.objects.filter(account=account, day__lte=TODAY).order_by("day")
    standing = [row for row in rows if (TODAY - row.day).days < STANDS_DAYS]
    return next(part["value"] for part in standing[-1].parts if part["key"] == key) if standing else None


def _pulse(account: Account, read: Any) -> Any:
    newest = Pulse.objects.filter(account=account, taken_back_at=None).order_by("-at", "-pk").first()
    return read(newest) if newest else None


def value_of(account: Account, key: str, days: int, currency: str) -> Any:
    """A value, a list for a set, None where nothing is known."""
    family, _colon, name = key.partition(":")
    if family == "custom":
        return _own(account, CustomField.objects.get(about="account", key=name))
    if family == "contact_custom":
        field = CustomField.objects.get(about="contact", key=name)
        return Among(_own(contact, field) for contact in _contacts(account))
    if key.startswith("part_"):
        return _part(account, key.removeprefix("part_"))
    if family.startswith("metric_"):
        return _metric(account, family.removeprefix("metric_"), name, days)
    return VALUES[key](account, days, currency)


def known_value(account: Account, *about: Any) -> Any:
    """Looked up once for each object: nothing changes while conditions are compared."""
    known = vars(account).setdefault("known_values", {})
    if about not in known:
        known[about] = value_of(account, *about)
    return known[about]


class Among(tuple[Any, ...]):
    """What some people have each: a condition is met when one of them meets it."""


def _own(holder: Account | Contact, field: CustomField) -> Any:
    value = holder.custom.get(field.key)
    shapes = {"text": str, "choice": str, "date": str, "number": int | float, "yes_no": bool}
    if not isinstance(value, shapes[field.kind]) or value == "" or (field.kind == "number" and value is True):
        return None
    return date.fromisoformat(value) if field.kind == "date" else value


# ------------------------------------------------------------------ what conditions ask


def meets(raw: dict[str, Any], account: Account) -> Known:
    """Whether an account meets a group or a condition."""
    if "field" not in raw:
        ((match, items),) = raw.items()
        answers = [meets(item, account) for item in items]
        decisive = match == "any"
        return decisive if decisive in answers else None if None in answers else not decisive
    value = known_value(account, raw["field"], raw.get("days", 0), raw.get("currency", ""))
    kind = "text" if raw["field"] in {"name", "industry", "custom:text", "contact_custom:text"} else ""
    return _answer(raw["op"], value, raw.get("value"), kind)


def _answer(op: str, value: Any, wanted: Any, kind: str) -> Known:
    if isinstance(value, Among):
        known = [one for one in value if one is not None]
        if op in {"empty", "not_empty"}:
            return bool(known) == (op == "not_empty")
        return any(_answer(op, one, wanted, kind) for one in known) if known else None
    if isinstance(value, list):
        common = bool(set(value) & set(wanted or ()))
        return {"any_of": common, "none_of": not common, "empty": not value, "not_empty": bool(value)}[op]
    if op in {"empty", "not_empty"}:
        return (value is None) == (op == "empty")
    if value is None:
        return None
    if isinstance(value, date):
        return _on_day(op, value, wanted)
    if isinstance(value, str) and kind == "text":
        value = value.lower()
        wanted = [one.lower() for one in wanted] if isinstance(wanted, list) else wanted.lower()
    return {
        "yes": lambda: bool(value),
        "no": lambda: not value,
        "is": lambda: value == wanted,
        "is_not": lambda: value != wanted,
        "contains": lambda: wanted in value,
        "begins": lambda: value.startswith(wanted),
        "below": lambda: value < wanted,
        "at_most": lambda: value <= wanted,
        "above": lambda: value > wanted,
        "at_least": lambda: value >= wanted,
        "between": lambda: wanted[0] <= value <= wanted[1],
        "any_of": lambda: value in wanted,
        "none_of": lambda: value not in wanted,
    }[op]()


def _on_day(op: str, value: date, wanted: Any) -> bool:
    if op in {"before", "after"}:
        day = date.fromisoformat(wanted)
        return value < day if op == "before" else value > day
    days = (value - TODAY).days
    return 0 <= days <= wanted if op == "next_days" else -wanted <= days <= 0
