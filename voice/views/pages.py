"""What the pages of this room have in common."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.stages import Stage
from segments import queries as segment_queries
from voice.lens import NOT_HAPPY, PERIODS, Lens
from voice.models import LANGUAGES, Feeling, Source
from voice.queries import themes as theme_queries
from workspaces.access import WorkspaceRequest
from workspaces.capabilities import Capability

PAGES = (
    ("voice:heat_map", "map"),
    ("voice:remark_list", "comments"),
    ("voice:theme_list", "themes"),
    ("voice:improvement_list", "improvements"),
    ("voice:digest", "digest"),
)


def tabs(active: str) -> list[dict[str, Any]]:
    """The ways between the pages of this room."""
    labels = {
        "map": _("Heat map"),
        "comments": _("Comments"),
        "themes": _("Themes"),
        "improvements": _("Improvements"),
        "digest": _("Digest"),
    }
    return [{"label": labels[key], "url": reverse(name), "active": key == active} for name, key in PAGES]


def context(request: WorkspaceRequest, active: str, **more: Any) -> dict[str, Any]:
    return {
        "tabs": tabs(active),
        "nav": "insights",
        "rereading": theme_queries.rereading(),
        "can_configure": request.member.can(Capability.CONFIGURE_HEALTH),
        "can_work": request.member.can(Capability.WORK),
        **more,
    }


def controls(lens: Lens) -> dict[str, Any]:
    """What a toolbar offers."""
    return {
        "lens": lens,
        "periods": PERIODS,
        "stages": Stage.choices,
        "sources": Source.choices,
        "feelings": [(NOT_HAPPY, _("Not happy")), *Feeling.choices],
        "languages": LANGUAGES.items(),
        "themes": theme_queries.names().items(),
        "segments": segment_queries.names().items(),
    }
