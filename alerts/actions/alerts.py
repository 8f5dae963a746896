"""Alerts: opened, fed, left and closed by the rules, in sets. What people do about them: `actions.care`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from accounts.actions import facts as fact_actions
from accounts.actions.facts import NewFact
from alerts import holdout, queries
from alerts.kinds import OUR_OWN, Kind
from alerts.models import Alert
from alerts.rules import DECISION_MAKER, Driver, Episode, Outcome, Terms, decide, is_event
from alerts.standings import Situation, add_causes, situations
from lib.inserting import insert
from lib.time import day_of
from lib.updating import update
from workspaces.models import User

NEW = [
    "account_id", "rule", "score", "opened_at", "is_urgent", "drivers", "held", "holdout_share", "is_held_out",
]  # fmt: skip
STORED = [
    "drivers", "held", "is_urgent", "closed_at", "closed_how",
    "acknowledged_at", "acknowledged_by_id", "snoozed_until", "snooze_reason", "news_at",
]  # fmt: skip

EXPLAINED = [Kind.SCORE_BAND, Kind.SCORE_DROP, Kind.COMPONENT]  # the parts of the score say why


@dataclass
class _Work:
    """What one evaluation has to store."""

    opened: list[Alert] = field(default_factory=list)
    changed: dict[int, Alert] = field(default_factory=dict)
    closed: list[Alert] = field(default_factory=list)
    events: frozenset[str] = frozenset()  # keys of rules whose alerts everybody is told
    holdout_share: int = 0


@transaction.atomic
def evaluate(*, account_ids: Sequence[int], at: datetime) -> None:
    """Let the rules look at these accounts: a statement for each kind of rule in use, whatever their number.

    A second open alert of one account and rule cannot be: the unique constraint holds it, and whoever scores an
    account holds the account (see `mark_stale`).
    """
    rules = queries.terms()
    found = situations(account_ids, rules, at)
    outcomes = {account_id: _decide(situation, rules) for account_id, situation in found.items()}
    add_causes(_score_drivers(outcomes), day_of(at))
    events = frozenset(rule.key for rule in rules if is_event(rule))
    work = _Work(events=events, holdout_share=queries.alert_settings().holdout_share)
    for account_id, outcome in outcomes.items():
        _apply(work, account_id, found[account_id], outcome, at)
    _store(work.opened)
    update(list(work.changed.values()), STORED)
    fact_actions.record_facts(facts=_facts(work, found, at), at=at)


def _store(opened: Sequence[Alert]) -> None:
    ids = insert(Alert, [{name: getattr(alert, name) for name in NEW} for alert in opened])
    for alert, pk in zip(opened, ids, strict=True):
        alert.pk = pk


def _decide(situation: Situation, rules: Sequence[Terms]) -> Outcome:
    episodes = [
        Episode(
            rule=alert.rule,
            is_open=alert.is_open,
            is_resolved=alert.closed_how == Alert.Closed.RESOLVED,
            drivers=alert.drivers,
            held=alert.held,
            opened_at=alert.opened_at,
            score=None if alert.score is None else float(alert.score),
            is_held_out=alert.is_held_out,
        )
        for alert in situation.alerts
    ]
    return decide(situation.standing, episodes, rules)


def _score_drivers(outcomes: dict[int, Outcome]) -> dict[int, list[Driver]]:
    found: dict[int, list[Driver]] = {}
    for account_id, outcome in outcomes.items():
        told = [driver for _, drivers in outcome.opened for driver in drivers]
        told += [driver for drivers in outcome.appended.values() for driver in drivers]
        scored = [driver for driver in told if driver["kind"] in EXPLAINED]
        if scored:
            found[account_id] = scored
    return found


def _apply(work: _Work, account_id: int, situation: Situation, outcome: Outcome, at: datetime) -> None:
    for rule, drivers in outcome.opened:
        alert = Alert(account_id=account_id, rule=rule, opened_at=at, score=_stored(situation.standing.score))
        _add_drivers(alert, drivers)
        _draw(work, alert)
        work.opened.append(alert)
    for position, rules in outcome.left.items():
        alert = situation.alerts[position]
        _leave(alert, rules, at)
        work.changed[alert.pk] = alert
    for position, drivers in outcome.appended.items():
        alert = situation.alerts[position]
        if _add_drivers(alert, drivers):
            _show_again(alert, at)
        work.changed[alert.pk] = alert
    for position, drivers in outcome.silent.items():
        alert = situation.alerts[position]
        _add_drivers(alert, drivers)
        work.changed[alert.pk] = alert
    for alert in situation.alerts:
        if alert.pk in work.changed and alert.is_open and not alert.held:
            is_lost = not situation.standing.may_open_soft
            alert.closed_at, alert.closed_how = at, Alert.Closed.LOST if is_lost else Alert.Closed.RECOVERED
            work.closed.append(alert)


def _stored(score: float | None) -> Decimal | None:
    return None if score is None else Decimal(str(score))


def _leave(alert: Alert, rules: Sequence[str], at: datetime) -> None:
    alert.held = [rule for rule in alert.held if rule not in rules]
    for driver in alert.drivers:
        if driver["rule"] in rules:
            driver.setdefault("over_at", at.isoformat())


def _add_drivers(alert: Alert, drivers: Sequence[Driver]) -> bool:
    """Add or refresh drivers; whether one of them is an answer or an event that the alert was not told of."""
    has_news = False
    for driver in drivers:
        known = [old for old in alert.drivers if "answer_id" in old and _is_same(old, driver)]
        has_news |= "answer_id" in driver and [old["value"] for old in known] != [driver["value"]]
        has_news |= driver["kind"] == Kind.EXPECTATION_BROKEN
        alert.drivers = [*(old for old in alert.drivers if old not in known), driver]
    alert.held = sorted({*alert.held, *(driver["rule"] for driver in drivers)})
    alert.is_urgent = any(driver.get("contact_role") == DECISION_MAKER for driver in alert.drivers)
    return has_news


def _is_same(old: Driver, new: Driver) -> bool:
    return bool(old["rule"] == new["rule"] and old["answer_id"] == new.get("answer_id"))


def _draw(work: _Work, alert: Alert) -> None:
    """Let an alert take part in the hold-out, unless an event is among what led to it."""
    if work.holdout_share and not work.events & set(alert.held):
        alert.holdout_share = work.holdout_share
        alert.is_held_out = holdout.is_held_out(alert.account_id, alert.rule, work.holdout_share)


def _show_again(alert: Alert, at: datetime) -> None:
    """Another answer or event is news for whoever had seen the alert or put it off."""
    alert.news_at = at
    alert.acknowledged_at = alert.acknowledged_by = alert.snoozed_until = None
    alert.snooze_reason = ""


def _facts(work: _Work, found: Mapping[int, Situation], at: datetime) -> list[NewFact]:
    """What the timeline is told; nothing of alerts that are held out."""
    opened = [_opened_fact(alert, at) for alert in work.opened if not alert.is_held_out]
    still_open: dict[int, int] = {}
    for alert in [*work.opened, *(alert for situation in found.values() for alert in situation.alerts)]:
        counts = alert.is_open and not alert.is_held_out
        still_open[alert.account_id] = still_open.get(alert.account_id, 0) + counts
    closed = [
        closed_fact(alert, at, still_open[alert.account_id], found[alert.account_id].band)
        for alert in work.closed
        if not alert.is_held_out
    ]
    return opened + closed


def _opened_fact(alert: Alert, at: datetime) -> NewFact:
    data = {
        "alert_id": alert.pk,
        "rule": alert.rule,
        "reason_code": alert.rule,
        **named(alert),
        "is_urgent": alert.is_urgent,
        "disappoints": any(driver["kind"] not in OUR_OWN for driver in alert.drivers),
        "driver": alert.first_driver,
    }
    return NewFact(alert.account_id, "alert.opened", at, data)


def named(alert: Alert) -> dict[str, str]:
    """What the rule was called when it opened the alert, if somebody had named it."""
    name = alert.first_driver.get("name")
    return {"rule_name": name} if name else {}


def closed_fact(alert: Alert, at: datetime, still_open: int, band: str, by: User | None = None) -> NewFact:
    """That an alert is over, with how many others the account still has."""
    data = {
        "alert_id": alert.pk,
        "rule": alert.rule,
        **named(alert),
        "how": str(alert.closed_how),
        "open_alerts": still_open,
        "band": band,
    }
    return NewFact(alert.account_id, "alert.closed", at, data, by)
