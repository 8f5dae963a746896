"""Profiles as people read them: to whom each applies, in words, and how far a change of weights has come."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from accounts.stages import Stage
from health import queries
from health.models import HealthProfile, WeightsChange
from segments import queries as segment_queries
from segments.models import Segment


@dataclass(frozen=True)
class Row:
    """One profile of the list: to whom it applies, and to how many accounts now."""

    profile: HealthProfile
    who: str
    is_for_nobody: bool
    accounts: int
    is_first: bool
    is_last: bool


def rows() -> list[Row]:
    """Profiles in use, in order, in a fixed number of statements."""
    found = queries.profiles()
    counts, segments = queries.profile_counts(found), segments_of(found)
    own = [one.pk for one in found if not one.is_default]
    return [
        Row(
            profile=one,
            who=applies_to(one, segments),
            is_for_nobody=is_for_nobody(one, segments),
            accounts=counts.get(one.pk, 0),
            is_first=one.pk in own[:1],
            is_last=one.pk in own[-1:],
        )
        for one in found
    ]


def segments_of(profiles: Iterable[HealthProfile]) -> dict[int, Segment]:
    """The segments that these are for, those put away included; what was deleted for good is missing."""
    return Segment.objects.kept().in_bulk([one.segment_id for one in profiles if one.segment_id is not None])


def is_for_nobody(one: HealthProfile, segments: dict[int, Segment]) -> bool:
    """Its segment is not in use any more."""
    if one.segment_id is None:
        return False
    segment = segments.get(one.segment_id)
    return segment is None or segment.archived_at is not None


def applies_to(one: HealthProfile, segments: dict[int, Segment]) -> str:
    """To whom a profile applies, as a sentence."""
    if one.is_default:
        return _("Everybody who is in no other profile.")
    if is_for_nobody(one, segments):
        segment = segments.get(one.segment_id or 0)
        if segment is None:
            return _("Nobody: its segment has been deleted. Choose another one, or retire the profile.")
        return _("Nobody: the segment “%(name)s” has been put away. Choose another one, or retire the profile.") % {
            "name": segment.name
        }
    stages = get_text_list([str(Stage(stage).label) for stage in Stage.values if stage in one.stages], _("or"))
    if one.segment_id is None:
        return _("Accounts in the stage %(stages)s.") % {"stages": stages}
    said = {"name": segments[one.segment_id].name, "stages": stages}
    if not stages:
        return _("Accounts in the segment “%(name)s”.") % said
    return _("Accounts in the segment “%(name)s” and in the stage %(stages)s.") % said


def segment_choices(one: HealthProfile | None) -> list[tuple[str | int, str]]:
    """Segments in use by name, and the one a profile is for whatever has become of it."""
    found: list[tuple[str | int, str]] = [("", _("No segment")), *segment_queries.names().items()]
    if one is not None and one.segment_id is not None and all(one.segment_id != key for key, _name in found):
        segment = segments_of([one]).get(one.segment_id)
        name = _("%(name)s (put away)") % {"name": segment.name} if segment else _("A segment that was deleted")
        found.append((one.segment_id, name))
    return found


def progress(change: WeightsChange) -> int:
    """How much of the earlier scores has been computed, in percent."""
    return 100 * change.done // change.total if change.total else 0
