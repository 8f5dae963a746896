"""How a workspace shows itself to its customers, and what follows an answer."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from lib import changing
from surveys import colours
from surveys.models import Look
from surveys.pictures import Picture
from workspaces import actions as workspace_actions
from workspaces.models import User
from workspaces.secrets import digest, new_token

EDITABLE = ("accent", "reply_to", "language", "offers_call", "asks_referral", "review_url")


class TooPale(Exception):
    """The colour cannot be read on white paper; carries the nearest tone that can."""


@transaction.atomic
def change_look(*, changes: Mapping[str, Any], at: datetime, by: User | None) -> Look:
    """Change any of EDITABLE. Raises TooPale."""
    look: Look
    look, _ = Look.objects.select_for_update(of=("self",)).get_or_create()
    before = changing.take(look, changes, EDITABLE)
    if "accent" in before and look.accent and not colours.is_readable(look.accent):
        raise TooPale(colours.readable(look.accent, colours.LIGHT_PAPER))
    look.dark_accent = colours.readable(look.accent, colours.DARK_PAPER) if look.accent else ""
    if before:
        _give_address(look)
        look.save(update_fields=[*before, "dark_accent", "key", "token_hash"])
        workspace_actions.record(kind="survey_look.changed", at=at, by=by, detail=changing.told(look, before))
    return look


@transaction.atomic
def set_logo(*, picture: Picture | None, at: datetime, by: User | None) -> Look:
    """Show this logo from now on, or none. Mails that were sent before show it, too."""
    look: Look
    look, _ = Look.objects.select_for_update(of=("self",)).get_or_create()
    look.logo = picture.data if picture else b""
    look.logo_type = picture.kind if picture else ""
    look.logo_width, look.logo_height = (picture.width, picture.height) if picture else (0, 0)
    _give_address(look)
    look.save(update_fields=["logo", "logo_type", "logo_width", "logo_height", "key", "token_hash"])
    workspace_actions.record(kind="survey_logo.changed" if picture else "survey_logo.removed", at=at, by=by)
    return look


def _give_address(look: Look) -> None:
    """Once: what mails that were sent point at stays there."""
    if not look.key:
        look.key = new_token()
        look.token_hash = digest(look.key)
