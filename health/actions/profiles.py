"""How a workspace weighs the parts of the score."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import Account
from health.actions import scores
from health.models import HealthProfile, HealthScore
from health.parts import PARTS, TOTAL_WEIGHT
from lib.markup import band_label
from lib.time import day_of
from outbox import actions as outbox_actions
from workspaces import actions as workspace_actions
from workspaces.models import User

RESCORE_EFFECT = "health.rescore_stale"


class NotHundred(Exception):
    """The weights of the five parts, each 0 to 100, do not add up to 100."""


@dataclass(frozen=True)
class Preview:
    """How many of `accounts` would be in another band: `moves` counts them by (band now, band then)."""

    accounts: int
    moves: dict[tuple[str, str], int]

    @property
    def moved(self) -> int:
        return sum(self.moves.values())

    def rows(self) -> list[tuple[str, str, int]]:
        """(band now, band then, accounts) in words, the most frequent first."""
        ordered = sorted(self.moves.items(), key=lambda move: (-move[1], move[0]))
        return [(band_label(before), band_label(after), count) for (before, after), count in ordered]


def check(weights: Mapping[str, int]) -> None:
    """Raises NotHundred."""
    if set(weights) != set(PARTS) or min(weights.values()) < 0 or sum(weights.values()) != TOTAL_WEIGHT:
        raise NotHundred


@transaction.atomic
def set_weights(*, weights: Mapping[str, int], at: datetime, by: User | None) -> HealthProfile:
    """Weigh the parts anew and have every account scored again. Raises NotHundred."""
    check(weights)
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
    scores.mark_all_stale(at=at)
    outbox_actions.enqueue(kind=RESCORE_EFFECT, key=f"weights:{at.isoformat()}", payload={}, at=at)
    return profile


def preview_weights(*, weights: Mapping[str, int], at: datetime, most: int) -> Preview:
    """What `weights` would do to the first `most` accounts: they are scored, counted, and taken back."""
    check(weights)
    accounts = Account.objects.order_by("pk").values_list("pk", "health_band")[:most]
    before = dict(accounts)
    with transaction.atomic():
        scores.score(list(before), day=day_of(at), at=at, weights=weights)
        rows = HealthScore.objects.filter(day=day_of(at), account_id__in=list(before))
        after = dict(rows.values_list("account_id", "band"))
        transaction.set_rollback(True)
    moves = Counter((before[pk], after[pk]) for pk in before)
    return Preview(sum(moves.values()), {move: n for move, n in moves.items() if move[0] != move[1]})


def _profile(at: datetime) -> HealthProfile:
    return HealthProfile.objects.select_for_update(of=("self",)).first() or HealthProfile(changed_at=at)


def _save(profile: HealthProfile, at: datetime, by: User | None) -> None:
    profile.changed_at, profile.changed_by = at, by
    profile.save()
