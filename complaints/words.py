"""How the timeline tells what becomes of complaints and bad answers."""

from datetime import datetime
from typing import Any

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.registry import Words
from complaints.models import Complaint, ComplaintStep, FollowUp
from lib.formatting import exact

Data = dict[str, Any]
LENGTH = 160

OPENED = gettext_lazy("Complaint")
OPENED_BY = gettext_lazy("Complaint of %(name)s")


def _quoted(told: str, data: Data) -> str:
    """With what was said after it, where something was."""
    comment = Truncator(data.get("comment", "")).chars(LENGTH)
    return _("%(told)s: “%(comment)s”") % {"told": told, "comment": comment} if comment else told


def opened(data: Data) -> str:
    name = data.get("contact_name")
    return _quoted(str(OPENED_BY) % {"name": name} if name else str(OPENED), data)


def changed(data: Data) -> str:
    if "owner" in data["fields"] and data.get("owner_name"):
        return _quoted(_("Complaint given to %(name)s") % {"name": data["owner_name"]}, data)
    if "promised_at" in data["fields"]:
        day = exact(datetime.fromisoformat(data["promised_at"]))
        return _quoted(_("Complaint promised for %(day)s") % {"day": day}, data)
    return _quoted(_("Complaint changed"), data)


def updated(data: Data) -> str:
    words = {"name": data.get("contact_name", "")}
    if data["how"] == ComplaintStep.Kind.MAILED:
        return _quoted(_("Mailed to %(name)s about the complaint") % words, data)
    if data["how"] == ComplaintStep.Kind.TOLD:
        about = _("Told %(name)s about the complaint") if words["name"] else _("Told the customer about the complaint")
        return _quoted(about % words, data)
    return _quoted(_("Noted about the complaint"), data)


def closed(data: Data) -> str:
    words = {"outcome": Complaint.Outcome(data["outcome"]).label}
    told = _("Complaint closed: %(outcome)s") % words
    if data.get("is_good_now"):
        told = f"{told}. {Complaint.GoodNow(data['is_good_now']).label}"
    return _quoted(told, data)


def reopened(data: Data) -> str:
    return _quoted(_("Complaint open again"), data)


def overdue(data: Data) -> str:
    return _quoted(_("Complaint is overdue"), data)


def followed_up(data: Data) -> str:
    words = {"name": data["contact_name"], "outcome": FollowUp.Outcome(data["outcome"]).label}
    return _quoted(_("Spoke with %(name)s about their answer (%(outcome)s)") % words, data)


TOLD: dict[str, Words] = {
    "complaint.opened": opened,
    "complaint.changed": changed,
    "complaint.updated": updated,
    "complaint.closed": closed,
    "complaint.reopened": reopened,
    "complaint.overdue": overdue,
    "follow_up.told": followed_up,
}
