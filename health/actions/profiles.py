"""Profiles: to whom each applies, how it weighs the parts of the score, and which value it desires of each."""

from collections import Counter
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from accounts.stages import Stage
from health import queries
from health.actions import recomputing, scores
from health.first_profiles import FIRST
from health.models import HealthProfile
from health.parts import PARTS, TOTAL_WEIGHT
from lib.markup import band_label
from lib.time import day_of
from outbox import actions as outbox_actions
from segments.models import Segment
from workspaces import actions as workspace_actions
from workspaces.models import User

RESCORE_EFFECT = "health.rescore_stale"
MOST_PROFILES = 20
MOST_TARGET = 100
MOST_SHIFTS = 10
CHANGEABLE = ["name", "segment_id", "stages", "weights", "targets"]
WHO = ["segment_id", "stages"]


class NotHundred(Exception):
    """The weights of the eight parts, each 0 to 100, do not add up to 100."""


class BadTargets(Exception):
    """Each part has a target of 0 to 100."""


class NameTaken(Exception):
    """Another profile has this name."""


class NotAvailable(Exception):
    """The segment is not in use."""


class ForNobody(Exception):
    """A profile but the default one is for a segment or for stages; the default one is for everybody else."""


class TooManyProfiles(Exception):
    """MOST_PROFILES are there already."""


class IsDefault(Exception):
    """The default profile can neither be put away nor stand before another."""


@dataclass(frozen=True)
class Shift:
    """One account whose score would be another: what it is now and then, None and "" where too little is known."""

    account_id: int
    name: str
    score: float | None
    band: str
    new_score: float | None
    new_band: str

    @property
    def delta(self) -> float:
        return (self.new_score or 0.0) - (self.score or 0.0)


@dataclass(frozen=True)
class Preview:
    """How many of `accounts` would be in another band: `moves` counts them by (band now, band then).

    `shifts`: the accounts that move most, those into another band first. `has_more`: there are accounts that were not
    tried.
    """

    accounts: int
    moves: dict[tuple[str, str], int]
    shifts: list[Shift]
    has_more: bool = False

    @property
    def moved(self) -> int:
        return sum(self.moves.values())

    def rows(self) -> list[tuple[str, str, int]]:
        """(band now, band then, accounts) in words, the most frequent first."""
        ordered = sorted(self.moves.items(), key=lambda move: (-move[1], move[0]))
        return [(band_label(before), band_label(after), count) for (before, after), count in ordered]


def give_first_profiles(*, at: datetime) -> None:
    """What every workspace starts with; those that are there stay as they are."""
    HealthProfile.objects.bulk_create(
        [
            HealthProfile(
                name=str(first.name),
                place=place if first.stages else 0,
                stages=list(first.stages),
                targets=list(first.targets),
                **first.weights,
            )
            for place, first in enumerate(FIRST, start=1)
        ],
        ignore_conflicts=True,
    )


# ------------------------------------------------------------------ what may be said
def check(weights: Mapping[str, int]) -> None:
    """Raises NotHundred."""
    if set(weights) != set(PARTS) or min(weights.values()) < 0 or sum(weights.values()) != TOTAL_WEIGHT:
        raise NotHundred


def _check(one: HealthProfile, said: Mapping[str, Any]) -> None:
    """Of `said` only what is another is looked at: who keeps a segment that was put away may change the rest."""
    if "weights" in said:
        check(said["weights"])
    if "targets" in said and (
        set(said["targets"]) != set(PARTS) or not all(0 <= one <= MOST_TARGET for one in said["targets"].values())
    ):
        raise BadTargets
    segment_id, stages = said.get("segment_id", one.segment_id), said.get("stages", one.stages)
    is_for_everybody, is_default = segment_id is None and not stages, one.pk is not None and one.is_default
    if not set(stages) <= set(Stage.values) or is_for_everybody != is_default:
        raise ForNobody
    if segment_id not in (None, one.segment_id) and not Segment.objects.live().filter(pk=segment_id).exists():
        raise NotAvailable


