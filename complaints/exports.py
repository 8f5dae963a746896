"""Complaints and what belongs to them as tables for a spreadsheet: the header first, keys rather than words."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from complaints import sentences
from complaints.models import ComplaintQuerySet, ComplaintRule, ComplaintStep, FollowUpQuerySet, PeerQuerySet

CHUNK = 2000
Table = Iterator[Sequence[object]]


def complaints(found: ComplaintQuerySet, at: datetime) -> Table:
    """Who complained about what, until when they were promised something, and what became of it."""
    yield [
        _("Id"), _("Account id"), _("Account"), _("Contact"), _("Complaint"), _("Noticed in"), _("Rule"),
        _("Happened at"), _("Opened at"), _("Opened by"), _("Owner"), _("Promised for"), _("Overdue"),
        _("Customer told at"), _("Closed at"), _("Closed by"), _("Outcome"), _("Good now"), _("In a sentence"),
    ]  # fmt: skip
    for one in found.iterator(chunk_size=CHUNK):
        yield [
            one.pk, one.account_id, one.account.name, _name(one.contact), one.text, one.source, _name(one.rule),
            one.happened_at, one.opened_at, _name(one.opened_by), _name(one.owner), one.promised_at,
            one.is_overdue_at(at), getattr(one, "told_at", None), one.closed_at, _name(one.closed_by), one.outcome,
            one.is_good_now, one.closing_note,
        ]  # fmt: skip


def steps(found: QuerySet[ComplaintStep]) -> Table:
    """What was said and noted about one complaint."""
    yield [_("At"), _("By"), _("Kind"), _("To"), _("Text"), _("New time promised"), _("Mail sent at")]
    for one in found.iterator(chunk_size=CHUNK):
        sent_at = one.mail.sent_at if one.mail else None
        yield [one.at, _name(one.by), one.kind, _name(one.contact), one.text, one.promised_at, sent_at]


def follow_ups(found: FollowUpQuerySet) -> Table:
    """Bad answers, who was to speak with the customer by when, who did, and what came of it."""
    yield [
        _("Id"), _("Account id"), _("Account"), _("Answer id"), _("Contact"), _("Survey"), _("Value"), _("Comment"),
        _("Opened at"), _("Due at"), _("Assigned to"), _("Done at"), _("Done by"), _("Dropped at"), _("Outcome"),
        _("Spoke with"), _("What was said"), _("Told by"), _("Told at"),
    ]  # fmt: skip
    for one in found.iterator(chunk_size=CHUNK):
        task, answer = one.task, one.answer
        yield [
            one.pk, one.account_id, one.account.name, answer.pk, _name(answer.contact), answer.metric, answer.value,
            answer.comment, one.opened_at, one.due_at, _name(task.assignee), task.done_at, _name(task.done_by),
            task.dropped_at, one.outcome, _name(one.spoke_with), one.said, _name(one.told_by), one.told_at,
        ]  # fmt: skip


def peers(found: PeerQuerySet) -> Table:
    """Who was asked whether they have the same trouble."""
    yield [_("Account id"), _("Account"), _("Asked at"), _("Asked by"), _("How"), _("Reply"), _("Replied at")]
    for one in found.iterator(chunk_size=CHUNK):
        way = "wave" if one.wave_id else "task"
        yield [one.account_id, one.account.name, one.asked_at, _name(one.asked_by), way, one.reply, one.replied_at]


def rules(found: QuerySet[ComplaintRule]) -> Table:
    """What is taken for a complaint."""
    yield [_("Id"), _("Name"), _("On"), _("Source"), _("In words")]
    for one in found.iterator(chunk_size=CHUNK):
        yield [one.pk, one.name, one.is_on, one.source, sentences.rule(one)]


def _name(thing: object) -> str:
    return str(thing) if thing else ""
