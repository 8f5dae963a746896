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
from django.db.models import QuerySet

from outbox import actions, mailbox
from outbox.models import Effect, Mail
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
        subject=" ".join(subject.split())[:200],
        text=text,
        html=css_inline.inline(html, load_remote_stylesheets=False) if html else "",
        headers=_headers(sender_name, list_id, unsubscribe_url, host or "localhost"),
        message_id=f"<{uuid.uuid4().hex}@{host}>",
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


@transaction.atomic
def forget(*, mails: QuerySet[Mail], at: datetime, with_address: bool = False) -> int:
    """Keep nothing of what these say, nor to whom if asked; what has not been sent of them never is."""
    held = dict(mails.order_by("pk").select_for_update(of=("self",)).values_list("pk", "message_id"))
    emptied = {"to": "", "subject": ""} if with_address else {}
    count = Mail.objects.filter(pk__in=held).update(text="", html="", headers={}, purged_at=at, **emptied)
    transaction.on_commit(partial(mailbox.forget, list(held.values())))
    return count


def _prepare(effect: Effect, at: datetime) -> EmailMultiAlternatives | None:
    found = Mail.objects.filter(pk=effect.payload["mail_id"], purged_at=None).first()
    return message_of(found) if found else None


def message_of(mail: Mail) -> EmailMultiAlternatives:
    """The mail as it goes out; the same each time, but for the Date."""
    message = EmailMultiAlternatives(
        mail.subject, mail.text, to=[mail.to], headers={**mail.headers, "Message-ID": mail.message_id}
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    return message


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
