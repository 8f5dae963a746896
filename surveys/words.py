"""How the timeline tells what surveys do."""

from typing import Any

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from surveys.models import Kind, Refusal

COMMENT_LENGTH = 160


def sent(data: dict[str, Any]) -> str:
    return _("%(survey)s survey sent to %(name)s") % _names(data)


def refused(data: dict[str, Any]) -> str:
    words = {**_names(data), "reason": Refusal.Reason(data["reason"]).label}
    if data.get("is_reminder"):
        return _("No reminder of the %(survey)s survey sent to %(name)s: %(reason)s") % words
    if not data["contact_name"]:
        return _("No %(survey)s survey sent: %(reason)s") % words
    return _("No %(survey)s survey sent to %(name)s: %(reason)s") % words


def answered(data: dict[str, Any]) -> str:
    words = {**_names(data), "value": data["value"], "most": data["scale_max"]}
    if data["is_change"]:
        told = _("%(name)s changed their %(survey)s answer to %(value)s of %(most)s") % words
    else:
        told = _("%(name)s answered %(survey)s with %(value)s of %(most)s") % words
    comment = Truncator(data["comment"]).chars(COMMENT_LENGTH)
    return _("%(told)s: “%(comment)s”") % {"told": told, "comment": comment} if comment else told


def escalation_opened(data: dict[str, Any]) -> str:
    return _noted(_("Escalation opened; nobody is asked anything meanwhile"), data)


def escalation_resolved(data: dict[str, Any]) -> str:
    return _noted(_("Escalation resolved"), data)


def renewal_disputed(data: dict[str, Any]) -> str:
    return _noted(_("Renewal disputed; nobody is asked anything meanwhile"), data)


def renewal_settled(data: dict[str, Any]) -> str:
    return _noted(_("Dispute about the renewal settled"), data)


def _noted(told: str, data: dict[str, Any]) -> str:
    return _("%(told)s: %(note)s") % {"told": told, "note": data["note"]} if data["note"] else told


def call_wished(data: dict[str, Any]) -> str:
    told = _("%(name)s asks to be called") % {"name": data["contact_name"]}
    return _("%(told)s: “%(comment)s”") % {"told": told, "comment": data["words"]} if data.get("words") else told


def referred(data: dict[str, Any]) -> str:
    return _("%(name)s recommends us to somebody") % {"name": data["contact_name"]}


def _names(data: dict[str, Any]) -> dict[str, Any]:
    return {"name": data["contact_name"], "survey": Kind(data.get("metric", Kind.CSAT)).label}


def unanswered(data: dict[str, Any]) -> str:
    words = {"mails": data["unanswered"], "people": data["people"]}
    if data["has_answered"]:
        return _("They stopped answering surveys: %(mails)s mails in a row to %(people)s of them, no answer") % words
    return _("They do not answer surveys: %(mails)s mails in a row to %(people)s of them, no answer") % words
