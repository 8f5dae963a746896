"""How a workspace asks its customers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from lib import changing
from lib.bounds import FIRST_HOUR, LAST_HOUR
from surveys.models import SurveySettings
from workspaces import actions as workspace_actions
from workspaces.models import User

LIMITS = {
    "quiet_days": (0, 365),
    "account_cap": (0, 1000),
    "daily_cap": (0, 1_000_000),
    "hours_from": FIRST_HOUR,
    "hours_until": LAST_HOUR,
}
EDITABLE = ("is_on", "sender_name", "effort_score", *LIMITS)


class HoursOutOfOrder(Exception):
    """The working day ends before it begins."""


@transaction.atomic
def update_settings(*, changes: Mapping[str, Any], at: datetime, by: User | None) -> SurveySettings:
    """Change any of EDITABLE, from now on: planned mails go out as they were planned. Raises HoursOutOfOrder."""
    ours: SurveySettings
    ours, _ = SurveySettings.objects.select_for_update(of=("self",)).get_or_create()
    if not (before := changing.take(ours, changes, EDITABLE)):
        return ours
    if ours.hours_from >= ours.hours_until:
        raise HoursOutOfOrder
    ours.save(update_fields=list(before))
    detail = changing.told(ours, before)
    workspace_actions.record(kind="survey_settings.changed", at=at, by=by, detail=detail)
    return ours
