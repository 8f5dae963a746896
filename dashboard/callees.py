"""Whom to speak to: the person that an alert is about, else who decides, else who is for us."""

from collections.abc import Mapping, Sequence
from typing import Any

from accounts.models import Contact

ORDER = [Contact.Role.DECISION_MAKER, Contact.Role.CHAMPION, Contact.Role.END_USER]
WEIGHTS = [Contact.Influence.HIGH, Contact.Influence.MEDIUM, "", Contact.Influence.LOW]


def present(account_id: int) -> list[Contact]:
    """Everybody who is there, the right person first where nothing has happened."""
    found = Contact.objects.present().known().filter(account=account_id).order_by("name", "pk")
    return sorted(found, key=_rank)


def _rank(contact: Contact) -> tuple[int, int]:
    return ORDER.index(Contact.Role(contact.role)), WEIGHTS.index(contact.influence)


def right_person(people: Sequence[Contact], drivers: Sequence[Mapping[str, Any]]) -> Contact | None:
    """Who gave the last answer that an alert tells of, if they are still there; else the first of `people`."""
    by_id = {contact.pk: contact for contact in people}
    said = [by_id[driver["contact_id"]] for driver in drivers if driver.get("contact_id") in by_id]
    return said[-1] if said else people[0] if people else None
