"""What people think of how customers are doing: what holds, what held before, and where it differs from the score."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from accounts.models import Account
from health.models import Pulse, PulseQuerySet
from lib.markup import band_label
from workspaces.models import User

TAKE_BACK = timedelta(minutes=10)

# The bands that agree with each step; between two of them both do.
AGREES = {
    Pulse.Step.THRIVING.value: {"healthy"},
    Pulse.Step.WELL.value: {"healthy"},
    Pulse.Step.STEADY.value: {"healthy", "watch"},
    Pulse.Step.SHAKY.value: {"watch", "at_risk"},
    Pulse.Step.TROUBLE.value: {"at_risk"},
    Pulse.Step.LEAVING.value: {"at_risk"},
}


def pulses() -> PulseQuerySet:
    """All that were not taken back."""
    return Pulse.objects.standing().select_related("by")


def pulses_of(account: Account) -> PulseQuerySet:
    """One account's, the newest first."""
    return pulses().filter(account=account).order_by("-at", "-pk")


def pulse_now(account: Account, day: date) -> Pulse | None:
    """The one that holds on `day`."""
    newest = pulses_of(account).first()
    return newest if newest and newest.holds_on(day) else None


def can_take_back(pulse: Pulse, at: datetime) -> bool:
    return pulse.taken_back_at is None and at - pulse.at <= TAKE_BACK


def differs(step: int, band: str) -> bool:
    """Whether a judgement and a score say different things; nothing is said without a band."""
    return bool(band) and band not in AGREES[step]


@dataclass(frozen=True)
class PulseView:
    """The newest judgement of an account: whether it still holds, and how it differs from the score in words."""

    pulse: Pulse
    is_current: bool
    gap: str
    can_take_back: bool


def pulse_view(account: Account, *, band: str, reader: User | None, at: datetime, day: date) -> PulseView | None:
    """What the account's page tells of it; None: nobody has said anything yet."""
    newest = pulses_of(account).first()
    if newest is None:
        return None
    holds = newest.holds_on(day)
    gap = gap_words(newest, band, reader) if holds and differs(newest.step, band) else ""
    return PulseView(newest, holds, gap, can_take_back(newest, at))


def gap_words(pulse: Pulse, band: str, reader: User | None) -> str:
    """`You say thriving, the score says at risk: which of the two misses something?`"""
    words = {"step": pulse.get_step_display(), "band": band_label(band), "who": str(pulse.by) if pulse.by else ""}
    if pulse.by is not None and pulse.by == reader:
        return _("You say “%(step)s”, the score says “%(band)s”: which of the two misses something?") % words
    if pulse.by is None:
        return _("The pulse says “%(step)s”, the score says “%(band)s”: which of the two misses something?") % words
    return _("%(who)s says “%(step)s”, the score says “%(band)s”: which of the two misses something?") % words
