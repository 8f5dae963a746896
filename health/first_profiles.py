"""The profiles that every workspace starts with: how much each part counts, and the state that is desired of it.

Weights of the mature customer are `DEFAULT_WEIGHTS`. Somebody who is being onboarded has few goals due and little use
to show, whatever they will become: products of this kind give them a profile of their own (Totango's was for the first
30 days, others take the first 90 of a contract), in which the handed-over plan, people, steps on time and lessons
count more, and outcomes and depth of use less.

Targets, a part each:
* intent: the plan is written and confirmed at the handover (80); a year later some of it has aged (70).
* needs: two in three foreseen; during delivery the steps are known beforehand, so more (70).
* adoption: of licences, less than half deployed in the first months is common, and below 75 % of them at 90 days is an
  early warning (field's practice): 40, then 75.
* outcomes: first value rather than all of it (30), then seven tenths of what should be there by now (70).
* relationships: champion known, decision maker still to be won (60), then both and people of three roles (70).
* engagement: weekly contact while delivering (75), then a reply and a conversation a month (60).
* education: those who begin are taught (60); later newcomers only (50).
* journey: what is late in the first weeks makes a late go-live (80), then 70.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.stages import Stage
from health.parts import DEFAULT_WEIGHTS, PARTS


@dataclass(frozen=True)
class First:
    """One profile to start with; without `stages` it applies to everybody who is in no other."""

    name: str | Promise
    stages: tuple[str, ...]
    weights: dict[str, int]
    targets: tuple[int, ...]


MATURE_TARGETS = (70, 60, 75, 70, 70, 60, 50, 70)
MATURE = First(_("Mature"), (), DEFAULT_WEIGHTS, MATURE_TARGETS)
ONBOARDING = First(
    _("Onboarding"),
    (Stage.DECISION.value, Stage.DELIVERY.value),
    dict(zip(PARTS, (15, 10, 15, 5, 15, 15, 10, 15), strict=True)),
    (80, 70, 40, 30, 60, 75, 60, 80),
)
FIRST = (ONBOARDING, MATURE)


def mature_targets() -> list[int]:
    """The targets of a profile to which nobody has given any."""
    return list(MATURE_TARGETS)
