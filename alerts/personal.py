"""What this room keeps about a person: alerts that their answers led to, and reasons that name them."""

from datetime import datetime
from typing import Any

from accounts.models import Contact
from accounts.privacy import naming, redact, scrub
from accounts.registry import personal
from alerts.models import Alert, Dismissal


def alert_rows(contact: Contact) -> list[dict[str, Any]]:
    alerts = Alert.objects.filter(account=contact.account_id)
    said = alerts.filter(pk__in=naming(alerts, contact, "resolution", "snooze_reason").values("pk"))
    found = alerts.filter(drivers__contains=[{"contact_id": contact.pk}]) | said
    rows = found.order_by("pk").values("opened_at", "closed_at", "rule", "drivers", "snooze_reason", "resolution")
    return [{**row, "drivers": [one for one in row["drivers"] if one.get("contact_id") == contact.pk]} for row in rows]


def erase_from_alerts(contact: Contact, at: datetime) -> None:
    """An alert still says what led to it: a number, without who gave it and what they wrote."""
    alerts = Alert.objects.filter(account=contact.account_id)
    for alert in alerts.filter(drivers__contains=[{"contact_id": contact.pk}]):
        Alert.objects.filter(pk=alert.pk).update(drivers=scrub(alert.drivers, contact))
    redact(alerts, contact, "drivers", "resolution", "snooze_reason")


def dismissal_rows(contact: Contact) -> list[dict[str, Any]]:
    found = naming(Dismissal.objects.filter(account=contact.account_id), contact, "reason")
    return list(found.order_by("pk").values("at", "until", "reason"))


def erase_from_dismissals(contact: Contact, at: datetime) -> None:
    """Why an account could wait stays, without their name."""
    redact(Dismissal.objects.filter(account=contact.account_id), contact, "reason")


def register() -> None:
    personal("alerts", export=alert_rows, erase=erase_from_alerts)
    personal("dismissals", export=dismissal_rows, erase=erase_from_dismissals)
