"""How the timeline tells what was promised and what became of it."""

from typing import Any

from django.utils.translation import gettext as _

Data = dict[str, Any]


def made(data: Data) -> str:
    return _("Promised: %(wording)s") % data


def explained(data: Data) -> str:
    if data.get("contact_name"):
        return _("Explained to %(contact_name)s: %(wording)s") % data
    return _("Explained: %(wording)s") % data


def acknowledged(data: Data) -> str:
    return _("%(name)s acknowledged: %(wording)s") % data


def questioned(data: Data) -> str:
    return _("%(name)s understood it differently: “%(text)s”") % data


def kept(data: Data) -> str:
    return _("Kept: %(wording)s (%(evidence)s)") % data


def broken(data: Data) -> str:
    return _("Broken: %(wording)s (%(evidence)s)") % data


def changed(data: Data) -> str:
    return _("Changed: %(wording)s (%(evidence)s)") % data