def _set(one: HealthProfile, said: Mapping[str, Any]) -> None:
    for name in ("name", "segment_id", "stages"):
        if name in said:
            setattr(one, name, said[name])
    for key, weight in said.get("weights", {}).items():
        setattr(one, key, weight)
    if "targets" in said:
        one.targets = [said["targets"][key] for key in PARTS]


def _told(one: HealthProfile) -> dict[str, Any]:
    """What `CHANGEABLE` says of a profile."""
    return {
        "name": one.name, "segment_id": one.segment_id, "stages": one.stages, "weights": one.weights,
        "targets": one.desired,
    }  # fmt: skip


def _save(one: HealthProfile, at: datetime, by: User | None) -> None:
    one.changed_at, one.changed_by = at, by
    try:
        with transaction.atomic():
            one.save()
    except IntegrityError as error:
        raise NameTaken(one.name) from error


# ------------------------------------------------------------------ changes
@transaction.atomic
def create_profile(*, at: datetime, by: User | None, **said: Any) -> HealthProfile:
    """Add a profile before all others and score by it; all of `CHANGEABLE` but one of `WHO` is needed.

    Raises NotHundred, BadTargets, NameTaken, NotAvailable, ForNobody, TooManyProfiles.
    """
    others = list(HealthProfile.objects.live().select_for_update(of=("self",)).order_by("pk"))
    if len(others) >= MOST_PROFILES:
        raise TooManyProfiles
    one = HealthProfile(place=min((other.place for other in others if not other.is_default), default=1))
    _check(one, said)
    _set(one, said)
    HealthProfile.objects.live().exclude(stages=[], segment=None).update(place=F("place") + 1)
    _save(one, at, by)
    workspace_actions.record(kind="health_profile.added", subject=one.name, at=at, by=by, detail=_told(one))
    _rescore_all(f"added:{one.pk}", at)
    return one


@transaction.atomic
def update_profile(*, profile: HealthProfile, at: datetime, by: User | None, **said: Any) -> HealthProfile:
    """Change some of `CHANGEABLE`. Other weights compute every score anew, those of earlier days too.

    To whom it applies changes scores from today on: earlier days keep the profile they were scored by.
    Raises NotHundred, BadTargets, NameTaken, NotAvailable, ForNobody.
    """
    profile.refresh_from_db(from_queryset=HealthProfile.objects.select_for_update(of=("self",)))
    before = _told(profile)
    _check(profile, said)
    _set(profile, said)
    after = _told(profile)
    changed = [name for name in CHANGEABLE if after[name] != before[name]]
    if not changed:
        return profile
    _save(profile, at, by)
    if "weights" in changed:
        detail = {"profile": profile.name, "before": before["weights"], "after": after["weights"]}
        workspace_actions.record(kind="health.weighed", subject=profile.name, at=at, by=by, detail=detail)
        recomputing.start(profile=profile, before=before["weights"], at=at, by=by)
    if others := [name for name in changed if name != "weights"]:
        detail = {name: {"before": before[name], "after": after[name]} for name in others}
        workspace_actions.record(kind="health_profile.changed", subject=profile.name, at=at, by=by, detail=detail)
    if set(changed) & set(WHO):
        _rescore_all(f"changed:{profile.pk}", at)
    return profile


def set_weights(*, weights: Mapping[str, int], at: datetime, by: User | None) -> HealthProfile:
    """Other weights for the default profile. Raises NotHundred."""
    return update_profile(profile=queries.profile(), weights=weights, at=at, by=by)


