"""Where our fields are in what a system posts."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from integrations.helpdesks.mapped import CLOSED, FIELDS
from integrations.helpdesks.pointers import LONGEST

LABELS = {
    "ticket_id": _("Ticket's id"),
    "status": _("Status"),
    "number": _("Number people see"),
    "url": _("Link to the ticket"),
    "subject": _("Subject"),
    "opened_at": _("Opened at"),
    "closed_at": _("Closed at"),
    "updated_at": _("Changed at"),
    "requester_email": _("Requester's e-mail address"),
    "requester_name": _("Requester's name"),
    "requester_id": _("Requester's id"),
    "requester_locale": _("Requester's language"),
    "organization_id": _("Organisation's id"),
    "organization_name": _("Organisation's name"),
    "organization_domain": _("Organisation's domain"),
    "agent_name": _("Agent's name"),
    "agent_email": _("Agent's e-mail address"),
    "priority": _("Priority"),
    "topic": _("What it is about"),
    "tags": _("Tags"),
}
HELP = {
    "ticket_id": _("The same for every delivery about one ticket."),
    "status": _("Without one, every delivery means that the ticket is closed."),
    "priority": _("Low, normal, high, urgent and words like them; what is none of these is left out."),
    "topic": _("A question, a problem or a request; what is none of these is left out."),
    "tags": _("The help desk's own: a list of texts, or one text with commas between them."),
    "updated_at": _("Older news than what is known changes nothing. Without it, the time of arrival counts."),
}
WORDS = 500


class MappingForm(forms.Form):
    """One place for each of our fields, among those that the samples have."""

    closed = forms.CharField(
        label=_("Values of the status that mean closed"),
        required=False,
        max_length=WORDS,
        help_text=_("Separated by commas; capitals do not matter."),
    )
    merged = forms.CharField(
        label=_("Values that mean merged or deleted"),
        required=False,
        max_length=WORDS,
        help_text=_("Such a ticket is closed without a survey."),
    )

    def __init__(self, data: Any, *, places: Mapping[str, Any], mapping: Mapping[str, Any]) -> None:
        paths = mapping.get("paths", {})
        words = {name: ", ".join(mapping.get(name, [])) for name in ("closed", "merged")}
        super().__init__(data, initial={**paths, **words})
        gone = {path: None for path in paths.values() if path not in places}
        choices = [("", _("not in it")), *((path, _shown(path, value)) for path, value in {**places, **gone}.items())]
        for name in FIELDS:
            self.fields[name] = forms.ChoiceField(
                label=LABELS[name], choices=choices, required=name == "ticket_id", help_text=HELP.get(name, "")
            )
        self.order_fields(["ticket_id", "status", "closed", "merged", *FIELDS])

    def mapping(self) -> dict[str, Any]:
        """As it stands: what was typed, where that can be used, or what the page began with."""
        if not self.is_bound:
            values: Mapping[str, Any] = self.initial
        else:
            self.is_valid()
            values = self.cleaned_data
        paths = {name: values[name] for name in FIELDS if values.get(name)}
        return {"paths": paths, "closed": _words(values.get("closed")), "merged": _words(values.get("merged"))}


def guess(places: Mapping[str, Any]) -> dict[str, Any]:
    """A first mapping, by the names that help desks give to such values."""
    paths: dict[str, str] = {}
    for field, endings in ENDINGS.items():
        found = (path for ending in endings for path in places if path.casefold().endswith(ending))
        path = next((path for path in found if path not in paths.values()), "")
        if path:
            paths[field] = path
    return {"paths": paths, "closed": CLOSED, "merged": ["merged"]}


ENDINGS = {
    "ticket_id": ("ticket/id", "ticket_id", "ticketid", "case/id", "case_id", "issue/id", "conversation/id", "/id"),
    "status": ("status/name", "/status", "status_name", "/state", "is_closed", "closedflag", "statusid", "status_id"),
    "number": ("/number", "ticket_number", "/key", "reference", "/ref"),
    "url": ("ticket/url", "ticket_url", "/url", "/link"),
    "subject": ("/subject", "/title", "/summary"),
    "opened_at": ("created_at", "createdat", "opened_at", "dateoccurred", "datecreated", "/created"),
    "closed_at": ("closed_at", "closedat", "resolved_at", "dateclosed", "solved_at"),
    "updated_at": (
        "updated_at", "updatedat", "lastupdate", "modified_at", "changed_at", "/updated", "/modified", "/changed",
        "/timestamp",
    ),
    "requester_email": (
        "requester/email", "reporter/email", "customer/email", "user/email", "contact/email", "emailaddress", "/email",
        "email_address", "/mail",
    ),
    "requester_name": ("requester/name", "reporter/name", "user/name", "contact/name", "user_name", "customer/name"),
    "organization_id": ("organization/id", "company/id", "client/id", "client_id", "account/id"),
    "organization_name": (
        "organization/name", "organisation/name", "company/name", "client/name", "client_name", "account/name",
        "customer/name",
    ),
    "agent_name": ("agent/name", "assignee/name", "owner/name"),
    "agent_email": ("agent/email", "assignee/email", "owner/email"),
    "priority": ("priority/name", "/priority", "priority_name"),
    "topic": ("tickettype/name", "ticket_type", "tickettype_name", "issuetype/name"),
    "tags": ("/tags", "/labels", "tag_list"),
}  # fmt: skip


def _words(value: Any) -> list[str]:
    return [word for word in (one.strip() for one in str(value or "").split(",")) if word]


def _shown(path: str, value: Any) -> str:
    """A pointer with an example; a pointer that no sample has stands alone."""
    example = Truncator(" ".join(str(value).split())[:LONGEST]).chars(40) if value not in (None, "") else ""
    return f"{path}  ({example})" if example else path
