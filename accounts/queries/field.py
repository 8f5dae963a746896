"""What pages, API and other apps ask about the workspace's own fields."""

from django.db.models import F
from django.db.models.functions import Lower

from accounts.models import CustomField, CustomFieldQuerySet


def fields_of(about: str) -> CustomFieldQuerySet:
    """The fields in use of accounts or contacts, by name."""
    return CustomField.objects.of(about).in_use().order_by(Lower("name"), "pk")


def all_fields() -> CustomFieldQuerySet:
    """Every field: those in use first, by name."""
    return CustomField.objects.order_by(F("retired_at").desc(nulls_first=True), Lower("name"), "pk")
