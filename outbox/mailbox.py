"""The demo's outgoing mail: one `.eml` file each, named after its Message-ID, so a repeat is the same file."""

import hashlib
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class FileBackend(BaseEmailBackend):
    """Writes each message to MAIL_DIR instead of sending it."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.MAIL_DIR)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            mime = message.message()
            name = _name(str(mime["Message-ID"]))
            draft = folder / f".{name}.{os.getpid()}"
            draft.write_bytes(mime.as_bytes())
            draft.rename(folder / name)
        return len(email_messages)


def _name(message_id: str) -> str:
    return hashlib.sha256(message_id.encode()).hexdigest()[:24] + ".eml"


def forget(message_ids: Iterable[str]) -> None:
    """Delete the files of these mails, where there are any."""
    for message_id in message_ids:
        (Path(settings.MAIL_DIR) / _name(message_id)).unlink(missing_ok=True)
