"""The two surveys that every workspace starts with: after a case was closed, and about the relationship as a whole.

Waits and periods: a day after a case was closed is what help desks do; two weeks to answer; relationship surveys reach
one person every 90 days at most, and those who have not answered after four days are reminded once (common practice).
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import Contact
from surveys.models import Kind, Trigger

AFTER_SUPPORT: dict[str, Any] = {
    "name": _("After support"),
    "kind": Kind.CSAT,
    "points": 5,
    "trigger": Trigger.TICKET_CLOSED,
    "delay_hours": 24,
}
RELATIONSHIP: dict[str, Any] = {
    "name": _("Relationship"),
    "kind": Kind.NPS,
    "points": 11,
    "trigger": Trigger.BY_HAND,
    "days": 90,
    "quiet_days": 90,
    "reminder_after_days": 4,
    "roles": [Contact.Role.DECISION_MAKER.value, Contact.Role.CHAMPION.value],
}
FIRST = (AFTER_SUPPORT, RELATIONSHIP)
