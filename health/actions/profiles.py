"""How a workspace weighs the parts of the score, and which alert rules it uses."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from health.actions.scores import mark_all_stale
from health.models import HealthProfile
from health.parts import PARTS, TOTAL_WEIGHT
from health.rules import Rule
from outbox import actions as outbox_actions
from workspaces import actions as workspace_actions
from workspaces.models import User

RESCORE_EFFECT = "health.rescore_stale"


class NotHundred(Exception):
    """The weights of the five parts, each 0 to 100, do not add up to 100."""


class UnknownRule(Exception):
    """There is no alert rule of that name."""


@transaction.atomic
def set_weights(*, weights: Mapping[str, int], at: datetime, by: User | None) -> HealthProfile:
    """Weigh the parts anew and have every account scored again. Raises NotHundred."""
    if set(weights) != set(PARTS) or min(weights.values()) < 0 or sum(weights.values()) != TOTAL_WEIGHT:
        raise NotHundred
    profile = _profile(at)
    before = {key: getattr(profile, key) for key in PARTS}
    if before == dict(weights):
        return profile
    for key in PARTS:
        setattr(profile, key, weights[key])
    _save(profile, at, by)
    workspace_actions.record(
        kind="health.weighed", at=at, by=by, detail={"before": before, "after": {key: weights[key] for key in PARTS}}
    )
    mark_all_stale(at=at)
    outbox_actions.enqueue(kind=RESCORE_EFFECT, key=f"weights:{at.isoformat()}", payload={}, at=at)
    return profile


@transaction.atomic
def set_rules(*, off: Sequence[str], at: datetime, by: User | None) -> HealthProfile:
    """Switch alert rules off, all others on. What is open stays open until it is left. Raises UnknownRule."""
    if not set(off) <= set(Rule.values):
        raise UnknownRule
    profile = _profile(at)
    if set(profile.rules_off) == set(off):
        return profile
    profile.rules_off = sorted(off)
    _save(profile, at, by)
    workspace_actions.record(kind="health.rules_changed", at=at, by=by, detail={"off": profile.rules_off})
    return profile


def _profile(at: datetime) -> HealthProfile:
    return HealthProfile.objects.select_for_update(of=("self",)).first() or HealthProfile(changed_at=at)


def _save(profile: HealthProfile, at: datetime, by: User | None) -> None:
    profile.changed_at, profile.changed_by = at, by
    profile.save()
