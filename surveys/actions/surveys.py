"""Surveys: made, changed, switched on and off, retired."""

from datetime import datetime

from surveys.first_surveys import FIRST
from surveys.models import Survey


def give_first_surveys(*, at: datetime) -> None:
    """What every workspace starts with; those that are there stay as they are."""
    rows = [Survey(**{**first, "name": str(first["name"])}, created_at=at) for first in FIRST]
    Survey.objects.bulk_create(rows, ignore_conflicts=True)
