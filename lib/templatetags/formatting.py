"""`{% load formatting %}`: numbers, money and time as people read them."""

from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.timezone import now

from lib import formatting, markup

register = template.Library()


def _forgiving(shown: Callable[..., str]) -> Callable[..., str]:
    """A name the template does not know is an empty string: a missing value, not an error."""

    @wraps(shown)
    def show(value: Any, *args: Any) -> str:
        return formatting.MISSING if value == "" else shown(value, *args)

    return show


for _name in ("money", "money_short", "number", "percent", "signed", "exact"):
    register.filter(_name, _forgiving(getattr(formatting, _name)))


@register.filter
def ago(then: datetime | date | None) -> SafeString:
    return markup.ago(then, now())


@register.filter
def change(value: float | None, good: str = "up") -> SafeString:
    return markup.change(value, good)
