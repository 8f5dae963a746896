"""What a mail that came back says: delivery reports (RFC 3464) and complaints (RFC 5965), read without believing them.

Only which of our mails is meant, and how bad it is, is taken; the address comes from our own row.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, Message

from outbox.models import Bounce

KIND_OF_CLASS = {"5": Bounce.Kind.HARD, "4": Bounce.Kind.SOFT}
STATUS = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b")
MESSAGE_ID = re.compile(r"<[^<>\s]{1,118}>")
TAGGED = re.compile(r"\+([0-9a-f]{32})@")
# The mailbox is full, the message too big, a filter or a limit: it may well arrive another time.
PASSING = {"5.2.2", "5.3.4", "5.2.3", "5.7.0", "5.7.1", "5.4.4", "5.4.7"}


@dataclass(frozen=True)
class Report:
    """`message_id` as we wrote it, or `tag`, the part of it that the envelope's sender carried."""

    kind: Bounce.Kind
    code: str
    message_id: str
    tag: str
    key: str


def read(raw: bytes) -> Report | None:
    """The report in a mail; None: it is another mail, such as an automatic reply."""
    message = message_from_bytes(raw, policy=policy.default)
    found = _verdict(message)
    if found is None:
        return None
    kind, code = found
    message_id, tag = _original_id(message), _tag(message)
    return Report(kind, code, message_id, tag, key_of(raw)) if message_id or tag else None


def key_of(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def kind_of(status: str) -> Bounce.Kind | None:
    """Hard, soft, or None if it went well, of a status code such as `5.1.1`."""
    return Bounce.Kind.SOFT if status in PASSING else KIND_OF_CLASS.get(status[:1])


def _verdict(message: EmailMessage) -> tuple[Bounce.Kind, str] | None:
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            return _worst(part)
        if kind == "message/feedback-report":
            return Bounce.Kind.COMPLAINT, str(_fields(part).get("feedback-type", ""))[:20].strip()
    return None


def _worst(part: Message) -> tuple[Bounce.Kind, str] | None:
    """Of the recipients that a report tells about: we write to one at a time."""
    found: tuple[Bounce.Kind, str] | None = None
    for group in _groups(part):
        action, status = str(group.get("Action", "")).strip().lower(), STATUS.search(str(group.get("Status", "")))
        kind = kind_of(status[0]) if status else Bounce.Kind.HARD
        if action == "failed" and status and kind and (found is None or kind == Bounce.Kind.HARD):
            found = kind, status[0]
    return found


def _groups(part: Message) -> Iterator[Message]:
    payload = part.get_payload()
    yield from [group for group in payload if isinstance(group, Message)] if isinstance(payload, list) else []


def _fields(part: Message) -> dict[str, str]:
    """A complaint's fields; the parser may have taken them for a message of their own."""
    found: dict[str, str] = {}
    for group in _groups(part):
        found |= {name.lower(): str(value) for name, value in group.items()}
    text = part.get_payload()
    for line in text.splitlines() if isinstance(text, str) else []:
        name, _colon, value = line.partition(":")
        found[name.strip().lower()] = value.strip()
    return found


def _original_id(message: EmailMessage) -> str:
    """The Message-ID of what came back: from its copy, or from its headers."""
    for part in message.walk():
        if part is not message and part.get_content_type() in ("message/rfc822", "text/rfc822-headers"):
            text = part.as_string()
            found = re.search(r"^message-id:\s*(<[^<>\s]{1,118}>)", text, re.IGNORECASE | re.MULTILINE)
            if found:
                return found[1]
    replied = MESSAGE_ID.search(str(message.get("In-Reply-To", "")))
    return replied[0] if replied else ""


def _tag(message: EmailMessage) -> str:
    """What stood behind the plus in the address that the report was sent to."""
    for name in ("To", "Delivered-To", "X-Original-To", "Envelope-To"):
        found = TAGGED.search(str(message.get(name, "")))
        if found:
            return found[1]
    return ""
