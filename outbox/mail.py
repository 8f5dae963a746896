"""Mail: one person each, stored before it is sent, with the headers that good mail carries."""

import hashlib
import smtplib
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.errors import HeaderParseError
from email.utils import formataddr, parseaddr
from functools import lru_cache, partial
from typing import Any
from urllib.parse import urlsplit

import css_inline
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import BadHeaderError, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from lib.inserting import insert
from outbox import actions, mailbox, queries
from outbox.models import Effect, Mail, Sheet, Suppression
from outbox.registry import Doubtful, InDoubt, Permanent, RemoteMany, Results, TryLater
from outbox.sheets import Pieces
from outbox.smtp import Letter

KIND = "mail.send"
MOST_BROKEN = 2  # connections one after the other, before the rest of a set waits


class BadAddress(Exception):
    """Not one deliverable e-mail address."""


@dataclass(frozen=True)
class Draft:
    """A mail to one address; `key` names the occasion.

    `sender_name` stands before the installation's own address. With `unsubscribe_url` the mail carries
    List-Unsubscribe and One-Click (RFC 8058). What it says is text and HTML of its own, or a sheet (of `keep_sheet`)
    and the pieces for its gaps.
    """

    to: str
    subject: str
    key: str
    text: str = ""
    html: str = ""
    sheet_id: int | None = None
    pieces: Pieces | None = None
    sender_name: str = ""
    list_id: str = ""
    unsubscribe_url: str = ""
    reply_to: str = ""


def is_address(to: str) -> bool:
    """One deliverable address, and nothing else."""
    try:
        validate_email(to)
    except ValidationError:
        return False
    return True


@transaction.atomic
def post(
    *,
    to: str,
    subject: str,
    text: str,
    html: str = "",
    key: str,
    at: datetime,
    sender_name: str = "",
    list_id: str = "",
    unsubscribe_url: str = "",
    reply_to: str = "",
) -> Mail:
    """Store a mail to one address and send it once; what the words mean stands at `Draft`. Raises BadAddress."""
    draft = Draft(
        to=to,
        subject=subject,
        key=key,
        text=text,
        html=inlined(html),
        sender_name=sender_name,
        list_id=list_id,
        unsubscribe_url=unsubscribe_url,
        reply_to=reply_to,
    )
    found: Mail = Mail.objects.get(pk=post_many(drafts=[draft], at=at)[0])
    return found


@transaction.atomic
def keep_sheet(*, text: str, html: str, at: datetime) -> int:
    """The id of the sheet that says this, styles inlined; gaps are made by `sheets.gap`."""
    digest = hashlib.sha256(f"{text}\n{html}".encode()).hexdigest()
    known = {"text": text, "html": html, "created_at": at}
    found: Sheet = Sheet.objects.only("pk").get_or_create(digest=digest, defaults=known)[0]
    return found.pk


@transaction.atomic
def post_many(*, drafts: Sequence[Draft], at: datetime) -> list[int]:
    """`post` for many, in a handful of statements; returns the mails' ids in order. Raises BadAddress of the first."""
    for draft in drafts:
        if not is_address(draft.to):
            raise BadAddress(draft.to)
    ids = insert(Mail, [_row(draft, at) for draft in drafts])
    letters = [(draft.key, {"mail_id": pk}) for draft, pk in zip(drafts, ids, strict=True)]
    actions.enqueue_many(kind=KIND, items=letters, at=at)
    return ids


def _row(draft: Draft, at: datetime) -> dict[str, Any]:
    return {
        "to": draft.to,
        "to_digest": queries.digests(draft.to)[0],
        "subject": " ".join(draft.subject.split())[:200],
        "text": draft.text,
        "html": draft.html,
        "sheet_id": draft.sheet_id,
        "pieces": draft.pieces,
        "headers": _headers(draft),
        "message_id": message_id_of(uuid.uuid4().hex),
        "key": draft.key,
        "created_at": at,
    }


def inlined(html: str) -> str:
    """With the styles at the elements themselves: mail programs drop style sheets."""
    return css_inline.inline(html, load_remote_stylesheets=False) if html else ""


