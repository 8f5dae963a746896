"""Words and times as one person reads them, where no request of theirs says so: in mail."""

from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from django.utils import timezone, translation

from workspaces.models import User


@contextmanager
def reading_as(user: User) -> Iterator[None]:
    """In the language and the time zone of `user`."""
    with translation.override(user.language), timezone.override(ZoneInfo(user.time_zone)):
        yield
