"""Reports about our mail come in: by a provider's call, as a mail that was handed on, or in a mailbox folder."""

import mailbox
from datetime import datetime
from pathlib import Path
from typing import Any

from anymail.signals import EventType, RejectReason
from django.conf import settings

from outbox import actions, reports
from outbox.mail import message_id_of
from outbox.models import Bounce, Mail
from workspaces import tenancy

SENT_AS = "outbox_mail_sent_as_id"
HARD = {RejectReason.INVALID, RejectReason.BOUNCED}


def take_mail(*, raw: bytes, at: datetime) -> bool:
    """A mail that came to the address for reports; False: it is no report, or about no mail of ours."""
    report = reports.read(raw)
    if report is None:
        return False
    names = [report.message_id, message_id_of(report.tag) if report.tag else ""]
    return any(_note(name, report.kind, report.code, report.key, at) for name in names if name)


def take_event(*, event: Any, at: datetime) -> bool:
    """What a provider says, as anymail puts it; False: nothing that stops us, or about no mail of ours."""
    kind = _kind_of(event)
    if kind is None:
        return False
    status = reports.STATUS.search(str(event.mta_response or ""))
    names = [(event.metadata or {}).get("mail", ""), event.message_id or ""]
    about = f"{event.event_id or event.message_id}:{event.event_type}:{event.recipient}"
    code = status[0] if status else str(event.reject_reason or event.event_type)[:20]
    return any(_note(name, kind, code, reports.key_of(about.encode()), at) for name in names if name)


def _kind_of(event: Any) -> Bounce.Kind | None:
    if event.event_type == EventType.COMPLAINED or event.reject_reason == RejectReason.SPAM:
        return Bounce.Kind.COMPLAINT
    if event.event_type not in (EventType.BOUNCED, EventType.FAILED, EventType.REJECTED):
        return None
    found = reports.STATUS.search(str(event.mta_response or ""))
    if found:
        return reports.kind_of(found[0])
    return Bounce.Kind.HARD if event.reject_reason in HARD else Bounce.Kind.SOFT


def _note(name: str, kind: Bounce.Kind, code: str, key: str, at: datetime) -> bool:
    """Under the mail's own workspace; a provider may leave out the brackets around an id."""
    wanted = name if name.startswith("<") else f"<{name}>"
    place = tenancy.locate(SENT_AS, wanted)
    if place is None:
        return False
    workspace_id, pk = place
    with tenancy.entered(workspace_id):
        mail = Mail.objects.get(pk=pk)
        return actions.note_bounce(mail=mail, kind=kind, code=code, key=key, at=at) is not None


def read_folder(*, at: datetime) -> int:
    """Everything new in the Maildir MAIL_REPORT_DIR, which a mail server or fetcher fills; returns how many.

    What was read moves to `cur` and is marked as seen, so a second look finds nothing; it is not deleted.
    """
    if not settings.MAIL_REPORT_DIR or not Path(settings.MAIL_REPORT_DIR, "new").is_dir():
        return 0
    folder, read = mailbox.Maildir(settings.MAIL_REPORT_DIR, create=False), 0
    for key, message in list(folder.items()):
        if message.get_subdir() == "new":
            take_mail(raw=message.as_bytes(), at=at)
            message.set_subdir("cur")
            message.add_flag("S")
            folder[key] = message
            read += 1
    return read