def _headers(draft: Draft) -> dict[str, str]:
    headers = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "OOF, AutoReply"}
    if draft.sender_name:
        headers["From"] = _sender(draft.sender_name, settings.DEFAULT_FROM_EMAIL)
    if draft.list_id:
        headers["List-Id"] = f"<{draft.list_id}.{urlsplit(settings.BASE_URL).hostname or 'localhost'}>"
    if draft.unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{draft.unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    if draft.reply_to:
        headers["Reply-To"] = draft.reply_to
    return headers


@lru_cache(maxsize=32)
def _sender(name: str, ours: str) -> str:
    return formataddr((" ".join(name.split()), parseaddr(ours)[1]))


def message_id_of(tag: str) -> str:
    """The Message-ID made of 32 hexadecimal digits, which also tag the envelope's sender."""
    return f"<{tag}@{urlsplit(settings.BASE_URL).hostname}>"


@transaction.atomic
def forget(*, mails: QuerySet[Mail], at: datetime, with_address: bool = False) -> int:
    """Keep nothing of what these say, nor to whom if asked; what has not been sent of them never is."""
    held = dict(mails.order_by("pk").select_for_update(of=("self",)).values_list("pk", "message_id"))
    emptied: dict[str, Any] = {"text": "", "html": "", "sheet": None, "pieces": None, "headers": {}, "purged_at": at}
    emptied |= {"to": "", "subject": ""} if with_address else {}
    count = Mail.objects.filter(pk__in=held).update(**emptied)
    transaction.on_commit(partial(mailbox.forget, list(held.values())))
    return count


def _prepare(effects: Sequence[Effect], at: datetime) -> dict[int, Letter]:
    """Without those of which nothing is kept any more, and those whose address gets no mail any more."""
    effect_of = {effect.payload["mail_id"]: effect.pk for effect in effects}
    refused = Exists(Suppression.objects.filter(digest=OuterRef("to_digest")))
    found = Mail.objects.filter(pk__in=effect_of, purged_at=None).annotate(is_refused=refused).order_by("pk")
    found = found.prefetch_related("sheet")  # one for many
    for mail in found:
        if mail.is_refused:
            actions.tell_undelivered(mail=mail, at=at)
    return {effect_of[mail.pk]: message_of(mail) for mail in found if not mail.is_refused}


def message_of(mail: Mail) -> Letter:
    """The mail as it goes out; the same each time, but for the Date."""
    headers = {**mail.headers, "Message-ID": mail.message_id}
    envelope = settings.DEFAULT_FROM_EMAIL
    if settings.MAIL_REPORT_ADDRESS:
        headers.setdefault("From", settings.DEFAULT_FROM_EMAIL)
        envelope = _report_address(mail)
    message = Letter(mail.subject, mail.whole_text, envelope, [mail.to], headers=headers)
    # Providers hand it back with their reports.
    message.metadata = {"mail": mail.message_id}  # type: ignore[attr-defined]
    if html := mail.whole_html:
        message.attach_alternative(html, "text/html")
    return message


def _report_address(mail: Mail) -> str:
    """Where reports about this mail go: its Message-ID stands in the address, should a report not repeat it."""
    name, _at, domain = settings.MAIL_REPORT_ADDRESS.rpartition("@")
    tag = mail.message_id.strip("<>").partition("@")[0]
    return f"{name}+{tag}@{domain}"


def _send(messages: Sequence[Letter]) -> Results:
    """Over one connection. One that breaks is made anew for the next; if that breaks too, or cannot be made, the rest
    waits.
    """
    connection, broken = get_connection(), 0
    try:
        for message in messages:
            if broken == MOST_BROKEN:
                raise TryLater("The mail server broke off, again and again.")
            connection.open()
            message.connection = connection
            error = _error_of(message)
            if error:
                _hang_up(connection)
            yield error
            broken = broken + 1 if isinstance(error, Doubtful) else 0
    finally:
        _hang_up(connection)


def _error_of(message: Letter) -> Exception | None:
    try:
        message.send()
    except (BadHeaderError, HeaderParseError) as error:
        return Permanent(str(error))
    except smtplib.SMTPRecipientsRefused as error:
        is_passing = any(code // 100 == 4 for code, _reply in error.recipients.values())
        return TryLater(str(error)) if is_passing else Permanent(str(error))
    except (TimeoutError, smtplib.SMTPServerDisconnected) as error:
        return Doubtful(str(error))
    except Exception as error:  # of this letter; the others are tried
        return error
    return None


def _hang_up(connection: BaseEmailBackend) -> None:
    """Also after an error: nobody knows what state the other side is in."""
    with suppress(OSError, smtplib.SMTPException):
        connection.close()


def _record(effects: Sequence[Effect], at: datetime) -> None:
    Mail.objects.filter(pk__in=[effect.payload["mail_id"] for effect in effects]).update(sent_at=at)


# A repeat carries the same Message-ID, which mail programs show once.
handler = RemoteMany(_prepare, _send, _record, in_doubt=InDoubt.RESEND, queue="mail")
