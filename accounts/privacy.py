"""Take one person out of rows, in the database; and see whether a text is about them."""

import re
from collections.abc import Sequence
from typing import Any

from django.db.models import CharField, F, Func, JSONField, Q, QuerySet, TextField, Value
from django.db.models.functions import Left

from accounts.models import Contact

ERASED = "Erased person"
ERASED_ADDRESS = "Erased address"

_NO_SPACES = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def redacted(field: str, contact: Contact) -> Func:
    """The text of `field` without the contact's name and address, as `accounts_redacted` takes them out."""
    return Func(
        F(field), Value(contact.name), Value(contact.email), function="accounts_redacted", output_field=TextField()
    )


def redacted_json(field: str, contact: Contact) -> Func:
    """`redacted` for JSON."""
    return Func(
        F(field), Value(contact.name), Value(contact.email), function="accounts_redacted_json", output_field=JSONField()
    )


def redact(rows: QuerySet[Any], contact: Contact, *fields: str) -> int:
    """Take the contact out of these fields, texts or JSON, of those `rows` that name them; returns how many."""
    return sum(_redact(rows, contact, field) for field in fields)


def _redact(rows: QuerySet[Any], contact: Contact, name: str) -> int:
    field = rows.model._meta.get_field(name)
    expression = redacted_json(name, contact) if isinstance(field, JSONField) else redacted(name, contact)
    naming = rows.annotate(_told=expression).exclude(_told=F(name)).order_by()
    most = field.max_length if isinstance(field, CharField) else None
    return int(naming.update(**{name: Left(expression, most) if most else expression}))


def naming(rows: QuerySet[Any], contact: Contact, *fields: str) -> QuerySet[Any]:
    """Those of `rows` that name the contact in one of these texts."""
    told = {f"_told_{field}": redacted(field, contact) for field in fields}
    names_them = Q()
    for field in fields:
        names_them |= ~Q(**{f"_told_{field}": F(field)})
    found: QuerySet[Any] = rows.alias(**told).filter(names_them)
    return found


def pattern(contact: Contact) -> re.Pattern[str] | None:
    """What the contact is found by in a text that the database cannot read; None without name and address."""
    parts = [re.escape(contact.email)] if contact.email else []
    if re.search(r"\w", contact.name):
        name = r"\s+".join(map(re.escape, contact.name.split()))
        is_bare = bool(_NO_SPACES.search(contact.name))
        parts.append(name if is_bare else rf"(?<!\w){name}(?!\w)")
    return re.compile("|".join(parts), re.IGNORECASE) if parts else None


def scrub(data: Any, contact: Contact, texts: Sequence[str] = ("comment",)) -> Any:
    """Nested data in which whatever is told of this contact has neither their name nor what they wrote."""
    if isinstance(data, list):
        return [scrub(one, contact, texts) for one in data]
    if not isinstance(data, dict):
        return data
    told = {key: scrub(value, contact, texts) for key, value in data.items()}
    if _is_theirs(data, contact):
        told |= {key: ERASED for key in ("contact_name",) if key in data}
        told |= {key: "" for key in texts if key in data}
    return told


def is_about(data: Any, contact: Contact) -> bool:
    """Whether nested data tells anywhere of this contact by their id."""
    if isinstance(data, list):
        return any(is_about(one, contact) for one in data)
    if not isinstance(data, dict):
        return False
    return data.get("contact_id") == contact.pk or is_about(list(data.values()), contact)


def _is_theirs(data: dict[str, Any], contact: Contact) -> bool:
    if "contact_id" in data:
        return bool(data["contact_id"] == contact.pk)
    return bool(contact.name) and data.get("contact_name") == contact.name
