"""How a workspace deals with complaints, and what it takes for one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from complaints import starters
from complaints.models import ComplaintRule, ComplaintSettings
from lib import changing
from lib.bounds import FIRST_HOUR, LAST_HOUR
from workspaces import actions as workspace_actions
from workspaces.models import User

LIMITS = {
    "promise_hours": (1, 400),
    "follow_up_hours": (1, 400),
    "opens_at": FIRST_HOUR,
    "closes_at": LAST_HOUR,
    "silent_prior": (0, 1000),
    "prior_weight": (0, 100),
}
SOURCE = ComplaintRule.Source
OF_RULE = (
    "name",
    "source",
    "words",
    "is_bad_only",
    "needs_comment",
    "priorities",
    "topics",
    "tags",
    "felt_at_most",
    "is_on",
)


class NoHours(Exception):
    """Work would end before it begins."""


@transaction.atomic
def update_settings(*, changes: Mapping[str, Any], at: datetime, by: User | None) -> ComplaintSettings:
    """Change any of LIMITS, from now on: what was promised stays as it was. Raises NoHours."""
    ours: ComplaintSettings
    ours, _ = ComplaintSettings.objects.select_for_update(of=("self",)).get_or_create()
    if not (before := changing.take(ours, changes, LIMITS)):
        return ours
    if ours.opens_at >= ours.closes_at:
        raise NoHours
    ours.save(update_fields=list(before))
    detail = changing.told(ours, before)
    workspace_actions.record(kind="complaint_settings.changed", at=at, by=by, detail=detail)
    return ours


@transaction.atomic
def add_rule(*, fields: Mapping[str, Any], at: datetime, by: User | None) -> ComplaintRule:
    """Take what comes in like this for a complaint, from now on; `fields` are of OF_RULE."""
    rule: ComplaintRule = ComplaintRule.objects.create(**_known(fields), created_at=at)
    workspace_actions.record(kind="complaint_rule.added", subject=rule.name, at=at, by=by)
    return rule


@transaction.atomic
def change_rule(*, rule: ComplaintRule, changes: Mapping[str, Any], at: datetime, by: User | None) -> ComplaintRule:
    """Change any of OF_RULE; complaints that it has opened stay."""
    if changed := list(changing.take(rule, changes, OF_RULE)):
        rule.save(update_fields=changed)
        detail = {"fields": changed}
        workspace_actions.record(kind="complaint_rule.changed", subject=rule.name, at=at, by=by, detail=detail)
    return rule


@transaction.atomic
def remove_rule(*, rule: ComplaintRule, at: datetime, by: User | None) -> None:
    """Forget a rule; complaints that it has opened stay."""
    workspace_actions.record(kind="complaint_rule.removed", subject=rule.name, at=at, by=by)
    ComplaintRule.objects.filter(pk=rule.pk).delete()


@transaction.atomic
def give_first_rules(*, at: datetime) -> None:
    """What a workspace starts with, in the language of whoever founds it."""
    ComplaintRule.objects.bulk_create(ComplaintRule(**fields, created_at=at) for fields in starters.starters())


def has_condition(rule: ComplaintRule | None, changes: Mapping[str, Any]) -> bool:
    """Whether a rule with these changes sets any condition: one without would take everything for a complaint."""
    wanted = rule or ComplaintRule()
    fields = {name: getattr(wanted, name) for name in OF_RULE} | _known(changes)
    if fields["words"]:
        return True
    if fields["source"] == SOURCE.ANSWER:
        return bool(fields["is_bad_only"])
    if fields["source"] == SOURCE.TICKET:
        return bool(fields["priorities"] or fields["topics"] or fields["tags"])
    return fields["felt_at_most"] is not None


def _known(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: fields[name] for name in OF_RULE if name in fields}
