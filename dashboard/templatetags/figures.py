"""`{% load figures %}`: numbers that were counted up to a limit."""

from django import template

from accounts.queries import MOST_COUNTED
from lib import formatting

register = template.Library()


@register.filter
def capped(count: int) -> str:
    """`120`, or `1,000+` of what was not counted further."""
    return f"{formatting.number(MOST_COUNTED)}+" if count > MOST_COUNTED else formatting.number(count)
