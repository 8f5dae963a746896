"""How far numbers and days that people mean can reach, whatever door they come through."""

from datetime import date
from typing import Any

from django import forms
from rest_framework import serializers

MOST = 10**15  # beyond it a float no longer tells neighbours apart, and sums of many overflow
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)

Limits = tuple[int, int]  # least and most
FIRST_HOUR: Limits = (0, 23)
LAST_HOUR: Limits = (1, 24)


def number(limits: Limits, label: Any, help_text: Any = "", **told: Any) -> forms.IntegerField:
    """A whole number in a form."""
    least, most = limits
    return forms.IntegerField(label=label, help_text=help_text, min_value=least, max_value=most, **told)


def json_number(limits: Limits, help_text: Any = "", **told: Any) -> serializers.IntegerField:
    """The same number in the API."""
    least, most = limits
    return serializers.IntegerField(help_text=help_text, min_value=least, max_value=most, **told)
