"""How the timeline tells who learned what."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

Data = dict[str, Any]


def started(data: Data) -> str:
    return _("%(contact_name)s started “%(title)s”") % data


def completed(data: Data) -> str:
    return _("%(contact_name)s completed “%(title)s”") % data


def many_started(count: int) -> str:
    return ngettext("Started %(count)s piece of content", "Started %(count)s pieces of content", count) % {
        "count": count
    }


def many_completed(count: int) -> str:
    return ngettext("Completed %(count)s piece of content", "Completed %(count)s pieces of content", count) % {
        "count": count
    }
