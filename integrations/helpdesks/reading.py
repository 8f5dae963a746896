"""Read values of a stranger's JSON: whatever is there, what comes out fits our fields, or is empty."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts import triage

_LOCALE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,6})?")
_DOMAIN = re.compile(r"([a-z0-9_]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


def part(value: Mapping[str, Any], key: str) -> dict[str, Any]:
    """The object at `key`; empty when there is none."""
    found = value.get(key)
    return found if isinstance(found, dict) else {}


def text(value: Any, most: int) -> str:
    """A string or whole number as one line of at most `most` characters, without control characters."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    start = str(value)[: most * 4]
    # Controls include NUL, which PostgreSQL refuses; lone surrogates cannot be encoded at all.
    clean = "".join(" " if unicodedata.category(letter) in ("Cc", "Cs") else letter for letter in start)
    return " ".join(clean.split())[:most].rstrip()


def identity(value: Any, most: int) -> str:
    """`text` for ids: one that is too long becomes its SHA-256, because two cut ids could be equal."""
    whole = text(value, 2**20)
    return whole if len(whole) <= most else hashlib.sha256(whole.encode()).hexdigest()[:most]


def email(value: Any) -> str:
    """A valid address in lower case."""
    address = text(value, 255).lower()
    try:
        validate_email(address)
    except ValidationError:
        return ""
    return address if len(address) <= 254 else ""


def domain(value: Any) -> str:
    """A domain name in lower case; of an address, what follows the @."""
    name = text(value, 255).lower().rpartition("@")[2].rstrip(".")
    return name if len(name) <= 253 and _DOMAIN.fullmatch(name) else ""


def locale(value: Any) -> str:
    """A language tag such as `de` or `pt-br`."""
    tag = text(value, 11)
    return tag if _LOCALE.fullmatch(tag) and len(tag) <= 10 else ""


def web_address(value: Any, most: int = 500) -> str:
    """A link that is safe to show: http or https, whole."""
    address = text(value, most + 1)
    try:
        parts = urlsplit(address)
        is_safe = parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in address
    except ValueError:
        return ""
    return address if is_safe and len(address) <= most else ""


def moment(value: Any) -> datetime | None:
    """An ISO 8601 time in UTC; without a zone it is UTC."""
    if not isinstance(value, str):
        return None
    try:
        read = datetime.fromisoformat(value)
        aware = read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return aware if aware >= _EARLIEST else None


def epoch(value: Any) -> datetime | None:
    """Seconds since 1970 as a number or in digits; twelve digits or more are milliseconds."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 15:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value / 1000 if value >= 10**11 else value, UTC) if value > 0 else None
    except (ValueError, OverflowError, OSError):  # no number, or further away than our calendar goes
        return None


def word(value: Any, most: int = 100) -> str:
    """`text` folded for comparison; true and false are words too."""
    return str(value).lower() if isinstance(value, bool) else text(value, most).casefold()


def words(value: Any) -> set[str]:
    """The words of a list; empty for anything else."""
    return {word(one) for one in value} - {""} if isinstance(value, list) else set()


def tags(value: Any, separator: str | None = ",") -> tuple[str, ...] | None:
    """Up to fifty labels of a list, of a list of objects with a `name`, or of one text; None: nothing to be read so."""
    if isinstance(value, str):
        value = value.split(separator)
    if not isinstance(value, list):
        return None
    named = (one.get("name") if isinstance(one, dict) else one for one in value[:50])
    return tuple(dict.fromkeys(label for label in (text(one, 80) for one in named) if label))


def priority(value: Any) -> str:
    """One of our four; empty for what we cannot read so."""
    return triage.priority(word(value))


def topic(value: Any) -> str:
    """One of our three; empty for what we cannot read so."""
    return triage.topic(word(value))


def plain(value: Any, depth: int = 4) -> Any:
    """What can be stored of a stranger's JSON: no deeper than `depth`, with short clean texts."""
    if isinstance(value, dict):
        return {text(key, 60): plain(one, depth - 1) for key, one in list(value.items())[:50]} if depth else {}
    if isinstance(value, list):
        return [plain(one, depth - 1) for one in value[:50]] if depth else []
    return value if value is None or isinstance(value, bool) else text(value, 500)
