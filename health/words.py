"""How the timeline tells what health records."""

from typing import Any

from django.utils.translation import gettext as _

from health.models import Pulse
from lib.formatting import number
from lib.markup import band_label


def health_changed(data: dict[str, Any]) -> str:
    return _("Health: %(before)s → %(after)s (%(from)s → %(to)s)") % {
        "before": band_label(data["from_band"]),
        "after": band_label(data["to_band"]),
        "from": number(data["from_score"]),
        "to": number(data["to_score"]),
    }


def pulse_set(data: dict[str, Any]) -> str:
    return _("Pulse: %(step)s. %(reason)s") % {"step": step_label(data["step"]), "reason": data.get("reason", "")}


def pulse_taken_back(data: dict[str, Any]) -> str:
    return _("Pulse taken back: %(step)s") % {"step": step_label(data["step"])}


def step_label(step: int) -> str:
    """What a step of the pulse is called."""
    return str(dict(Pulse.Step.choices).get(step, step))
