"""What segments can ask about alerts."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from segments.conditions import Kind
from segments.registry import About, Field, Sql, counted

OPEN = Sql(
    "(select count(*) from alerts_alert l where l.workspace_id = a.workspace_id and l.account_id = a.id"
    " and l.closed_at is null and not l.is_held_out)"
)

OPEN_ALERTS = Field(
    "open_alerts",
    _("Open alerts"),
    Kind.NUMBER,
    About.CONTACT,
    lambda reach: OPEN,
    noun=_("open alerts"),
    phrases=counted(lambda said: gettext("open alerts")),
    has_gaps=False,
)
