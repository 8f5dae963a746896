"""Kinds of facts in words, for the person who chooses among them."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from webhooks.messages import TEST

NOUNS: dict[str, "str | Promise"] = {
    "account": _("Accounts"),
    "contact": _("Contacts"),
    "contract": _("Contracts"),
    "promise": _("Promises"),
    "content": _("Learning"),
    "ticket": _("Tickets"),
    "survey": _("Surveys"),
    "complaint": _("Complaints"),
    "follow_up": _("Follow-ups of bad answers"),
    "touchpoint": _("Touchpoints"),
    "stage": _("Stages"),
    "health": _("Health"),
    "alert": _("Alerts"),
    "segment": _("Segments"),
    "review": _("Reviews"),
    "action": _("Agreed actions"),
}

# What is missing here is shown as it is written.
KINDS: dict[str, "str | Promise"] = {
    TEST: _("Test"),
    "account.created": _("Account created"),
    "account.changed": _("Account changed"),
    "account.tagged": _("Account given a tag"),
    "account.untagged": _("Tag taken off an account"),
    "contact.added": _("Contact added"),
    "contact.changed": _("Contact changed"),
    "contact.left": _("Contact left the company"),
    "contact.opted_in": _("Contact may be surveyed again"),
    "contact.opted_out": _("Contact asked not to be surveyed"),
    "contact.returned": _("Contact back at the company"),
    "contract.added": _("Contract added"),
    "contract.changed": _("Contract changed"),
    "contract.renewed": _("Contract renewed"),
    "promise.made": _("Promise made"),
    "promise.explained": _("Promise explained"),
    "promise.acknowledged": _("Promise acknowledged by the customer"),
    "promise.questioned": _("Promise understood differently by the customer"),
    "promise.kept": _("Promise kept"),
    "promise.broken": _("Promise broken"),
    "promise.changed": _("Promise changed"),
    "content.started": _("Content started by a contact"),
    "content.completed": _("Content completed by a contact"),
    "ticket.opened": _("Ticket opened"),
    "ticket.closed": _("Ticket closed"),
    "ticket.reopened": _("Ticket reopened"),
    "ticket.changed": _("Ticket given another priority or topic, or other tags"),
    "ticket.merged": _("Ticket merged into another"),
    "survey.sent": _("Survey sent"),
    "survey.refused": _("Survey not sent"),
    "survey.answered": _("Survey answered"),
    "complaint.opened": _("Complaint opened"),
    "complaint.changed": _("Complaint changed"),
    "complaint.updated": _("Customer told about a complaint"),
    "complaint.closed": _("Complaint closed"),
    "complaint.reopened": _("Complaint open again"),
    "complaint.overdue": _("Complaint overdue"),
    "follow_up.told": _("Bad answer followed up"),
    "touchpoint.logged": _("Touchpoint logged"),
    "stage.entered": _("Stage entered"),
    "stage.taken_back": _("Move to a stage taken back"),
    "health.changed": _("Health band changed"),
    "alert.opened": _("Alert opened"),
    "alert.acknowledged": _("Alert acknowledged"),
    "alert.snoozed": _("Alert put off"),
    "alert.assigned": _("Alert assigned"),
    "alert.escalated": _("Alert given to the managers"),
    "alert.closed": _("Alert closed"),
    "work.dismissed": _("Account taken off Today"),
    "work.brought_back": _("Account brought back to Today"),
    "segment.entered": _("Segment entered"),
    "segment.left": _("Segment left"),
    "review.held": _("Review held"),
    "review.taken_back": _("Review not held after all"),
    "action.done": _("Action done"),
    "action.reopened": _("Action open again"),
}


def kind(name: str) -> str:
    """`ticket.closed` as a reader sees it."""
    return str(KINDS.get(name) or name.replace(".", " ").replace("_", " ").capitalize())


def noun(name: str) -> str:
    """The group that a kind stands in."""
    first = name.partition(".")[0]
    return str(NOUNS.get(first) or first.replace("_", " ").capitalize())


def in_order(names: Iterable[str]) -> list[str]:
    """Kinds as a reader looks for them: by noun in the order above, then as they are told above."""
    nouns, kinds = list(NOUNS), list(KINDS)
    places = {}
    for name in names:
        first = name.partition(".")[0]
        place = nouns.index(first) if first in nouns else len(nouns)
        places[name] = (place, first, kinds.index(name) if name in kinds else len(kinds))
    return sorted(places, key=lambda name: (places[name], name))
