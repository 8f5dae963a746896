"""Rows of deliveries, ready for a flat template."""

from typing import Any

from django.utils.safestring import SafeString

from integrations.models import InboxEvent
from lib.markup import state_chip
from lib.paging import Page

State = InboxEvent.State

LOOKS = {
    State.RECEIVED: "info",
    State.PROCESSED: "good",
    State.OLDER: "muted",
    State.IGNORED: "muted",
    State.UNMATCHED: "watch",
    State.FAILED: "bad",
    State.DISMISSED: "muted",
    State.SAMPLE: "watch",
}


def state(value: str) -> SafeString:
    """The state as a chip."""
    return state_chip(LOOKS[State(value)], str(State(value).label))


def state_asked(value: str) -> str:
    """A state named in an address; empty when it is none."""
    return value if value in State.values else ""


def match_words(value: str) -> str:
    """How the account was found; empty when it was not."""
    return str(InboxEvent.Match(value).label) if value else ""


def deliveries(page: Page) -> list[dict[str, Any]]:
    """The page's rows with their state in a chip and the match in words."""
    return [
        {**row, "chip": state(row["state"]), "matched_by": match_words(row["match"]), "who": who(row)}
        for row in page.rows
    ]


def who(row: dict[str, Any]) -> str:
    """The requester in one line."""
    name, email = row["requester_name"], row["requester_email"]
    return f"{name} <{email}>" if name and email else str(name or email)
