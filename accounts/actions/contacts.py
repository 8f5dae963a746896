"""Contacts: the people at a customer."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.actions.facts import record_fact
from accounts.actions.fields import merge_values, values_for
from accounts.models import Account, Contact, CustomField
from accounts.queries import privacy
from lib import changing
from workspaces.models import User

EDITABLE = (
    "name", "email", "title", "phone", "role", "locale", "persona", "influence", "stance", "time_zone", "consent",
    "consent_at", "consent_source", "source", "external_id",
)  # fmt: skip


class EmailTaken(Exception):
    """Another contact of this workspace has this address."""


class ContactIdTaken(Exception):
    """Another contact of this workspace carries this id."""


class Suppressed(Exception):
    """The address, or the id, is of a person who was erased."""


REFUSALS = (EmailTaken, ContactIdTaken, Suppressed)


@transaction.atomic
def add_contact(
    *,
    account: Account,
    name: str,
    at: datetime,
    by: User | None,
    email: str = "",
    role: str = Contact.Role.END_USER,
    custom: Mapping[str, object] | None = None,
    **fields: Any,
) -> Contact:
    """Add a person; `fields` are any others of EDITABLE.

    Raises EmailTaken, ContactIdTaken, Suppressed or `custom.BadValues`.
    """
    if unknown := fields.keys() - set(EDITABLE):
        raise TypeError(f"a contact has no {', '.join(sorted(unknown))}")
    contact = Contact(
        account=account,
        name=name,
        email=email.strip().lower(),
        role=role,
        custom=values_for(CustomField.About.CONTACT, custom or {}),
        created_at=at,
    )
    for field, value in _with_consent(contact, fields, at).items():
        setattr(contact, field, value)
    _store(contact)
    record_fact(
        account=account,
        kind="contact.added",
        at=at,
        by=by,
        contact_id=contact.pk,
        name=str(contact),
        role=role,
    )
    return contact


@transaction.atomic
def update_contact(*, contact: Contact, changes: Mapping[str, Any], at: datetime, by: User | None) -> Contact:
    """Change any of EDITABLE and `custom`, which is merged.

    Raises EmailTaken, ContactIdTaken, Suppressed or `custom.BadValues`.
    """
    wanted = _with_consent(contact, changes, at)
    changed = list(changing.take(contact, wanted, wanted))
    if changed:
        _store(contact, changed)
    names = merge_values(contact, changes["custom"]) if changes.get("custom") else {}
    if changed or names:
        told: dict[str, Any] = {"names": names} if names else {}
        record_fact(
            account=contact.account,
            kind="contact.changed",
            at=at,
            by=by,
            contact_id=contact.pk,
            name=str(contact),
            fields=sorted([*changed, *names]),
            **told,
        )
    return contact


def _with_consent(contact: Contact, given: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """What to write of `given`: consent that changed counts from `at` unless told; what is not recorded has no date."""
    wanted = {name: value for name, value in given.items() if name in EDITABLE}
    consent = wanted.get("consent", contact.consent)
    if not consent:
        return wanted | {"consent_at": None, "consent_source": ""}
    if consent != contact.consent:
        wanted["consent_at"] = wanted.get("consent_at") or at
    elif wanted.get("consent_at", contact.consent_at) is None:
        wanted.pop("consent_at", None)
    return wanted


def _store(contact: Contact, fields: list[str] | None = None) -> None:
    if fields is None or {"email", "source", "external_id"} & set(fields):
        _refuse_suppressed(contact)
    try:
        with transaction.atomic():
            contact.save(update_fields=fields)
    except IntegrityError as error:
        if "accounts_contact_external_id" in str(error):
            raise ContactIdTaken(f"{contact.source}:{contact.external_id}") from error
        raise EmailTaken(contact.email) from error


def _refuse_suppressed(contact: Contact) -> None:
    if privacy.is_suppressed(email=contact.email, source=contact.source, external_id=contact.external_id):
        raise Suppressed


@transaction.atomic
def set_opted_out(*, contact: Contact, is_out: bool, at: datetime, by: User | None) -> Contact:
    """Stop, or allow again, everything that asks this person for an answer. `by` is None: they did it themselves."""
    if contact.opted_out == is_out:
        return contact
    contact.opted_out_at = at if is_out else None
    contact.save(update_fields=["opted_out_at"])
    kind = "contact.opted_out" if is_out else "contact.opted_in"
    record_fact(account=contact.account, kind=kind, at=at, by=by, contact_id=contact.pk, name=str(contact))
    return contact


@transaction.atomic
def set_left(*, contact: Contact, has_left: bool, at: datetime, by: User | None) -> Contact:
    """The person has left the customer's company, or is back."""
    if (contact.left_at is not None) == has_left:
        return contact
    contact.left_at = at if has_left else None
    contact.save(update_fields=["left_at"])
    kind = "contact.left" if has_left else "contact.returned"
    record_fact(
        account=contact.account,
        kind=kind,
        at=at,
        by=by,
        contact_id=contact.pk,
        name=str(contact),
        role=contact.role,
    )
    return contact


@transaction.atomic
def revise_contact(
    *, contact: Contact, changes: Mapping[str, Any], is_out: bool, has_left: bool, at: datetime, by: User | None
) -> Contact:
    """Everything a form about a person says, each change its own fact. Raises what `update_contact` does."""
    update_contact(contact=contact, changes=changes, at=at, by=by)
    set_opted_out(contact=contact, is_out=is_out, at=at, by=by)
    return set_left(contact=contact, has_left=has_left, at=at, by=by)
