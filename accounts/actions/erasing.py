"""Erase a person: who they were goes at once, every trace of it in the background, and they do not come back."""

from datetime import datetime, timedelta

from django.db import connection, transaction

from accounts import registry
from accounts.actions.facts import record_fact
from accounts.models import Contact, Erasure, Suppression
from accounts.privacy import ERASED
from accounts.queries import privacy
from outbox import actions as outbox_actions
from workspaces import actions as workspace_actions
from workspaces.models import User

ERASE = "accounts.erase_contact"
AFTERMATH = timedelta(minutes=10)  # longer than whatever read the name before it was gone takes to write it somewhere


class NotSuppressed(Exception):
    """Nobody who was erased is known by this."""


@transaction.atomic
def erase_contact(*, contact: Contact, at: datetime, by: User | None) -> Contact:
    """Take away who this person is; numbers stay. A second call changes nothing.

    From now on nobody can read it here. Copies are looked for in the background, and once more after AFTERMATH for
    what was being written meanwhile.
    """
    held: Contact = Contact.objects.select_for_update(of=("self",)).select_related("account").get(pk=contact.pk)
    if held.erasing_at:
        return held
    _suppress(held, at)
    Erasure.objects.create(contact=held, name=held.name, email=held.email, at=at)
    held.erasing_at = at
    _blank(held, at)
    for number, wait in enumerate([timedelta(), AFTERMATH], start=1):
        payload = {"contact_id": held.pk, "is_last": number == 2}
        outbox_actions.enqueue(kind=ERASE, key=f"{held.pk}:{number}", payload=payload, at=at, available_at=at + wait)
    record_fact(account=held.account, kind="contact.erased", at=at, by=by, contact_id=held.pk)
    workspace_actions.record(kind="contact.erased", subject=f"#{held.pk}", at=at, by=by)
    return held


def _suppress(contact: Contact, at: datetime) -> None:
    known_by = privacy.signs(email=contact.email, source=contact.source, external_id=contact.external_id)
    Suppression.objects.bulk_create(
        [Suppression(digest=privacy.digests(sign)[0], contact_id=contact.pk, at=at) for sign in known_by],
        ignore_conflicts=True,
    )


def _blank(contact: Contact, at: datetime) -> None:
    """What remains: a role, so that answers still count by it."""
    contact.name, contact.email, contact.title, contact.phone = ERASED, "", "", ""
    contact.locale = contact.time_zone = contact.influence = contact.stance = ""
    contact.consent = contact.consent_source = contact.source = contact.external_id = ""
    contact.consent_at, contact.persona, contact.custom = None, None, {}
    contact.left_at = contact.left_at or at
    contact.save()


@transaction.atomic
def erase_traces(*, contact_id: int, is_last: bool, at: datetime) -> None:
    """Take the person out of everything that any room keeps; after the last time nothing says who it was."""
    erasure = Erasure.objects.select_related("contact__account").filter(contact=contact_id).first()
    if erasure is None:
        return
    person = erasure.contact
    _blank(person, at)  # a form that was open wrote the name again
    person.name, person.email = erasure.name, erasure.email
    with connection.cursor() as cursor:
        cursor.execute("select accounts_erase_traces(%s)", [contact_id])
    for rows in registry.personal_kinds.values():
        rows.erase(person, at)
    if is_last:
        erasure.delete()
        Contact.objects.filter(pk=contact_id).update(erased_at=at)


@transaction.atomic
def lift_suppression(*, known_by: str, at: datetime, by: User | None) -> None:
    """Let the person known by this address, or `system:id`, be brought in again. Raises NotSuppressed."""
    contact_id = privacy.suppressed_person(known_by)
    if contact_id is None:
        raise NotSuppressed
    Suppression.objects.filter(contact_id=contact_id).delete()
    workspace_actions.record(kind="suppression.lifted", subject=f"#{contact_id}", at=at, by=by)


@transaction.atomic
def note_export(*, contact: Contact, at: datetime, by: User | None) -> None:
    """Somebody was given everything that is known about this person."""
    workspace_actions.record(kind="contact.exported", subject=f"#{contact.pk}", at=at, by=by)
