"""Who may do what: the one table of roles and capabilities."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a member is in a workspace."""

    VIEWER = "viewer", _("Viewer")
    CSM = "csm", _("Customer-success manager")
    MANAGER = "manager", _("Manager")
    ADMIN = "admin", _("Administrator")


class Capability(models.TextChoices):
    """One thing a member may be allowed to do."""

    VIEW = "view", _("See customers, scores, answers and reports")
    WORK = "work", _("Log touchpoints, move stages, handle alerts")
    EDIT_ACCOUNTS = "edit_accounts", _("Change accounts, contacts and contracts")
    SEND_SURVEYS = "send_surveys", _("Send surveys")
    REVIEW = "review", _("Write, hold and share QBR reports")
    CONFIGURE_HEALTH = "configure_health", _("Set health weights and alert rules")
    ADMINISTER = "administer", _("Manage members, tokens, connections and queued work")


_VIEWER = {Capability.VIEW}
_CSM = _VIEWER | {Capability.WORK, Capability.EDIT_ACCOUNTS, Capability.SEND_SURVEYS, Capability.REVIEW}
_MANAGER = _CSM | {Capability.CONFIGURE_HEALTH}
_ADMIN = set(Capability)

CAPABILITIES: dict[str, frozenset[Capability]] = {
    Role.VIEWER: frozenset(_VIEWER),
    Role.CSM: frozenset(_CSM),
    Role.MANAGER: frozenset(_MANAGER),
    Role.ADMIN: frozenset(_ADMIN),
}


def can(role: str, capability: str) -> bool:
    """Whether `role` has `capability`."""
    return capability in CAPABILITIES[role]
