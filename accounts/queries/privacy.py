"""What is known about a person, and who is not to come back."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, QuerySet

from accounts import registry
from accounts.models import Contact, Suppression
from workspaces import tenancy
from workspaces.secrets import keyed_digests

Suppressions = QuerySet[Suppression, tuple[int, datetime, int]]


def known_about(contact: Contact) -> dict[str, list[dict[str, Any]]]:
    """Everything that any room keeps about the contact: rows by kind."""
    return {kind: rows.export(contact) for kind, rows in registry.personal_kinds.items()}


def signs(*, email: str = "", source: str = "", external_id: str = "") -> list[str]:
    """What a person is known by, as it is hashed."""
    address = email.strip().lower()
    return ([f"email:{address}"] if address else []) + ([f"id:{source}:{external_id}"] if external_id else [])


def digests(sign: str) -> list[str]:
    """The keyed hashes of a sign in the entered workspace, that of now first."""
    return keyed_digests(sign, f"suppression.{tenancy.current_id()}")


def is_suppressed(*, email: str = "", source: str = "", external_id: str = "") -> bool:
    """Whether somebody who was erased is known by this."""
    wanted = [digest for sign in signs(email=email, source=source, external_id=external_id) for digest in digests(sign)]
    return bool(wanted) and Suppression.objects.filter(digest__in=wanted).exists()


def suppressed_among(known_by: Mapping[int, Iterable[str]]) -> list[int]:
    """The keys of those one of whose signs is of somebody who was erased; costs nothing where nobody was."""
    if not Suppression.objects.exists():
        return []
    wanted = {digest: key for key, found in known_by.items() for sign in found for digest in digests(sign)}
    hits = Suppression.objects.filter(digest__in=wanted).values_list("digest", flat=True)
    return sorted({wanted[digest] for digest in hits})


def suppressed_person(text: str) -> int | None:
    """What is left of the erased person known by this address, or by this id written `system:id`."""
    source, _colon, value = text.strip().partition(":")
    ways = [*signs(email=text), *signs(source=source.strip(), external_id=value.strip())]
    wanted = [digest for sign in ways for digest in digests(sign)]
    found: int | None = Suppression.objects.filter(digest__in=wanted).values_list("contact_id", flat=True).first()
    return found


def suppressed_people() -> int:
    """How many people are not to come back."""
    return int(Suppression.objects.values("contact_id").distinct().count())


def suppressions() -> Suppressions:
    """Number, moment and count of fingerprints of each person who is not to come back, the latest first."""
    people = Suppression.objects.values("contact_id").annotate(erased_at=Min("at"), signs=Count("pk"))
    found: Suppressions = people.order_by("-erased_at", "-contact_id").values_list("contact_id", "erased_at", "signs")
    return found
