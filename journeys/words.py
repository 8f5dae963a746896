"""How the timeline tells what journeys record."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.stages import Stage
from journeys import rules
from journeys.models import Touchpoint


def stage_label(stage: str) -> str:
    """The stage's name in the reader's language; its key if we do not know it."""
    return str(dict(Stage.choices).get(stage, stage))


def stage_entered(data: dict[str, Any]) -> str:
    why = rules.sentence(data.get("rule", ""), data.get("reason", ""), data.get("detail", {}))
    return _("%(from)s → %(to)s: %(why)s") % {
        "from": stage_label(data["from_stage"]),
        "to": stage_label(data["to_stage"]),
        "why": why,
    }


def stage_taken_back(data: dict[str, Any]) -> str:
    return _("Back to %(to)s: the move to %(from)s was taken back.") % {
        "from": stage_label(data["from_stage"]),
        "to": stage_label(data["to_stage"]),
    }


def touchpoint_logged(data: dict[str, Any]) -> str:
    channel = dict(Touchpoint.Channel.choices).get(data["channel"], data["channel"])
    if data.get("outcome") == Touchpoint.Outcome.MISSED:
        channel = _("%(channel)s (missed)") % {"channel": channel}
    if data.get("contact_name"):
        return _("%(channel)s with %(contact)s: %(summary)s") % {
            "channel": channel,
            "contact": data["contact_name"],
            "summary": data["summary"],
        }
    return _("%(channel)s: %(summary)s") % {"channel": channel, "summary": data["summary"]}
