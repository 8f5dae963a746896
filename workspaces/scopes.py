"""What an API token may: everything, or reading or writing in some areas. The one table of areas."""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _

READ, WRITE = "read", "write"


class Area(models.TextChoices):
    """A part of the API that a token may be confined to."""

    ACCOUNTS = "accounts", _("Accounts, contacts, contracts, tags, own fields, personas, timelines")
    TICKETS = "tickets", _("Tickets")
    METRICS = "metrics", _("Metrics and their readings")
    JOURNEYS = "journeys", _("Touchpoints, stages, playbooks, tasks")
    EXPECTATIONS = "expectations", _("Promises")
    PLANS = "plans", _("Success plans, goals, milestones")
    LEARNING = "learning", _("Content, and who learned from it")
    HEALTH = "health", _("Scores and alerts")
    SURVEYS = "surveys", _("Questions and answers")
    COMPLAINTS = "complaints", _("Complaints, and follow-ups of bad answers")
    REVIEWS = "reviews", _("Quarterly reviews")
    SEGMENTS = "segments", _("Segments and the ideal customer")
    CONNECTIONS = "connections", _("Help desks, deliveries, imports")
    WEBHOOKS = "webhooks", _("Outgoing webhooks and chats")
    NOTICES = "notices", _("Notices of whoever made the token")
    ADMIN = "admin", _("Members, tokens, the audit trail, queued work")


def scope(area: str, way: str) -> str:
    return f"{area}:{way}"


def choices() -> list[tuple[str, str]]:
    """Every scope of an area, as a form offers them; who may write there may read there."""
    words = {READ: _("%(area)s: read"), WRITE: _("%(area)s: read and write")}
    return [(scope(area, way), str(words[way] % {"area": area.label})) for area in Area for way in (READ, WRITE)]


def needed(area: str, is_reading: bool) -> list[str]:
    """The scopes of which one is enough. The wide ones cover every area but administration, which has to be named."""
    wide = [] if area == Area.ADMIN else [READ, WRITE]
    found = [*wide, scope(area, READ), scope(area, WRITE)]
    return found if is_reading else [name for name in found if name.rpartition(":")[2] == WRITE]


def allows(scopes: Iterable[str], area: str, is_reading: bool) -> bool:
    """Whether a token with `scopes` may read or write in `area`."""
    return not set(scopes).isdisjoint(needed(area, is_reading))


def described(scopes: Iterable[str]) -> list[str]:
    """What a token may, in words, for a list of tokens."""
    words = {READ: str(_("Read")), WRITE: str(_("Read and write")), **dict(choices())}
    return [words.get(name, name) for name in scopes]
