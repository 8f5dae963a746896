"""What segments can ask about promises, which stand beside them."""

from datetime import timedelta

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from segments.conditions import Kind
from segments.registry import About, Field, Reach, Sql, counted

_COUNT = (
    "(select count(*) from expectations_expectation e where e.workspace_id = a.workspace_id and e.account_id = a.id"
)
BROKEN_DAYS = 365  # offered at first


def _overdue(reach: Reach) -> Sql:
    return Sql(f"{_COUNT} and e.settled_at is null and e.due_on < %s)", (reach.today,))


def _broken(reach: Reach) -> Sql:
    text = f"{_COUNT} and e.outcome = 'broken' and (e.settled_at at time zone 'UTC')::date > %s)"
    return Sql(text, (reach.today - timedelta(days=reach.days),))


FIELDS = [
    Field(
        "open_promises",
        _("Open promises"),
        Kind.NUMBER,
        About.CONTRACTS,
        lambda reach: Sql(f"{_COUNT} and e.settled_at is null)"),
        noun=_("open promises"),
        phrases=counted(lambda said: gettext("open promises")),
        has_gaps=False,
    ),
    Field(
        "overdue_promises",
        _("Overdue promises"),
        Kind.NUMBER,
        About.CONTRACTS,
        _overdue,
        noun=_("overdue promises"),
        phrases=counted(lambda said: gettext("overdue promises")),
        has_gaps=False,
    ),
    Field(
        "broken_promises",
        _("Broken promises"),
        Kind.NUMBER,
        About.CONTRACTS,
        _broken,
        noun=_("broken promises"),
        phrases=counted(
            lambda said: (
                ngettext(
                    "promises broken in the last %(days)s day",
                    "promises broken in the last %(days)s days",
                    said["days"],
                )
                % said
            )
        ),
        days=BROKEN_DAYS,
        has_gaps=False,
    ),
]
