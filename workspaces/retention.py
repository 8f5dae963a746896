"""What this room keeps for some days only."""

from datetime import datetime

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from workspaces.models import AuditEvent
from workspaces.registry import retain


def old_audit(before: datetime) -> QuerySet[AuditEvent]:
    rows: QuerySet[AuditEvent] = AuditEvent.objects.filter(at__lt=before)
    return rows


def forget_audit(*, before: datetime, limit: int, at: datetime) -> int:
    """The trail is append-only for everybody but the function that drops its oldest end, never younger than 90 days."""
    with connection.cursor() as cursor:
        cursor.execute("select workspaces_forget_audit(%s, %s)", [before, limit])
        return int(cursor.fetchone()[0])


def register() -> None:
    retain(
        "audit_trail",
        _("Audit trail"),
        730,
        forget_audit,
        due=old_audit,
        about=_("Who changed what, and when."),
        least=90,
    )
