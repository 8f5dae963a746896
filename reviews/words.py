"""How the timeline tells what reviews record."""

from typing import Any

from django.utils.translation import gettext as _


def review_held(data: dict[str, Any]) -> str:
    return _("The review of Q%(quarter)s %(year)s was held.") % data


def review_taken_back(data: dict[str, Any]) -> str:
    return _("The review of Q%(quarter)s %(year)s was not held after all.") % data


def action_done(data: dict[str, Any]) -> str:
    return _("Done, as promised: %(text)s") % data


def action_reopened(data: dict[str, Any]) -> str:
    return _("Not done after all: %(text)s") % data
