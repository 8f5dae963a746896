"""What this room keeps about a person: reports that quote them, and what they promised."""

from datetime import datetime
from typing import Any

from django.db.models import CharField, Q
from django.db.models.functions import Cast

from accounts.models import Contact
from accounts.privacy import ERASED, naming, redact, scrub
from accounts.registry import personal
from reviews.models import ActionItem, Review

Rows = list[dict[str, Any]]


def review_rows(contact: Contact) -> Rows:
    """Reports in which they stand: their answers in it, who was there, and what was written."""
    reviews = Review.objects.filter(account=contact.account_id).order_by("year", "quarter")
    texts = reviews.alias(_said=Cast("snapshot", CharField()), _written=Cast("commentary", CharField()))
    wanted = Q()
    for text in filter(None, (contact.name, contact.email)):
        wanted |= Q(_said__icontains=text) | Q(_written__icontains=text) | Q(attendees__icontains=text)
    return [
        {
            "year": review.year,
            "quarter": review.quarter,
            "attendees": review.attendees,
            "commentary": review.commentary,
            "answers": _answers(review, contact),
        }
        for review in (texts.filter(wanted) if wanted else texts.none())
    ]


def _answers(review: Review, contact: Contact) -> Rows:
    voice = (review.snapshot or {}).get("voice", {})
    return [answer for answer in voice.get("answers", []) if answer.get("contact_name") == contact.name]


def action_rows(contact: Contact) -> Rows:
    items = ActionItem.objects.filter(account=contact.account_id)
    named = naming(items, contact, "text", "customer_owner").values("pk")
    found = items.filter(Q(pk__in=named) | Q(customer_owner__iexact=contact.name, owner=None) & ~Q(customer_owner=""))
    told = found.order_by("pk").values("text", "customer_owner", "due_on", "created_at", "done_at")
    return [{**row} for row in told]


def erase_from_reviews(contact: Contact, at: datetime) -> None:
    """Also from reports that were held: their figures stay as they were shown."""
    reviews = Review.objects.filter(account=contact.account_id)
    for review in reviews.exclude(snapshot=None):
        told = scrub(review.snapshot, contact)
        if told != review.snapshot:
            Review.objects.filter(pk=review.pk).update(snapshot=told)
    redact(reviews.exclude(snapshot=None), contact, "snapshot")
    redact(reviews, contact, "commentary", "attendees")


def erase_from_actions(contact: Contact, at: datetime) -> None:
    items = ActionItem.objects.filter(account=contact.account_id)
    items.exclude(customer_owner="").filter(customer_owner__iexact=contact.name).update(customer_owner=ERASED)
    redact(items, contact, "text", "customer_owner")


def register() -> None:
    personal("reviews", export=review_rows, erase=erase_from_reviews)
    personal("review_actions", export=action_rows, erase=erase_from_actions)
