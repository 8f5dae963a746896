"""`{% load people %}`: how people at customers look on a page."""

from zoneinfo import ZoneInfo

from django import template
from django.utils.formats import time_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import now

from accounts.languages import LANGUAGES
from accounts.models import Contact
from lib import markup

register = template.Library()

ICONS = {Contact.Role.DECISION_MAKER: "key", Contact.Role.CHAMPION: "flag", Contact.Role.END_USER: "user"}
NAMES = dict(LANGUAGES)


@register.simple_tag
def role_mark(role: str, person: object = "") -> SafeString:
    """The shape of a role with the person's name, and the role for those who do not see it; or the role in words."""
    label = Contact.Role(role).label
    mark = markup.icon(ICONS[Contact.Role(role)])
    if not person:
        return format_html('<span class="role-mark">{}{}</span>', mark, label)
    return format_html(
        '<span class="role-mark" title="{}">{}<span>{}<span class="visually-hidden">, {}</span></span></span>',
        label,
        mark,
        person,
        label,
    )


@register.filter
def language_name(code: str) -> str:
    """`German` of `de`; a code we have no name for as it is."""
    return str(NAMES.get(code, code))


@register.filter
def time_there(zone: str) -> str:
    """`14:05` in an IANA time zone."""
    return str(time_format(now().astimezone(ZoneInfo(zone)), "H:i"))
