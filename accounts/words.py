"""How the timeline tells the facts that accounts records."""

from typing import Any

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Contact, Ticket
from accounts.registry import describe
from accounts.stages import Stage
from lib.formatting import money

FIELDS = {
    "name": gettext_lazy("name"),
    "domains": gettext_lazy("domains"),
    "tier": gettext_lazy("tier"),
    "industry": gettext_lazy("industry"),
    "arr_minor": gettext_lazy("annual recurring revenue"),
    "currency": gettext_lazy("currency"),
    "owner": gettext_lazy("owner"),
    "email": gettext_lazy("e-mail"),
    "title": gettext_lazy("title"),
    "phone": gettext_lazy("phone"),
    "role": gettext_lazy("role"),
    "locale": gettext_lazy("language"),
    "parent": gettext_lazy("parent account"),
    "persona": gettext_lazy("persona"),
    "influence": gettext_lazy("influence"),
    "stance": gettext_lazy("attitude"),
    "time_zone": gettext_lazy("time zone"),
    "consent": gettext_lazy("consent"),
    "consent_at": gettext_lazy("date of consent"),
    "consent_source": gettext_lazy("source of consent"),
    "source": gettext_lazy("system of the id"),
    "external_id": gettext_lazy("id elsewhere"),
    "starts_on": gettext_lazy("start"),
    "ends_on": gettext_lazy("end"),
    "seats": gettext_lazy("seats"),
    "value_minor": gettext_lazy("value"),
    "auto_renews": gettext_lazy("renewal by itself"),
}

Data = dict[str, Any]


def _fields(data: Data) -> str:
    """The workspace's own fields by the names they had then."""
    own = data.get("names", {})
    return get_text_list([str(own.get(name) or FIELDS.get(name, name)) for name in data["fields"]], _("and"))


def _role(data: Data) -> str:
    return str(dict(Contact.Role.choices).get(data.get("role", ""), _("Contact")))


def account_created(data: Data) -> str:
    stage = dict(Stage.choices).get(data.get("stage", ""), data.get("stage", ""))
    return _("Account added in stage %(stage)s") % {"stage": stage}


def account_changed(data: Data) -> str:
    return _("Account details changed: %(fields)s") % {"fields": _fields(data)}


def account_tagged(data: Data) -> str:
    return _("Tagged “%(tag)s”") % data


def account_untagged(data: Data) -> str:
    return _("Tag “%(tag)s” taken off") % data


def contact_added(data: Data) -> str:
    return _("%(name)s added as a contact (%(role)s)") % {"name": data["name"], "role": _role(data)}


def contact_changed(data: Data) -> str:
    return _("Details of %(name)s changed: %(fields)s") % {"name": data["name"], "fields": _fields(data)}


def contact_opted_out(data: Data) -> str:
    return _("%(name)s asked not to be surveyed") % data


def contact_opted_in(data: Data) -> str:
    return _("%(name)s may be surveyed again") % data


def contact_left(data: Data) -> str:
    return _("%(name)s (%(role)s) left the company") % {"name": data["name"], "role": _role(data)}


def contact_returned(data: Data) -> str:
    return _("%(name)s (%(role)s) is back at the company") % {"name": data["name"], "role": _role(data)}


def contact_erased(data: Data) -> str:
    return _("A contact was erased: who they were is no longer known")


def contract_added(data: Data) -> str:
    return _("Contract “%(name)s” added") % data


def contract_changed(data: Data) -> str:
    if not data.get("fields"):
        return _("Contract “%(name)s” changed") % data
    return _("Contract “%(name)s” changed: %(fields)s") % {"name": data["name"], "fields": _fields(data)}


def contract_renewed(data: Data) -> str:
    if data.get("to_minor") is None or data.get("from_minor") is None:
        return _("Contract renewed: “%(name)s”") % data
    before, after = money(data["from_minor"], data["from_currency"]), money(data["to_minor"], data["to_currency"])
    return _("Contract renewed: “%(name)s”, %(before)s before, %(after)s now") % {
        "name": data["name"],
        "before": before,
        "after": after,
    }


def _ticket(data: Data) -> str:
    number, subject = data.get("number", ""), data.get("subject", "")
    return " ".join(part for part in (number and f"#{number.removeprefix('#')}", subject) if part)


def ticket_opened(data: Data) -> str:
    return _("Ticket opened: %(ticket)s") % {"ticket": _ticket(data)}


def ticket_closed(data: Data) -> str:
    if data.get("episode", 1) > 1:
        return _("Ticket closed again: %(ticket)s") % {"ticket": _ticket(data)}
    return _("Ticket closed: %(ticket)s") % {"ticket": _ticket(data)}


def ticket_merged(data: Data) -> str:
    return _("Ticket merged into another or removed: %(ticket)s") % {"ticket": _ticket(data)}


def ticket_reopened(data: Data) -> str:
    return _("Ticket reopened: %(ticket)s") % {"ticket": _ticket(data)}


def ticket_changed(data: Data) -> str:
    said = (
        dict(Ticket.Priority.choices).get(data.get("priority", "")),
        dict(Ticket.Topic.choices).get(data.get("topic", "")),
    )
    tags = [_("tagged “%(tag)s”") % {"tag": tag} for tag in data.get("tags", [])]
    labels = [str(label) for label in said if label]
    return _("Ticket is now %(triage)s: %(ticket)s") % {
        "triage": ", ".join([*labels, *tags]) or _("without a priority"),
        "ticket": _ticket(data),
    }


def contacts_added(count: int) -> str:
    return ngettext("%(count)s contact added", "%(count)s contacts added", count) % {"count": count}


def contacts_changed(count: int) -> str:
    return ngettext("Details of %(count)s contact changed", "Details of %(count)s contacts changed", count) % {
        "count": count
    }


def contacts_left(count: int) -> str:
    return ngettext("%(count)s contact left the company", "%(count)s contacts left the company", count) % {
        "count": count
    }


def contracts_added(count: int) -> str:
    return ngettext("%(count)s contract added", "%(count)s contracts added", count) % {"count": count}


def contracts_changed(count: int) -> str:
    return ngettext("%(count)s contract changed", "%(count)s contracts changed", count) % {"count": count}


def tickets_opened(count: int) -> str:
    return ngettext("%(count)s ticket opened", "%(count)s tickets opened", count) % {"count": count}


def tickets_changed(count: int) -> str:
    return ngettext("%(count)s ticket changed", "%(count)s tickets changed", count) % {"count": count}


def tickets_closed(count: int) -> str:
    return ngettext("%(count)s ticket closed", "%(count)s tickets closed", count) % {"count": count}


MANY = {
    "contact.added": contacts_added,
    "contact.changed": contacts_changed,
    "contact.left": contacts_left,
    "contract.added": contracts_added,
    "contract.changed": contracts_changed,
    "ticket.opened": tickets_opened,
    "ticket.changed": tickets_changed,
    "ticket.closed": tickets_closed,
}


def register() -> None:
    """Give every kind that accounts records its words."""
    for tell in (
        account_created, account_changed, account_tagged, account_untagged, contact_added, contact_changed,
        contact_opted_out, contact_opted_in, contact_left, contact_returned, contact_erased,
        contract_added, contract_changed, contract_renewed,
        ticket_opened, ticket_closed, ticket_merged, ticket_reopened, ticket_changed,
    ):  # fmt: skip
        kind = tell.__name__.replace("_", ".", 1)
        describe(kind, tell, MANY.get(kind))
