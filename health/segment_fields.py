"""What segments can ask about what people think."""

from datetime import UTC, datetime, time, timedelta

from django.utils.translation import gettext_lazy as _

from health.models import Pulse
from health.models.pulse import LASTS_DAYS
from segments.conditions import Kind
from segments.registry import About, Field, Reach, Sql

_PULSE = "from health_pulse p where p.workspace_id = a.workspace_id and p.account_id = a.id and p.taken_back_at is null"
_NEWEST = "order by p.at desc, p.id desc limit 1"


def _step(reach: Reach) -> Sql:
    """The newest one's step while it holds."""
    since = datetime.combine(reach.today - timedelta(days=LASTS_DAYS - 1), time(), UTC)
    return Sql(f"(select case when p.at >= %s then p.step::text end {_PULSE} {_NEWEST})", (since,))


def _age(reach: Reach) -> Sql:
    return Sql(f"(select %s - (p.at at time zone 'UTC')::date {_PULSE} {_NEWEST})", (reach.today,))


PULSE = Field(
    "pulse",
    _("Pulse"),
    Kind.CHOICE,
    About.STANDING,
    _step,
    noun=_("a pulse"),
    choices=lambda: [(str(step), label) for step, label in Pulse.Step.choices],
)
PULSE_AGE = Field("pulse_age", _("Days since the last pulse"), Kind.NUMBER, About.STANDING, _age)
FIELDS = [PULSE, PULSE_AGE]
