"""Telling the right people of an alert by mail, once each."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from health import queries
from health.models import Alert
from lib.markup import band_label
from outbox import mail
from workspaces.models import User


@transaction.atomic
def notify(*, alert_id: int, at: datetime) -> None:
    """Mail an alert to the account's owner, or to managers and administrators without one, unless it is over."""
    alert = Alert.objects.open().select_related("account").filter(pk=alert_id).first()
    if alert is None:
        return
    for user in queries.recipients(alert.account):
        with translation.override(user.language), timezone.override(ZoneInfo(user.time_zone)):
            _post(alert, user, at)


def _post(alert: Alert, user: User, at: datetime) -> None:
    account = alert.account
    context = {
        "alert": alert,
        "account": account,
        "score": account.health_score,
        "band": band_label(account.health_band),
        "account_url": settings.BASE_URL + reverse("dashboard:account", args=[account.pk]),
        "alert_url": settings.BASE_URL + reverse("health:alert", args=[alert.pk]),
    }
    subject = _("Urgent: %(account)s: %(rule)s") if alert.is_urgent else _("%(account)s: %(rule)s")
    mail.post(
        to=user.email,
        subject=subject % {"account": account.name, "rule": alert.get_rule_display()},
        text=render_to_string("health/mail/alert.txt", context),
        html=render_to_string("health/mail/alert.html", context),
        key=f"alert:{alert.pk}:{user.pk}",
        at=at,
    )
