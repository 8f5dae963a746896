"""`{% load ui %}`: the small parts every page uses."""

from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select
from django.template.context import Context
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString

from lib import markup

register = template.Library()

register.simple_tag(markup.icon, name="icon")
register.simple_tag(markup.score_chip, name="score_chip")
register.simple_tag(markup.state_chip, name="state")


@register.simple_tag
def url_or_none(name: str, *args: object) -> str:
    """The address behind a URL name, or nothing: a room that is not installed has no door."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


@register.inclusion_tag("ui/rail_item.html", takes_context=True)
def rail_item(
    context: Context, key: str, url_name: str, label: str, icon: str, also: str = "", allowed: bool = True
) -> dict[str, Any]:
    """A door of the rail. Lit when the context's `nav` is `key`, or, without `nav`, by URL name or namespace.

    `also`: more namespaces and URL names, separated by spaces, that light this item.
    """
    match = getattr(context.get("request"), "resolver_match", None)
    here = {match.view_name, match.namespace} if match else set()
    nav = context.get("nav")
    is_active = nav == key if nav else bool(here & {url_name, *also.split()})
    url = url_or_none(url_name) if allowed else ""
    return {"key": key, "url": url, "label": label, "icon": icon, "is_active": is_active}


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
    return field.as_widget(attrs={"class": f"{css} {widget.attrs.get('class', '')} {invalid}".strip()})
