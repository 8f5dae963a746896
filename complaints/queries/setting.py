"""How a workspace deals with complaints."""

from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from complaints.models import ComplaintRule, ComplaintSettings
from complaints.worktime import Hours
from workspaces import queries as workspace_queries
from workspaces import tenancy


def settings() -> ComplaintSettings:
    """The workspace's settings: the defaults, unsaved, until somebody changes one."""
    return ComplaintSettings.objects.order_by("pk").first() or ComplaintSettings()


def hours(ours: ComplaintSettings) -> Hours:
    """When the workspace works, in its own time zone."""
    zone = workspace_queries.workspace(tenancy.current_id()).time_zone
    return Hours(ours.opens_at, ours.closes_at, ZoneInfo(zone))


def rules() -> QuerySet[ComplaintRule]:
    """Every rule, by what it looks at, in the order in which they are tried."""
    found: QuerySet[ComplaintRule] = ComplaintRule.objects.order_by("source", "pk")
    return found


def rules_for(source: str) -> list[ComplaintRule]:
    """Those in use for answers, tickets or touchpoints."""
    return list(rules().filter(source=source, is_on=True))
