"""Contacts: the people at a customer."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.actions.facts import record_fact
from accounts.models import Account, Contact
from workspaces.models import User

EDITABLE = ("name", "email", "title", "role", "locale")


class EmailTaken(Exception):
    """Another contact of this workspace has this address."""


@transaction.atomic
def add_contact(
    *,
    account: Account,
    name: str,
    at: datetime,
    by: User | None,
    email: str = "",
    role: str = Contact.Role.END_USER,
    title: str = "",
    locale: str = "",
) -> Contact:
    """Add a person. Raises EmailTaken."""
    try:
        with transaction.atomic():
            contact = Contact.objects.create(
                account=account,
                name=name,
                email=email.strip().lower(),
                role=role,
                title=title,
                locale=locale,
                created_at=at,
            )
    except IntegrityError as error:
        raise EmailTaken(email) from error
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
    """Change any of EDITABLE. Raises EmailTaken."""
    changed = {name: value for name, value in changes.items() if name in EDITABLE and getattr(contact, name) != value}
    if not changed:
        return contact
    for name, value in changed.items():
        setattr(contact, name, value)
    try:
        with transaction.atomic():
            contact.save(update_fields=list(changed))
    except IntegrityError as error:
        raise EmailTaken(contact.email) from error
    record_fact(
        account=contact.account,
        kind="contact.changed",
        at=at,
        by=by,
        contact_id=contact.pk,
        name=str(contact),
        fields=sorted(changed),
    )
    return contact


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
    """Everything a form about a person says, each change its own fact. Raises EmailTaken."""
    update_contact(contact=contact, changes=changes, at=at, by=by)
    set_opted_out(contact=contact, is_out=is_out, at=at, by=by)
    return set_left(contact=contact, has_left=has_left, at=at, by=by)
