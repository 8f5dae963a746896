"""Where a curve of scores is not one: the day weights changed, and the day another profile began to count."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from django.utils.translation import gettext as _

from health import queries
from health.models import HealthScore, WeightsChange
from health.profile_words import progress
from lib.formatting import exact
from lib.time import day_of


@dataclass(frozen=True)
class Break:
    """One day after which scores are made otherwise: `mark` beside the line, `sentence` below the chart."""

    day: date
    mark: str
    sentence: str


def of_workspace(*, days: int, today: date) -> list[Break]:
    """Changes of weights by any profile in the last `days`, the oldest first."""
    return list(dict.fromkeys(_change(change) for change in reversed(_changes(days, today))))


def of_account(rows: Sequence[HealthScore], *, days: int, today: date) -> list[Break]:
    """Changes of the weights of the profiles that scored these rows, and changes of the profile, the oldest first."""
    names, default = queries.profiles_of_rows(rows), queries.profile().pk
    used = {row.profile_id or default for row in rows}
    found = [_change(change) for change in _changes(days, today) if change.profile_id in used]
    for before, after in pairwise(rows):
        if before.profile_id != after.profile_id:
            found.append(_switch(after.day, names.get(before.profile_id), names.get(after.profile_id)))
    return sorted(dict.fromkeys(found), key=lambda one: one.day)


def _changes(days: int, today: date) -> list[WeightsChange]:
    return queries.weight_changes(since=datetime.combine(today - timedelta(days=days - 1), time(), UTC))


def _change(change: WeightsChange) -> Break:
    said = {"day": exact(day_of(change.at)), "name": change.profile.name, "percent": progress(change)}
    if change.finished_at is None:
        words = _(
            "Weights of “%(name)s” changed on %(day)s; earlier scores are being computed with the new weights: "
            "%(percent)s %% are."
        )
    else:
        words = _("Weights of “%(name)s” changed on %(day)s; earlier scores are computed with the new weights.")
    return Break(day_of(change.at), _("Weights changed"), words % said)


def _switch(day: date, before: str | None, after: str | None) -> Break:
    gone = _("a profile that is gone")
    said = {"day": exact(day), "before": before or gone, "after": after or gone}
    words = _("From %(day)s the parts are weighed as “%(after)s” says, before as “%(before)s”.") % said
    return Break(day, _("Other profile"), words)
