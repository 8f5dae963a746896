"""What segments can ask about the risk."""

from django.utils.translation import gettext_lazy as _

from segments.conditions import Kind
from segments.registry import About, Field, Sql

RISK = Field(
    "risk",
    _("Churn risk, %"),
    Kind.NUMBER,
    About.STANDING,
    lambda reach: Sql("round(100 * a.risk)"),
    noun=_("a churn risk"),
    unit="%",
)
