"""Tell the customer how far we are, or note it for us."""

from datetime import datetime

from django.db import transaction

from accounts.actions.facts import record_fact
from accounts.models import Contact
from complaints import letters
from complaints.actions import case
from complaints.models import Complaint, ComplaintStep
from outbox import mail
from outbox import queries as outbox_queries
from outbox.models import Mail
from workspaces import queries as workspace_queries
from workspaces import tenancy
from workspaces.models import User

KIND = ComplaintStep.Kind


class NobodyToMail(Exception):
    """The person has no address, or nobody is named."""


class AddressRefused(Exception):
    """Mail to this address comes back, or is not wanted there."""


@transaction.atomic
def add_step(
    *,
    complaint: Complaint,
    kind: str,
    text: str,
    at: datetime,
    by: User | None,
    contact: Contact | None = None,
    promised_at: datetime | None = None,
    key: str = "",
) -> ComplaintStep:
    """Note it, or tell the customer: `contact`, else whoever complained. A mail goes out once.

    A new `promised_at` is promised with it. With the same `key` a second time nothing happens, and the first is
    returned. Raises NobodyToMail, AddressRefused, ContactElsewhere, PromisePast, ComplaintClosed (a new time for one
    that is closed).
    """
    held = case.hold(complaint)
    known: ComplaintStep | None = ComplaintStep.objects.filter(complaint=held, key=key).first() if key else None
    if known is not None:
        return known
    if promised_at is not None:
        case.change_complaint(complaint=held, changes={"promised_at": promised_at}, at=at, by=by)
    told = _whom(held, kind, contact)
    step: ComplaintStep = ComplaintStep.objects.create(
        complaint=held, kind=kind, text=text.strip(), contact=told, promised_at=promised_at, at=at, by=by, key=key
    )
    if kind == KIND.MAILED:
        step.mail = _post(held, step, at, by)
        step.save(update_fields=["mail"])
    record_fact(
        account=held.account,
        kind="complaint.updated",
        at=at,
        by=by,
        complaint_id=held.pk,
        step_id=step.pk,
        how=kind,
        contact_id=told.pk if told else None,
        contact_name=str(told) if told else "",
        comment=step.text,
    )
    return step


def _whom(held: Complaint, kind: str, contact: Contact | None) -> Contact | None:
    if kind == KIND.NOTE:
        return None
    told = contact or held.contact
    if told is not None and told.account_id != held.account_id:
        raise case.ContactElsewhere
    if kind == KIND.MAILED and (told is None or not told.email):
        raise NobodyToMail
    if kind == KIND.MAILED and told is not None and outbox_queries.suppressed([told.email]):
        raise AddressRefused
    return told


def _post(held: Complaint, step: ComplaintStep, at: datetime, by: User | None) -> Mail:
    assert step.contact is not None  # noqa: S101  `_whom` has seen to it
    vendor = workspace_queries.workspace(tenancy.current_id()).name
    written = letters.update(vendor=vendor, contact=step.contact, text=step.text, by=by, promised_at=step.promised_at)
    return mail.post(
        to=step.contact.email,
        subject=written.subject,
        text=written.text,
        html=written.html,
        key=f"complaint-step:{step.pk}",
        at=at,
        sender_name=written.sender,
    )
