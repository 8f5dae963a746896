"""Endpoints and deliveries, ready for a flat template."""

import json
from datetime import datetime
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lib.markup import state_chip
from lib.paging import Page
from webhooks import words
from webhooks.models import Delivery, Endpoint
from webhooks.queries.deliveries import LAST_ERROR
from webhooks.queries.endpoints import Standing

State = Delivery.State

LOOKS = {State.WAITING: "info", State.DELIVERED: "good", State.FAILED: "bad", State.NOT_SENT: "muted"}


def state(value: str) -> SafeString:
    """A delivery's state as a chip."""
    return state_chip(LOOKS[State(value)], str(State(value).label))


def standing(endpoint: Endpoint) -> SafeString:
    """An endpoint's state as a chip."""
    if not endpoint.is_open:
        is_chosen = endpoint.disabled_why == Endpoint.Why.PERSON
        return state_chip("muted", _("Off")) if is_chosen else state_chip("bad", _("Switched off"))
    return state_chip("watch", _("Failing")) if endpoint.failing_since else state_chip("good", _("On"))


def wanted(endpoint: Endpoint) -> str:
    """What it is told, in short."""
    if endpoint.wants_all:
        return _("Everything")
    if len(endpoint.kinds) == 1:
        return words.kind(endpoint.kinds[0])
    return ngettext("%(n)d kind", "%(n)d kinds", len(endpoint.kinds)) % {"n": len(endpoint.kinds)}


def endpoints(standings: list[Standing]) -> list[dict[str, Any]]:
    """A row each."""
    return [
        {
            "endpoint": one.endpoint,
            "standing": one,
            "chip": standing(one.endpoint),
            "wanted": wanted(one.endpoint),
            "last": state(one.last_state) if one.last_state else "",
        }
        for one in standings
    ]


def deliveries(page: Page) -> list[dict[str, Any]]:
    """The page's rows with state and kind in words, and why there was no answer."""
    return [
        {**row, "chip": state(row["state"]), "kind_words": words.kind(row["kind"]), "why": row[LAST_ERROR] or ""}
        for row in page.rows
    ]


def attempts(delivery: Delivery) -> list[dict[str, Any]]:
    """The log, newest first."""
    return [{**line, "at": datetime.fromisoformat(line["at"])} for line in reversed(delivery.log)]


def readable(body: str) -> str:
    """A body as a person reads JSON."""
    return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