@transaction.atomic
def move_profile(*, profile: HealthProfile, by_steps: int, at: datetime, by: User | None) -> bool:
    """Let it count before (-1) or after (1) its neighbour; whether there was one. Raises IsDefault."""
    if profile.is_default:
        raise IsDefault
    HealthProfile.objects.live().select_for_update(of=("self",)).order_by("pk").first()
    rows = [one for one in queries.profiles() if not one.is_default]
    place = next(place for place, one in enumerate(rows) if one.pk == profile.pk)
    target = place + by_steps
    if not 0 <= target < len(rows):
        return False
    rows.insert(target, rows.pop(place))
    for number, one in enumerate(rows, start=1):
        one.place = number
    HealthProfile.objects.bulk_update(rows, ["place"])
    workspace_actions.record(
        kind="health_profile.moved", subject=profile.name, at=at, by=by, detail={"order": [one.name for one in rows]}
    )
    _rescore_all(f"moved:{profile.pk}", at)
    return True


@transaction.atomic
def retire_profile(*, profile: HealthProfile, at: datetime, by: User | None) -> HealthProfile:
    """Put it away: its accounts are scored by the next that applies. It can be brought back. Raises IsDefault."""
    if profile.is_default:
        raise IsDefault
    profile.retired_at = at
    _save(profile, at, by)
    workspace_actions.record(kind="health_profile.retired", subject=profile.name, at=at, by=by)
    _rescore_all(f"retired:{profile.pk}", at)
    return profile


@transaction.atomic
def restore_profile(*, profile: HealthProfile, at: datetime, by: User | None) -> HealthProfile:
    """Bring back a profile that was put away, in the place it had. Raises NameTaken, TooManyProfiles."""
    if HealthProfile.objects.live().count() >= MOST_PROFILES:
        raise TooManyProfiles
    profile.retired_at = None
    _save(profile, at, by)
    workspace_actions.record(kind="health_profile.restored", subject=profile.name, at=at, by=by)
    _rescore_all(f"restored:{profile.pk}", at)
    return profile


def _rescore_all(key: str, at: datetime) -> None:
    scores.mark_all_stale(at=at)
    rescore_later(key=f"profile:{key}:{at.isoformat()}", at=at)


def rescore_later(*, key: str, at: datetime) -> None:
    """Score all that is stale as soon as a worker can; `key` names the occasion."""
    outbox_actions.enqueue(kind=RESCORE_EFFECT, key=key, payload={}, at=at)


def note_members(segment_id: int, account_ids: list[int] | None, at: datetime) -> None:
    """These came into a segment or left it (None: it was emptied): a profile for it may apply to others now."""
    if not HealthProfile.objects.live().filter(segment=segment_id).exists():
        return
    if account_ids is None:
        scores.mark_all_stale(at=at)
    else:
        scores.mark_stale(account_ids=account_ids, at=at)
    rescore_later(key=f"members:{segment_id}:{at.isoformat()}", at=at)


# ------------------------------------------------------------------ before it is saved
def preview_profile(*, profile: HealthProfile, at: datetime, most: int, **said: Any) -> Preview:
    """What a profile so changed, or added if it is new, would do to the first `most` accounts it applies to.

    They are scored, counted, and all of it is taken back. Raises what saving it would.
    """
    day, tried = day_of(at), copy(profile)
    with transaction.atomic():
        _check(tried, said)
        _set(tried, said)
        _save(tried, at, None)
        found = dict(queries.accounts_of(tried).order_by("pk").values_list("pk", "name")[: most + 1])
        names = dict(islice(found.items(), most))
        before = queries.standing_on(list(names), day)
        scores.score(list(names), day=day, at=at)
        after = queries.standing_on(list(names), day)
        transaction.set_rollback(True)
    shifts = [Shift(pk, name, *before.get(pk, (None, "")), *after[pk]) for pk, name in names.items()]
    moves = Counter((one.band, one.new_band) for one in shifts if one.band != one.new_band)
    seen = [one for one in shifts if one.delta and (one.band or one.new_band)]
    moved = sorted(seen, key=lambda one: (one.band == one.new_band, -abs(one.delta)))
    return Preview(len(shifts), dict(moves), moved[:MOST_SHIFTS], len(found) > most)
