"""Who is told when a theme rises: higher rooms say so in `ready()`."""

from collections.abc import Callable, Sequence
from datetime import datetime

from voice.models import Rise

rise_listeners: list[Callable[[Sequence[Rise], datetime], None]] = []  # in the transaction that found them
