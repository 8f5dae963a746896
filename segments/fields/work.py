"""What was agreed, and what customers ask for help with."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.utils.translation import ngettext

from segments.conditions import Kind
from segments.fields.account import column
from segments.registry import About, Field, Reach, Sql, counted

WINDOW = 30  # days offered at first

_RUNNING = (
    "from accounts_contract c where c.workspace_id = a.workspace_id and c.account_id = a.id"
    " and c.starts_on <= %s and c.ends_on > %s"
)


def _running(what: str) -> Callable[[Reach], Sql]:
    """Of the contracts that run today; null where none does."""
    return lambda reach: Sql(f"(select {what} {_RUNNING})", (reach.today, reach.today))


def midnight(reach: Reach, days_ago: int) -> datetime:
    """When the UTC day so many days ago began."""
    return datetime.combine(reach.today - timedelta(days=days_ago), time(), UTC)


def _tickets(column_name: str) -> Callable[[Reach], Sql]:
    """How many tickets had this happen in the window, which ends with today."""
    text = (  # our own words alone
        "(select count(*) from accounts_ticket t where t.workspace_id = a.workspace_id and t.account_id = a.id"
        " and t.{0} >= %s and t.{0} < %s)"
    ).replace("{0}", column_name)
    return lambda reach: Sql(text, (midnight(reach, reach.days - 1), midnight(reach, -1)))


def _renewing(words: dict[str, Any]) -> str:
    told = ngettext("renewing in the next %(value)s day", "renewing in the next %(value)s days", words["count"])
    return told % words


def _opened(said: dict[str, Any]) -> str:
    told = ngettext("tickets opened in the last %(days)s day", "tickets opened in the last %(days)s days", said["days"])
    return told % said


def _reopened(said: dict[str, Any]) -> str:
    days = said["days"]
    told = ngettext("tickets reopened in the last %(days)s day", "tickets reopened in the last %(days)s days", days)
    return told % said


FIELDS = [
    Field(
        "renews_on",
        later("Renewal"),
        Kind.DATE,
        About.CONTRACTS,
        column("a.renews_on"),
        later("a renewal"),
        phrases={
            "next_days": _renewing,
            "before": lambda words: _("renewing before %(value)s") % words,
            "after": lambda words: _("renewing after %(value)s") % words,
            "empty": lambda words: _("without a renewal date"),
            "not_empty": lambda words: _("with a renewal date"),
        },
    ),
    Field(
        "contract_ends_on",
        later("Next end of a running contract"),
        Kind.DATE,
        About.CONTRACTS,
        _running("min(c.ends_on)"),
        later("the next end of a contract"),
        phrases={
            "empty": lambda words: _("without a running contract"),
            "not_empty": lambda words: _("with a running contract"),
        },
    ),
    Field(
        "seats",
        later("Seats in running contracts"),
        Kind.NUMBER,
        About.CONTRACTS,
        _running("sum(c.seats)"),
        later("seats"),
        phrases=counted(lambda said: _("seats")),
        describes=True,
    ),
    Field(
        "auto_renews",
        later("A running contract renews by itself"),
        Kind.YES_NO,
        About.CONTRACTS,
        _running("bool_or(c.auto_renews)"),
        later("a renewal by itself"),
        phrases={
            "yes": lambda words: _("with a contract that renews by itself"),
            "no": lambda words: _("with a contract that does not renew by itself"),
            "empty": lambda words: _("without a running contract"),
            "not_empty": lambda words: _("with a running contract"),
        },
    ),
    Field(
        "open_tickets",
        later("Open tickets"),
        Kind.NUMBER,
        About.TICKETS,
        column(
            "(select count(*) from accounts_ticket t where t.workspace_id = a.workspace_id and t.account_id = a.id"
            " and t.closed_at is null)"
        ),
        later("open tickets"),
        phrases=counted(lambda said: _("open tickets")),
        has_gaps=False,
    ),
    Field(
        "tickets_opened",
        later("Tickets opened"),
        Kind.NUMBER,
        About.TICKETS,
        _tickets("opened_at"),
        later("tickets opened"),
        phrases=counted(_opened),
        days=WINDOW,
        has_gaps=False,
    ),
    Field(
        "tickets_reopened",
        later("Tickets reopened"),
        Kind.NUMBER,
        About.TICKETS,
        _tickets("reopened_at"),
        later("tickets reopened"),
        phrases=counted(_reopened),
        days=WINDOW,
        has_gaps=False,
    ),
]
