"""Mail: one person each, stored before it is sent, with the headers that good mail carries."""

import smtplib
import uuid
from datetime import datetime
from email.errors import HeaderParseError
from email.utils import formataddr, parseaddr
from functools import partial
from urllib.parse import urlsplit

import css_inline
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import BadHeaderError, EmailMultiAlternatives
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from outbox import actions, mailbox, queries
from outbox.models import Effect, Mail, Suppression
from outbox.registry import Doubtful, InDoubt, Permanent, Remote

KIND = "mail.send"


class BadAddress(Exception):
    """Not one deliverable e-mail address."""


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
    """Store a mail to one address and send it once; `key` names the occasion.

    `sender_name` stands before the installation's own address. With `unsubscribe_url` the mail carries
    List-Unsubscribe and One-Click (RFC 8058). Raises BadAddress.
    """
    try:
        validate_email(to)
    except ValidationError as error:
        raise BadAddress(to) from error
    host = urlsplit(settings.BASE_URL).hostname
    mail: Mail = Mail.objects.create(
        to=to,
        to_digest=queries.digests(to)[0],
        subject=" ".join(subject.split())[:200],
        text=text,
        html=css_inline.inline(html, load_remote_stylesheets=False) if html else "",
        headers=_headers(sender_name, list_id, unsubscribe_url, host or "localhost")
        | ({"Reply-To": reply_to} if reply_to else {}),
        message_id=message_id_of(uuid.uuid4().hex),
        created_at=at,
    )
    actions.enqueue(kind=KIND, key=key, payload={"mail_id": mail.pk}, at=at)
    return mail


def _headers(sender_name: str, list_id: str, unsubscribe_url: str, host: str) -> dict[str, str]:
    headers = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "OOF, AutoReply"}
    if sender_name:
        _, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
        headers["From"] = formataddr((" ".join(sender_name.split()), address))
    if list_id:
        headers["List-Id"] = f"<{list_id}.{host}>"
    if unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def message_id_of(tag: str) -> str:
    """The Message-ID made of 32 hexadecimal digits, which also tag the envelope's sender."""
    return f"<{tag}@{urlsplit(settings.BASE_URL).hostname}>"


@transaction.atomic
def forget(*, mails: QuerySet[Mail], at: datetime, with_address: bool = False) -> int:
    """Keep nothing of what these say, nor to whom if asked; what has not been sent of them never is."""
    held = dict(mails.order_by("pk").select_for_update(of=("self",)).values_list("pk", "message_id"))
    emptied = {"to": "", "subject": ""} if with_address else {}
    count = Mail.objects.filter(pk__in=held).update(text="", html="", headers={}, purged_at=at, **emptied)
    transaction.on_commit(partial(mailbox.forget, list(held.values())))
    return count


def _prepare(effect: Effect, at: datetime) -> EmailMultiAlternatives | None:
    """None: what it said is no longer kept, or no mail goes to its address any more."""
    refused = Suppression.objects.filter(digest=OuterRef("to_digest"))
    found = Mail.objects.filter(~Exists(refused), pk=effect.payload["mail_id"], purged_at=None).first()
    return message_of(found) if found else None


def message_of(mail: Mail) -> EmailMultiAlternatives:
    """The mail as it goes out; the same each time, but for the Date."""
    headers = {**mail.headers, "Message-ID": mail.message_id}
    envelope = settings.DEFAULT_FROM_EMAIL
    if settings.MAIL_REPORT_ADDRESS:
        headers.setdefault("From", settings.DEFAULT_FROM_EMAIL)
        envelope = _report_address(mail)
    message = EmailMultiAlternatives(mail.subject, mail.text, envelope, [mail.to], headers=headers)
    # Providers hand it back with their reports.
    message.metadata = {"mail": mail.message_id}  # type: ignore[attr-defined]
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    return message


def _report_address(mail: Mail) -> str:
    """Where reports about this mail go: its Message-ID stands in the address, should a report not repeat it."""
    name, _at, domain = settings.MAIL_REPORT_ADDRESS.rpartition("@")
    tag = mail.message_id.strip("<>").partition("@")[0]
    return f"{name}+{tag}@{domain}"


def _send(message: EmailMultiAlternatives) -> None:
    try:
        message.send()
    except (BadHeaderError, HeaderParseError, smtplib.SMTPRecipientsRefused) as error:
        raise Permanent(str(error)) from error
    except (TimeoutError, smtplib.SMTPServerDisconnected) as error:
        raise Doubtful(str(error)) from error


def _record(effect: Effect, at: datetime) -> None:
    Mail.objects.filter(pk=effect.payload["mail_id"]).update(sent_at=at)


# A repeat carries the same Message-ID, which mail programs show once.
handler = Remote(_prepare, _send, _record, in_doubt=InDoubt.RESEND, queue="mail")
