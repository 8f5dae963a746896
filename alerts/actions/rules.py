"""Alert rules: made, changed, switched and put away by people, without code."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.actions.ranges import enqueue_ranges
from accounts.models import Metric
from alerts import kinds, queries
from alerts.kinds import BadParameters, Kind
from alerts.models import AlertRule, AlertRuleQuerySet
from alerts.rules import BETTER, BUILT_IN, COOL_DOWN_DAYS, Rule, Terms
from health import scoring
from health.actions import scores as score_actions
from lib import changing
from lib.time import day_of, midnight
from segments.models import Segment
from workspaces import actions as workspace_actions
from workspaces.models import User

MOST_RULES = 50
LONGEST_COOL_DOWN = 365
STEP = 5  # points of a score
CHANGEABLE = ["name", "parameters", "segment_id", "is_hard", "is_on", "cool_down_days", "follows_budget"]
UNSEEN = {"name", "follows_budget"}  # what changes nothing for any account


class NameTaken(Exception):
    """Another rule has this name."""


class NameMissing(Exception):
    """A rule that somebody made needs a name."""


class TooManyRules(Exception):
    """MOST_RULES are there already."""


class NotAvailable(Exception):
    """The segment is not in use."""


class NotAThreshold(Exception):
    """Only the threshold of a rule about the score can follow the budget."""


class UnknownRule(Exception):
    """There is no alert rule of that name."""


def give_first_rules(*, at: datetime) -> None:
    """What every workspace starts with; those that are there stay as they are."""
    first = [
        AlertRule(
            key=rule.key,
            kind=rule.kind,
            parameters=dict(rule.parameters),
            is_hard=rule.is_hard,
            follows_budget=rule.follows_budget,
            created_at=at,
        )
        for rule in BUILT_IN
    ]
    AlertRule.objects.bulk_create(first, ignore_conflicts=True)


@transaction.atomic
def create_rule(
    *,
    name: str,
    kind: str,
    parameters: Any,
    at: datetime,
    by: User | None,
    segment_id: int | None = None,
    is_hard: bool | None = None,
    is_on: bool = True,
    cool_down_days: int = COOL_DOWN_DAYS,
    follows_budget: bool = False,
) -> AlertRule:
    """Add a rule, and let it look at every account. Hard as its kind is, unless told.

    With `follows_budget` the threshold told holds only until the budget sets one: at once, if history is enough.

    Raises BadParameters, NameMissing, NameTaken, NotAThreshold, NotAvailable, TooManyRules.
    """
    written = checked(kind, parameters)
    _check_follows(kind, follows_budget)
    held = list(AlertRule.objects.select_for_update(of=("self",)).order_by("pk"))
    if sum(rule.retired_at is None for rule in held) >= MOST_RULES:
        raise TooManyRules
    rule = AlertRule(
        key=f"rule_{len(held) + 1}",
        name=name.strip(),
        kind=kind,
        parameters=written,
        segment_id=_available(segment_id),
        is_hard=kind in kinds.HARD if is_hard is None else is_hard,
        is_on=is_on,
        cool_down_days=cool_down_days,
        follows_budget=follows_budget,
        created_at=at,
    )
    _save(rule, at, by)
    workspace_actions.record(kind="alert_rule.created", subject=rule.label, at=at, by=by, detail=_told(rule))
    _look(rule, at)
    return _handed_over(rule, at, by)


@transaction.atomic
def update_rule(*, rule: AlertRule, at: datetime, by: User | None, **fields: Any) -> AlertRule:
    """Change some of `CHANGEABLE`; the kind stays. What is open stays open until it is left by the new terms, or,
    while the budget sets them, by those it opened by where they are stricter.

    What a rule looks at anew, it looks at soon. Whoever changes a threshold takes it from the budget, unless they also
    say that it follows. One that follows is set at once, if history is enough, when it is handed to the budget and
    whenever anything but its name changes: another segment or cool-down has another threshold that spends it.

    Raises BadParameters, NameMissing, NameTaken, NotAThreshold, NotAvailable.
    """
    _hold(rule)
    said = {name: fields[name] for name in CHANGEABLE if name in fields}
    if "parameters" in said:
        said["parameters"] = checked(rule.kind, said["parameters"])
        if said["parameters"] != rule.parameters:
            said.setdefault("follows_budget", False)
    _check_follows(rule.kind, said.get("follows_budget", False))
    if said.get("segment_id", rule.segment_id) != rule.segment_id:
        _available(said["segment_id"])
    before = _change(rule, said, at, by)
    return _handed_over(rule, at, by) if before.keys() - {"name"} else rule


def _hold(rule: AlertRule) -> None:
    """The rule as it is now, held until the transaction ends: the budget writes thresholds whenever it does."""
    rule.refresh_from_db(from_queryset=AlertRule.objects.select_for_update(of=("self",)))


def _change(rule: AlertRule, said: Mapping[str, Any], at: datetime, by: User | None, **why: str) -> dict[str, Any]:
    """Store what is different, told to the audit trail with `why`; what stood there before."""
    if before := changing.take(rule, said, CHANGEABLE):
        _save(rule, at, by)
        detail = changing.told(rule, before) | why
        workspace_actions.record(kind="alert_rule.changed", subject=rule.label, at=at, by=by, detail=detail)
        if before.keys() - UNSEEN:
            _look(rule, at)
    return before


@transaction.atomic
def switch_first_rules(*, off: Sequence[str], at: datetime, by: User | None) -> None:
    """Switch some of the rules that every workspace starts with off, all others of them on. Raises UnknownRule."""
    if not set(off) <= set(Rule.values):
        raise UnknownRule
    for rule in AlertRule.objects.live().filter(key__in=Rule.values):
        update_rule(rule=rule, is_on=rule.key not in off, at=at, by=by)


@transaction.atomic
def retire_rule(*, rule: AlertRule, at: datetime, by: User | None) -> AlertRule:
    """Put it away: it opens nothing more, and its alerts close when they are over. It can be brought back."""
    _hold(rule)
    rule.retired_at = at
    _save(rule, at, by)
    workspace_actions.record(kind="alert_rule.retired", subject=rule.label, at=at, by=by)
    return rule


@transaction.atomic
def restore_rule(*, rule: AlertRule, at: datetime, by: User | None) -> AlertRule:
    """Bring back a rule that was put away, with the threshold of the budget by now if it follows that.

    Raises NameTaken, TooManyRules.
    """
    if queries.alert_rules().count() >= MOST_RULES:
        raise TooManyRules
    _hold(rule)
    rule.retired_at = None
    _save(rule, at, by)
    workspace_actions.record(kind="alert_rule.restored", subject=rule.label, at=at, by=by)
    _look(rule, at)
    return _handed_over(rule, at, by)


@transaction.atomic
def spend_budget(*, at: datetime, by: User | None) -> list[AlertRule]:
    """Let each rule that follows the budget open below the threshold that spends its share; those that change.

    Where history is too short, or every threshold spends more, a rule stays as it is.
    """
    return _spend(AlertRule.objects.of_budget(), at, by)


@transaction.atomic
def keep_budget(*, at: datetime) -> list[AlertRule]:
    """`spend_budget` for the rules for which nobody has done it this month, by STEP at most: those that change.

    A threshold that rises opens an alert for everybody between the old and the new one at once, more than the budget
    that it is set for; a step a month keeps that small. One with too little history is asked again on the next day. A
    second time in a month changes nothing.
    """
    month = midnight(day_of(at).replace(day=1))
    return _spend(AlertRule.objects.of_budget().exclude(budgeted_at__gte=month), at, None, most=STEP)


def _handed_over(rule: AlertRule, at: datetime, by: User | None) -> AlertRule:
    """The rule, with the threshold of the budget if it follows that."""
    if rule.follows_budget:
        _spend(AlertRule.objects.of_budget().filter(pk=rule.pk), at, by)
        rule.refresh_from_db()
    return rule


def _spend(rules: AlertRuleQuerySet, at: datetime, by: User | None, most: int = 100) -> list[AlertRule]:
    """Of these, held until the transaction ends, each is over BETTER points above the threshold it opens below.

    `most`: points by which a threshold moves.
    """
    held = list(rules.select_for_update(of=("self",)).order_by("pk"))
    terms = {rule.key: queries.terms_of(rule) for rule in held}
    found, shares = queries.thresholds(list(terms.values()), day_of(at)), _shares(terms.values(), at)
    enough = [rule for rule in held if found[rule.key].is_enough]
    AlertRule.objects.filter(pk__in=[rule.pk for rule in enough]).update(budgeted_at=at)
    changed = []
    for rule in enough:
        rule.budgeted_at = at
        wanted, now = found[rule.key].spending(shares[rule.key]), rule.parameters["below"]
        if wanted is None:
            continue
        below = max(now - most, min(now + most, wanted))
        parameters = {"below": below, "leave_from": below + BETTER}
        if _change(rule, {"parameters": parameters}, at, by, set_by="budget"):
            changed.append(rule)
    return changed


def _shares(rules: Iterable[Terms], at: datetime) -> dict[str, float]:
    """What each may open, by its key."""
    every, budget, opened = queries.terms(), queries.budget(), queries.load(at)
    return {rule.key: queries.share(rule, every, budget, opened) for rule in rules}


def _check_follows(kind: str, follows_budget: bool) -> None:
    if follows_budget and kind != Kind.SCORE_BAND:
        raise NotAThreshold


def checked(kind: str, parameters: Any) -> dict[str, Any]:
    """Parameters as they are stored. Raises BadParameters."""
    written = kinds.check(kind, parameters)
    if kind in kinds.OF_METRICS and not Metric.objects.filter(key=written["metric"]).exists():
        raise BadParameters({"metric": kinds.no_metric()})
    return written


def _look(rule: AlertRule, at: datetime) -> None:
    """Rules look at whoever is scored: so everybody is, a chunk at a time. Once for all that changes at one time."""
    if rule.is_on:
        enqueue_ranges(kind=score_actions.CHUNK_EFFECT, key=f"rules:{at.isoformat()}", size=scoring.CHUNK, at=at)


def _available(segment_id: int | None) -> int | None:
    if segment_id is not None and not Segment.objects.live().filter(pk=segment_id).exists():
        raise NotAvailable
    return segment_id


def _told(rule: AlertRule) -> dict[str, Any]:
    return {"kind": rule.kind, **rule.parameters}


def _save(rule: AlertRule, at: datetime, by: User | None) -> None:
    if not rule.name and rule.key not in Rule.values:
        raise NameMissing
    rule.changed_at, rule.changed_by = at, by
    try:
        with transaction.atomic():
            rule.save()
    except IntegrityError as error:
        raise NameTaken(rule.name) from error
