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


def _names(data: dict[str, Any]) -> dict[str, Any]:
    return {"name": data["contact_name"], "survey": Kind(data.get("metric", Kind.CSAT)).label}


def unanswered(data: dict[str, Any]) -> str:
    words = {"mails": data["unanswered"], "people": data["people"]}
    if data["has_answered"]:
        return _("They stopped answering surveys: %(mails)s mails in a row to %(people)s of them, no answer") % words
    return _("They do not answer surveys: %(mails)s mails in a row to %(people)s of them, no answer") % words
