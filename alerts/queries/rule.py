"""Alert rules: which there are, and what evaluation needs of them."""

from datetime import timedelta

from alerts.models import AlertRule, AlertRuleQuerySet, AlertSettings
from alerts.rules import BUILT_IN, Rule, Terms


def alert_rules() -> AlertRuleQuerySet:
    """Rules in use, on or off: hard ones first, then by age."""
    return AlertRule.objects.live().select_related("changed_by").order_by("-is_hard", "pk")


def retired_rules() -> AlertRuleQuerySet:
    """Rules put away, the last first."""
    return AlertRule.objects.exclude(retired_at=None).select_related("changed_by").order_by("-retired_at", "-pk")


def terms() -> list[Terms]:
    """Every rule as decisions need it, also those off or retired: what they opened has to be closed."""
    return [terms_of(rule) for rule in AlertRule.objects.order_by("-is_hard", "pk")]


def terms_of(rule: AlertRule) -> Terms:
    return Terms(
        key=rule.key,
        kind=rule.kind,
        parameters=rule.parameters,
        is_hard=rule.is_hard,
        is_on=rule.is_on and rule.retired_at is None,
        cool_down=timedelta(days=rule.cool_down_days),
        segment_id=rule.segment_id,
        name=rule.name,
        follows_budget=rule.follows_budget,
    )


def rule_names() -> list[tuple[str, str]]:
    """(key, name) of every rule that may have opened an alert."""
    return [(rule.key, rule.label) for rule in AlertRule.objects.order_by("-is_hard", "pk")]


def rules_off() -> list[str]:
    """Which of the rules that every workspace starts with open nothing."""
    own = [rule.key for rule in BUILT_IN]
    on = AlertRule.objects.live().filter(key__in=own, is_on=True).values_list("key", flat=True)
    return sorted(set(Rule.values) - set(on))


def alert_settings() -> AlertSettings:
    """How the workspace deals with its alerts; as it starts while nobody has changed it."""
    settings: AlertSettings | None = AlertSettings.objects.select_related("changed_by").first()
    return settings or AlertSettings()


def budget() -> int:
    """Alerts a month, for each 100 accounts, that the workspace can follow."""
    return alert_settings().budget
