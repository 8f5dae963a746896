"""`{% load formatting %}`: numbers, money and time as people read them."""

from datetime import date, datetime

from django import template
from django.utils.safestring import SafeString
from django.utils.timezone import now

from lib import formatting, markup

register = template.Library()

register.filter("money", formatting.money)
register.filter("money_short", formatting.money_short)
register.filter("number", formatting.number)
register.filter("percent", formatting.percent)
register.filter("signed", formatting.signed)
register.filter("exact", formatting.exact)


@register.filter
def ago(then: datetime | date | None) -> SafeString:
    return markup.ago(then, now())


@register.filter
def change(value: float | None, good: str = "up") -> SafeString:
    return markup.change(value, good)
