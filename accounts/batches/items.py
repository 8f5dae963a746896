"""Items that programs send, once their fields are checked: what they point at is found, and they become rows.

Everything is asked in sets: a call of a thousand items costs as many queries as a call of one.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts import custom
from accounts.actions.merging.rows import array
from accounts.actions.upserts import Batch
from accounts.models import Account, Contact, CustomField, ExternalId, Persona
from workspaces import tenancy
from workspaces.queries import members

Item = Mapping[str, Any]
Known = tuple[str, str]  # source and external id
Reference = int | Known
Errors = dict[int, dict[str, list[str]]]


@dataclass
class Sheet:
    """Rows to write, by the place of their items, and what is wrong with the others."""

    rows: dict[int, dict[str, str]] = field(default_factory=dict)
    errors: Errors = field(default_factory=dict)
    parents: dict[int, int] = field(default_factory=dict)
    parent_rows: dict[int, int] = field(default_factory=dict)

    def refuse(self, place: int, name: str, why: str) -> None:
        self.errors.setdefault(place, {}).setdefault(name, []).append(why)

    def batch(self) -> Batch:
        """The rows with which nothing is wrong."""
        good = {place: row for place, row in self.rows.items() if place not in self.errors}
        return Batch(good, self.parents, self.parent_rows)


def known_by(item: Item) -> Known:
    return item["source"], item["external_id"]


# ------------------------------------------------------------------ what items point at
def find_accounts(references: Mapping[int, Reference]) -> dict[int, int]:
    """Account ids by place, of those that are there."""
    return _found(references, Account, ExternalId.objects.all(), "value", "account_id")


def find_contacts(references: Mapping[int, Reference]) -> dict[int, int]:
    """Contact ids by place, of those that are there."""
    return _found(references, Contact, Contact.objects.exclude(external_id=""), "external_id", "pk")


def _found(references: Mapping[int, Reference], model: Any, known: Any, name: str, pk: str) -> dict[int, int]:
    own = {said for said in references.values() if isinstance(said, int)}
    values = {said[1] for said in references.values() if not isinstance(said, int)}
    ids: dict[Reference, int] = {
        found: found for found in model.objects.filter(pk__in=own).values_list("pk", flat=True)
    }
    if values:
        rows = known.filter(**{f"{name}__in": values}).values_list("source", name, pk)
        ids |= {(source, value): found for source, value, found in rows}
    return {place: ids[said] for place, said in references.items() if said in ids}


def _refuse_repeats(sheet: Sheet, items: Mapping[int, Item], name: str, keys: Callable[[Item], list[Any]]) -> None:
    """What may be there once: the second item that says it is refused."""
    first: dict[Any, int] = {}
    for place, item in items.items():
        for key in keys(item):
            before = first.setdefault(key, place)
            if before != place:
                sheet.refuse(place, name, _("Item %(place)d says this, too.") % {"place": before})


def _find_own_values(sheet: Sheet, items: Mapping[int, Item], about: str) -> None:
    if not any("custom" in item for item in items.values()):
        return
    fields = list(CustomField.objects.of(about).in_use())
    for place, item in items.items():
        if not item.get("custom"):
            continue
        try:
            values = custom.clean_all(fields, item["custom"])
        except custom.BadValues as bad:
            for key, why in bad.errors.items():
                sheet.refuse(place, f"custom.{key}", why)
            continue
        for key in (key for key, value in values.items() if value is None):
            sheet.refuse(place, f"custom.{key}", _("A value is emptied by changing its one object."))
        sheet.rows[place]["custom"] = json.dumps(values)


# ------------------------------------------------------------------ accounts
def account_sheet(items: Mapping[int, Item]) -> Sheet:
    """Accounts by their ids elsewhere; a parent may be another item of the same call."""
    sheet = Sheet({place: _account(item) for place, item in items.items()})
    _refuse_repeats(sheet, items, "external_id", _all_ids)
    _find_owners(sheet, items)
    _find_own_values(sheet, items, CustomField.About.ACCOUNT)
    _find_parents(sheet, items)
    return sheet


def _all_ids(item: Item) -> list[Known]:
    return list({known_by(item), *item.get("external_ids", {}).items()})


def _account(item: Item) -> dict[str, str]:
    row = {
        name: item[name]
        for name in ("source", "external_id", "name", "tier", "industry", "currency", "locale")
        if name in item
    }
    if "external_ids" in item:
        row["other_ids"] = json.dumps(item["external_ids"])
    if "domains" in item:
        row["domains"] = array(list(dict.fromkeys(domain.lower() for domain in item["domains"])))
    if "tags" in item:
        row["tags"] = array(item["tags"])
    if "arr_minor" in item:
        row["arr_minor"] = str(item["arr_minor"])
    return row


def _find_owners(sheet: Sheet, items: Mapping[int, Item]) -> None:
    if not any("owner" in item for item in items.values()):
        return
    ids = {member.user.email.lower(): member.pk for member in members()}
    for place, item in items.items():
        if "owner" in item:
            owner = ids.get(item["owner"].lower())
            if owner is None:
                sheet.refuse(place, "owner", _("No member of this workspace signs in with this address."))
            else:
                sheet.rows[place]["owner_id"] = str(owner)


def _find_parents(sheet: Sheet, items: Mapping[int, Item]) -> None:
    wanted = {place: item["parent"] for place, item in items.items() if "parent" in item}
    here = {known: place for place, item in items.items() for known in _all_ids(item)}
    sheet.parents = find_accounts(wanted)
    for place, said in wanted.items():
        if place in sheet.parents:
            continue
        if said in here:
            sheet.parent_rows[place] = here[said]
        else:
            sheet.refuse(place, "parent", _("No such account, neither here nor in this call."))


# ------------------------------------------------------------------ contacts
def contact_sheet(items: Mapping[int, Item]) -> Sheet:
    """People by their ids elsewhere, or their address where they have none yet."""
    sheet = Sheet({place: _contact(item) for place, item in items.items()})
    _refuse_repeats(sheet, items, "external_id", lambda item: [known_by(item)])
    _refuse_repeats(sheet, items, "email", lambda item: [item["email"].lower()] if item.get("email") else [])
    _find_homes(sheet, items)
    _find_personas(sheet, items)
    _find_own_values(sheet, items, CustomField.About.CONTACT)
    return sheet


_CONTACT_TEXTS = (
    "source",
    "external_id",
    "name",
    "title",
    "role",
    "influence",
    "stance",
    "locale",
    "phone",
    "time_zone",
)


def _contact(item: Item) -> dict[str, str]:
    row = {name: item[name] for name in (*_CONTACT_TEXTS, "consent") if name in item}
    if item.get("email"):
        row["email"] = item["email"].lower()
    for name, column in (("opted_out", "opted_out"), ("left", "has_left")):
        if name in item:
            row[column] = "t" if item[name] else "f"
    return row


def _find_homes(sheet: Sheet, items: Mapping[int, Item]) -> None:
    """The accounts that items name: who is known stays with theirs, and then it need not be named."""
    wanted = {place: item["account"] for place, item in items.items() if "account" in item}
    homes = find_accounts(wanted)
    for place in wanted:
        if place in homes:
            sheet.rows[place]["ref_ids"] = array([f"{tenancy.current_id()}-{homes[place]}"])
        else:
            sheet.refuse(place, "account", _("No account here."))


def _find_personas(sheet: Sheet, items: Mapping[int, Item]) -> None:
    wanted = {place: item["persona"] for place, item in items.items() if "persona" in item}
    there = set(Persona.objects.filter(pk__in=set(wanted.values())).values_list("pk", flat=True)) if wanted else set()
    for place, persona in wanted.items():
        if persona in there:
            sheet.rows[place]["persona_id"] = str(persona)
        else:
            sheet.refuse(place, "persona", _("No such persona."))


# ------------------------------------------------------------------ tickets
def ticket_sheet(items: Mapping[int, Item]) -> Sheet:
    """Support cases by their ids in the help desk."""
    sheet = Sheet({place: _ticket(item) for place, item in items.items()})
    _refuse_repeats(sheet, items, "external_id", lambda item: [known_by(item)])
    _find_homes(sheet, items)
    _find_callers(sheet, items)
    for row in sheet.rows.values():
        if "ref_ids" in row:
            row["home_id"] = row["ref_ids"].strip('{"}').partition("-")[2]
    return sheet


_TICKET_TEXTS = (
    "source", "external_id", "number", "url", "subject", "agent_name", "agent_email", "priority", "topic", "locale",
)  # fmt: skip


def _ticket(item: Item) -> dict[str, str]:
    row = {name: item[name] for name in _TICKET_TEXTS if name in item}
    for name in ("opened_at", "closed_at", "updated_at"):
        if isinstance(item.get(name), datetime):
            row[name] = item[name].isoformat()
    if "tags" in item:
        row["tags"] = array(item["tags"])
    if "closed_at" in item:
        row["is_closed"] = "f" if item["closed_at"] is None else "t"
    return row


def _find_callers(sheet: Sheet, items: Mapping[int, Item]) -> None:
    wanted = {place: item["contact"] for place, item in items.items() if "contact" in item}
    found = find_contacts(wanted)
    for place in wanted:
        if place in found:
            sheet.rows[place]["contact_id"] = str(found[place])
        else:
            sheet.refuse(place, "contact", _("No contact here."))
