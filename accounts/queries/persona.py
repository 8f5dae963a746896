"""What pages and API ask about personas."""

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Lower

from accounts.models import Contact, Persona, PersonaQuerySet


def personas() -> PersonaQuerySet:
    """Every persona with `people`, the contacts still there who are one; those in use first, by name."""
    counted = (
        Contact.objects.present()
        .filter(persona=OuterRef("pk"))
        .order_by()
        .values("persona")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return Persona.objects.annotate(people=Coalesce(Subquery(counted), 0)).order_by(
        F("retired_at").desc(nulls_first=True), Lower("name"), "pk"
    )


def personas_offered(also: int | None = None) -> PersonaQuerySet:
    """The personas to choose from, by name; with one that a contact has already, though it may be retired."""
    return Persona.objects.filter(Q(retired_at=None) | Q(pk=also)).order_by(Lower("name"), "pk")
