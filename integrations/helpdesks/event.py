"""What every help desk's event becomes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.actions.tickets import TicketNews

# A help desk's clock may be a little ahead; a time further off would make every later event look older.
CLOCK_SKEW = timedelta(minutes=10)


class Unusable(Exception):
    """The event is of a kind we know but lacks what it must say; the text names the field and the rule."""


@dataclass(frozen=True)
class TicketEvent:
    """One ticket as a help desk tells it: cleaned, cut to our fields, absent text empty, absent times None."""

    ticket_id: str
    is_closed: bool
    is_merged: bool = False  # closed because it lives on in another ticket, or nowhere: nobody is to be asked
    number: str = ""
    url: str = ""
    subject: str = ""
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    updated_at: datetime | None = None
    requester_email: str = ""
    requester_name: str = ""
    requester_id: str = ""
    requester_locale: str = ""
    organization_id: str = ""
    organization_name: str = ""
    organization_domain: str = ""
    agent_name: str = ""
    agent_email: str = ""
    priority: str = ""
    topic: str = ""
    tags: tuple[str, ...] | None = None  # None: not told

    def news(self, source: str, received_at: datetime) -> TicketNews:
        """For `apply_ticket`. Times that are missing, or in the future, are `received_at`."""
        updated_at = _past(self.updated_at, received_at)
        closed_at = _past(self.closed_at, received_at) if self.closed_at else updated_at
        known_at = min(updated_at, closed_at)
        return TicketNews(
            source=source,
            external_id=self.ticket_id,
            is_closed=self.is_closed,
            is_merged=self.is_merged,
            updated_at=updated_at,
            opened_at=min(self.opened_at, known_at) if self.opened_at else known_at,
            closed_at=closed_at if self.is_closed else None,
            number=self.number,
            url=self.url,
            subject=self.subject,
            agent_name=self.agent_name,
            agent_email=self.agent_email,
            priority=self.priority,
            topic=self.topic,
            tags=self.tags,
            locale=self.requester_locale,
        )


def _past(moment: datetime | None, received_at: datetime) -> datetime:
    if moment is None or moment > received_at + CLOCK_SKEW:
        return received_at
    return moment
