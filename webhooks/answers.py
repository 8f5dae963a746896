"""What a receiver's answer means."""

import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

EXCERPT = 1000  # characters of an answer that are kept
BUSY = {429, 502, 503, 504}
GONE = 410
REST = timedelta(minutes=1)  # for a receiver that is busy or silent, unless it says how long
LONGEST_REST = timedelta(days=1)

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True)
class Outcome:
    """What came of one attempt: a status, or an error in words. `rest` is how long to leave the receiver alone."""

    status: int | None = None
    error: str = ""
    excerpt: str = ""
    milliseconds: int = 0
    rest: timedelta = timedelta()

    @property
    def is_success(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        return self.status == GONE

    def logged(self, at: datetime) -> dict[str, Any]:
        """As a line of a delivery's log."""
        return {**asdict(self), "at": at.isoformat(), "rest": round(self.rest.total_seconds())}


def rest_after(status: int, retry_after: str, at: datetime) -> timedelta:
    """How long to leave a receiver alone: `Retry-After` in seconds or as a date, a minute if it is only busy."""
    if status not in BUSY:
        return timedelta()
    asked = _asked(retry_after.strip(), at)
    return REST if asked is None else min(max(asked, timedelta()), LONGEST_REST)


def _asked(text: str, at: datetime) -> timedelta | None:
    if text.isascii() and text.isdigit():
        return timedelta(seconds=min(int(text[:9]), LONGEST_REST.total_seconds()))
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    return (until if until.tzinfo else until.replace(tzinfo=UTC)) - at


def excerpt(body: bytes) -> str:
    """The beginning of an answer as text that a database takes."""
    return _CONTROL.sub("�", body[: EXCERPT * 4].decode(errors="replace"))[:EXCERPT]
