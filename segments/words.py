"""How the timeline tells what segments record."""

from typing import Any

from django.utils.translation import gettext as _


def entered(data: dict[str, Any]) -> str:
    return _("Entered the segment “%(name)s”") % data


def left(data: dict[str, Any]) -> str:
    return _("Left the segment “%(name)s”") % data
