"""SMTP for letters by the thousand: a letter is written down here, the same as Django would, but for links in headers.

The e-mail package takes three times as long for one as a server takes to receive it. What is out of the ordinary (an
address in other letters, lines that are too long) is left to Django.
"""

import re
import smtplib
import uuid
from collections.abc import Sequence
from email.utils import formatdate, parseaddr
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends import smtp
from django.core.mail.message import RFC5322_EMAIL_LINE_LENGTH_LIMIT, SafeMIMEText, sanitize_address

PLAIN_ADDRESS = re.compile(r"[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-zA-Z0-9.-]{1,190}")
LINK = re.compile(r"<https?://[!-;=?-~]+>")
PLAIN_VALUE = re.compile(r"[!-~]+(?: [!-~]+)*")
LONGEST_LINE = 78
MULTIPART = b"\r\n".join(
    [
        b"Content-Type: multipart/alternative;",
        b' boundary="%(boundary)b"',
        b"MIME-Version: 1.0",
        b"%(headers)b",
        b"--%(boundary)b",
        b"%(text)b",
        b"--%(boundary)b",
        b"%(html)b",
        b"--%(boundary)b--",
        b"",
    ]
)


class Letter(EmailMultiAlternatives):
    """To one address, with its own Message-ID: text, and the same as HTML if there is any."""

    @property
    def html(self) -> str:
        return str(self.alternatives[0][0]) if self.alternatives else ""


class Client(smtplib.SMTP):
    """Says the same as Python's own, which reads every address as if it had a name and comments, and looks for dots
    letter by letter: together a third of what a mail costs.
    """

    def mail(self, sender: str, options: Sequence[str] = ()) -> tuple[int, bytes]:
        if not PLAIN_ADDRESS.fullmatch(sender):
            return super().mail(sender, options)
        return self.docmd("mail", " ".join([f"FROM:<{sender}>", *options]))

    def rcpt(self, recip: str, options: Sequence[str] = ()) -> tuple[int, bytes]:
        return self.docmd("rcpt", f"TO:<{recip}>") if PLAIN_ADDRESS.fullmatch(recip) else super().rcpt(recip, options)

    def data(self, msg: Any) -> tuple[int, bytes]:
        if not isinstance(msg, bytes) or not msg.endswith(b"\r\n"):
            return super().data(msg)
        code, reply = self.docmd("data")
        if code != 354:
            raise smtplib.SMTPDataError(code, reply)
        self.send((b"\n" + msg).replace(b"\n.", b"\n..")[1:] + b".\r\n")
        return self.getreply()


class SecureClient(Client, smtplib.SMTP_SSL):
    """The same over a line that is encrypted from the start."""


class EmailBackend(smtp.EmailBackend):
    """Django's, but for letters."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return SecureClient if self.use_ssl else Client

    def _send(self, email_message: EmailMessage) -> bool:
        data = written(email_message) if isinstance(email_message, Letter) else None
        if data is None or self.connection is None:
            return bool(super()._send(email_message))  # type: ignore[misc]
        self.connection.sendmail(_envelope(email_message.from_email), email_message.to, data)
        return True


def written(letter: Letter) -> bytes | None:
    """As it goes over the line; None: it is out of the ordinary."""
    text, html = _part("plain", str(letter.body)), _part("html", letter.html)
    (to,) = letter.to
    if not letter.body or text is None or html is None or not PLAIN_ADDRESS.fullmatch(to):
        return None
    headers = _headers(letter, to)
    if not letter.html:
        head, _blank, body = text.partition(b"\r\n\r\n")
        return head + b"\r\n" + headers + b"\r\n" + body
    boundary = f"=_{uuid.uuid4().hex}".encode()
    return MULTIPART % {b"boundary": boundary, b"headers": headers, b"text": text, b"html": html}


def _part(subtype: str, content: str) -> bytes | None:
    """With its own head; None: a line is too long to go as it is."""
    body = content.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n").encode()
    if _has_long_line(body):
        return None
    bits = 7 if body.isascii() else 8
    head = f'Content-Type: text/{subtype}; charset="utf-8"\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: {bits}bit'
    return head.encode() + b"\r\n\r\n" + body


def _has_long_line(body: bytes) -> bool:
    start, most = 0, RFC5322_EMAIL_LINE_LENGTH_LIMIT
    while len(body) - start > most:
        end = body.rfind(b"\r\n", start, start + most + 2)
        if end < 0:
            return True
        start = end + 2
    return False


def _headers(letter: Letter, to: str) -> bytes:
    own = letter.extra_headers
    lines = [
        _header("Subject", str(letter.subject)),
        _header("From", own.get("From", letter.from_email)),
        _header("To", to),
        *([_header("Reply-To", own["Reply-To"])] if "Reply-To" in own else []),
        _header("Date", formatdate(localtime=settings.EMAIL_USE_LOCALTIME)),
        *(_header(name, value) for name, value in own.items() if name not in ("From", "Reply-To")),
    ]
    return b"".join(lines)


@lru_cache(maxsize=256)
def _header(name: str, value: str) -> bytes:
    """Most are short and plain, or one link, which stays in one line: folded, it has broken signatures (DKIM).

    A sender, and what says that this is no person's mail, are the same in thousands of letters.
    """
    is_link = LINK.fullmatch(value) and len(name) + len(value) + 2 <= RFC5322_EMAIL_LINE_LENGTH_LIMIT
    if is_link or (PLAIN_VALUE.fullmatch(value) and len(name) + len(value) + 2 <= LONGEST_LINE):
        return f"{name}: {value}\r\n".encode()
    return _header_by_django(name, value)


def _header_by_django(name: str, value: str) -> bytes:
    """Such as a sender's name in Chinese."""
    message = SafeMIMEText("", "plain", settings.DEFAULT_CHARSET)
    for known in message.keys():  # noqa: SIM118  a message is no dict
        del message[known]
    message[name] = value
    return message.as_bytes(linesep="\r\n").partition(b"\r\n\r\n")[0] + b"\r\n"


@lru_cache(maxsize=256)
def _envelope(address: str) -> str:
    """The bare address."""
    if PLAIN_ADDRESS.fullmatch(address):
        return address
    return parseaddr(sanitize_address(address, settings.DEFAULT_CHARSET))[1]
