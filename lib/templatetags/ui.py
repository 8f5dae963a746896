"""`{% load ui %}`: the small parts every page uses."""

from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select
from django.template.context import Context
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, get_urlconf, reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from lib import markup

register = template.Library()

register.simple_tag(markup.icon, name="icon")
register.simple_tag(markup.score_chip, name="score_chip")
register.simple_tag(markup.state_chip, name="state")


@register.simple_tag
def url_or_none(name: str, *args: object) -> str:
    """The address behind a URL name, or nothing: a room that is not installed has no door."""
    return _address(get_urlconf() or settings.ROOT_URLCONF, name, args)


@lru_cache(maxsize=1024)
def _address(urlconf: str, name: str, args: tuple[object, ...]) -> str:
    try:
        return reverse(name, urlconf, args)
    except NoReverseMatch:
        return ""


@register.simple_tag(takes_context=True)
def rail_item(
    context: Context, key: str, url_name: str, label: str, icon: str, also: str = "", allowed: bool = True
) -> SafeString:
    """A door of the rail, lit on its own address and below it; absent when its room is.

    `also`: one more beginning of a path that lights it. A page that lives elsewhere sets `nav` to a door's key.
    """
    url = url_or_none(url_name) if allowed else ""
    path = getattr(context.get("request"), "path", "")
    nav = context.get("nav")
    is_here = path == url or (len(url) > 1 and path.startswith(url)) or bool(also and path.startswith(also))
    return _door(key, url, str(label), icon, nav == key if nav else is_here) if url else SafeString("")


@lru_cache(maxsize=256)
def _door(key: str, url: str, label: str, icon: str, is_active: bool) -> SafeString:
    item = {"key": key, "url": url, "label": label, "icon": icon, "is_active": is_active}
    return render_to_string("ui/rail_item.html", item)


@register.simple_tag
def fixed(template_name: str) -> SafeString:
    """A part that depends on nothing but the language, drawn once per language and process."""
    return render_to_string(template_name) if settings.DEBUG else _fixed(template_name, get_language())


@lru_cache(maxsize=64)
def _fixed(template_name: str, _language: str | None) -> SafeString:
    return render_to_string(template_name)


@register.filter
def initials(name: str) -> str:
    """`MC` of `Mei Chen` or `mei.chen@example.com`."""
    words = str(name).split("@")[0].replace(".", " ").replace("_", " ").split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@register.filter
def kind(field: BoundField) -> str:
    """How `ui/field.html` lays a field out: `check`, `choices`, or `plain`."""
    if isinstance(field.field.widget, RadioSelect | CheckboxSelectMultiple):
        return "choices"
    return "check" if isinstance(field.field.widget, CheckboxInput) else "plain"


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """The field's widget with our class; Django ties its help (`_helptext`) and errors (`_error`) to it."""
    widget = field.field.widget
    css = "form-control"
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple | CheckboxInput):
        css = "form-check-input"
    elif isinstance(widget, Select):
        css = "form-select"
    invalid = "is-invalid" if field.errors else ""
    attrs: dict[str, Any] = {"class": " ".join(f"{css} {widget.attrs.get('class', '')} {invalid}".split())}
    hint, label = str(widget.attrs.get("placeholder", "")).lower(), str(field.label).lower()
    if hint and (hint in label or label in hint):
        attrs["placeholder"] = False  # it only repeats the label
    return field.as_widget(attrs=attrs)
