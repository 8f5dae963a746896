"""After a change of weights: the scores of earlier days by the new ones, in the background and in chunks."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import F
from django.urls import reverse

from accounts.actions.ranges import enqueue_ranges
from health import queries, recompute
from health.actions import scores
from health.models import HealthDay, HealthProfile, WeightsChange
from health.parts import ENOUGH_COVERAGE, HEALTHY_FROM, PARTS, STANDS_DAYS, WATCH_FROM
from lib.time import day_of
from outbox import actions as outbox_actions
from workspaces import tenancy
from workspaces.models import User
from workspaces.registry import News, spread

START_EFFECT = "health.recompute"
CHUNK_EFFECT = "health.recompute_chunk"
ROWS = 50_000  # scores a chunk: some seconds of one transaction

_RECOMPUTE = recompute.statement()


def start(*, profile: HealthProfile, before: Mapping[str, int], at: datetime, by: User | None) -> WeightsChange:
    """Note that a profile weighs otherwise than `before`; the rest follows in the background."""
    change: WeightsChange = WeightsChange.objects.create(
        profile=profile, before=dict(before), after=profile.weights, at=at, by=by
    )
    outbox_actions.enqueue(kind=START_EFFECT, key=str(change.pk), payload={"change_id": change.pk}, at=at)
    return change


@transaction.atomic
def plan(*, change_id: int, at: datetime) -> None:
    """Divide the accounts into chunks, an effect each: short transactions, spread over the workers."""
    change = WeightsChange.objects.select_for_update(of=("self",)).get(pk=change_id)
    days = list(HealthDay.objects.filter(day__lt=day_of(change.at)).order_by("day").values_list("day", flat=True))
    change.asked_since = _asked_since([*days, day_of(change.at)])
    size = max(1, ROWS // (len(days) + 1))
    change.total = enqueue_ranges(kind=CHUNK_EFFECT, key=str(change.pk), size=size, at=at, change_id=change.pk)
    change.finished_at = None if change.total else at
    change.save(update_fields=["asked_since", "total", "finished_at"])


def _asked_since(days: list[date]) -> dict[str, str]:
    """The first of these days on which the workspace worked with each part; what it did once it does ever since."""
    found: dict[str, str] = {}
    for day, sources in zip(days, queries.sources_on(days), strict=True):
        for key, is_asked in sources.parts.items():
            if is_asked:
                found.setdefault(key, day.isoformat())
    return found


@transaction.atomic
def run_chunk(*, change_id: int, first: int, last: int, at: datetime) -> None:
    """Weigh the earlier scores of the accounts with ids in a closed range anew, then score them for today.

    In this order, and in one transaction, so that no rule compares a score with one by other weights. No fact and no
    alert follows from days that are over. When the weights have changed again since, that change does it all. A chunk
    that ran before changes nothing. The last one sums up the days.
    """
    change = WeightsChange.objects.select_related("profile").get(pk=change_id)
    if not queries.is_overtaken(change):
        _reweigh(change, first, last, day_of(at))
        scores.rescore_range(first=first, last=last, at=at)
    WeightsChange.objects.filter(pk=change_id).update(done=F("done") + 1)  # whoever comes second waits here
    change.refresh_from_db(fields=["done", "total"])
    if change.done == change.total:
        _finish(change, at)


def _reweigh(change: WeightsChange, first: int, last: int, until: date) -> None:
    weights = change.profile.weights
    with connection.cursor() as cursor:
        cursor.execute(
            recompute.BEGIN_ANEW,
            {
                "workspace": tenancy.current_id(),
                "first": first,
                "last": last,
                "until": until,
                "profile": None if change.profile.is_default else change.profile_id,
                "days": sorted(set(change.asked_since.values())),
                "stands": STANDS_DAYS,
            },
        )
        cursor.execute(
            _RECOMPUTE,
            {
                "workspace": tenancy.current_id(),
                "first": first,
                "last": last,
                "until": until,
                "profile": None if change.profile.is_default else change.profile_id,
                **{f"w_{key}": weights[key] for key in PARTS},
                **{f"since_{key}": change.asked_since.get(key) for key in PARTS},
                "enough": ENOUGH_COVERAGE,
                "healthy_from": HEALTHY_FROM,
                "watch_from": WATCH_FROM,
            },
        )


def _finish(change: WeightsChange, at: datetime) -> None:
    scores.sum_up_days(until=day_of(at))
    scores.sum_up(day=day_of(at))
    WeightsChange.objects.filter(pk=change.pk).update(finished_at=at)
    link, data = reverse("health:insights"), {"work": "weights", "name": change.profile.name}
    spread([News("work_done", f"weights:{change.pk}", link, users=(change.by_id,), data=data)], at)
